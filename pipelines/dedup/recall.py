"""How many pairs bands miss, estimated from those that they found: each stands for as many as there are, on average,
for one that meets in a band (Horvitz and Thompson 1952)."""

from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.dedup.stars import BINS

STEP = 1 / BINS


def met(similarity: float, bands: int, rows: int) -> float:
    """The probability that two documents of this similarity share a band (Leskovec et al. 2020, Mining of Massive
    Datasets, 3.4.2)."""
    return 1.0 - float((1 - similarity**rows) ** bands)


def pairs_there(found: Duplicates) -> float:
    """About how many pairs of different texts are at or above the limit; 0 where none was found."""
    if found.limit is None:
        return 0.0
    there, left = 0.0, found.alike_pairs
    for step in reversed(range(len(found.compared))):
        alike = min(found.compared[step], left)  # of the step in which the limit lies only those above it
        left -= alike
        if alike:
            middle = (max(step * STEP, found.limit) + (step + 1) * STEP) / 2
            there += alike / met(middle, found.bands, found.rows)
    return there
