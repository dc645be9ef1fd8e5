"""The probe: pairs of documents that meet in another way than by bands, to see how many of them bands bring together.

Each document has one more key, of ROWS values of permutations that no band uses. Two documents of similarity s share
it with probability s^ROWS, whether they share a band or not. So of the pairs that do, the share that meets in a band
too is what bands find of all pairs so similar, those that nobody compared included. Looked at are keys in a share of
the key space that is the smaller, the more documents there are; of those with one key a few texts; and of all pairs a
fixed number, compared exactly. All is chosen by hashes of keys and texts, so it is a function of the set of texts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.dedup.buckets import Buckets, group
from winnow.pipelines.dedup.packed import Counts, Hashes, Numbers, ramps, runs
from winnow.pipelines.dedup.settings import NearDuplicates
from winnow.pipelines.dedup.shingles import Shingles, mix
from winnow.pipelines.dedup.signatures import NO_KEY, band_keys, signatures
from winnow.pipelines.dedup.stars import BINS
from winnow.pipelines.files.sealed import Sealed

ROWS = 3
"""At similarity 0.75 two pairs in five meet, at 0.2 one in 125: enough of those that count, few of the many others."""
MOST_ENTRIES = 1 << 16
"""Documents whose keys are looked at, about."""
MOST_TEXTS = 64
"""Of those with one key."""
MOST_PAIRS = 1000
_SEED = 0x9E3779B9
_LAST_KEY = (1 << 64) - 1

Entries = tuple[Hashes, Hashes, Numbers]
"""Of some documents: the keys, hashes of the texts, numbers; an array [n] each."""


@dataclass(frozen=True)
class Probed(Sealed):
    """What the probe found."""

    pairs: tuple[int, ...] = (0,) * BINS
    """Pairs compared, by similarity: 0 to 0.05, …, 0.95 to 1."""
    met: tuple[int, ...] = (0,) * BINS
    """Of these, the pairs that share a band."""
    alike: int = 0
    """Pairs at or above the limit."""
    alike_met: int = 0
    """Of these, the pairs that share a band."""


def probe_keys(shingles: Shingles, near: NearDuplicates) -> Hashes:
    """uint64 [n]: the key of each document; NO_KEY for one without words."""
    return band_keys(signatures(shingles, ROWS, (near.seed + _SEED) % (1 << 32)), 1)[:, 0]


def chosen(entries: Entries, documents: int) -> Entries:
    """Of the entries of some of so many documents, those that are looked at, if these are all; of several such choices
    together again those. The first document with a text stands for all that have it."""
    keys, texts, numbers = entries
    most = min(_LAST_KEY, (MOST_ENTRIES << 64) // max(1, documents))
    here = np.flatnonzero((keys != NO_KEY) & (keys <= np.uint64(most)))
    here = here[np.lexsort((numbers[here], texts[here], keys[here]))]
    keys, texts, numbers = (array[here] for array in (keys, texts, numbers))
    first = np.append(True, (keys[1:] != keys[:-1]) | (texts[1:] != texts[:-1]))[: len(keys)]
    keys, texts, numbers = (array[first] for array in (keys, texts, numbers))
    starts, ends = runs(keys.astype(np.int64))
    few = ramps(starts, np.minimum(ends - starts, MOST_TEXTS))  # texts are hashes, in order: the least of them
    return keys[few], texts[few], numbers[few]


def together(parts: Iterable[Entries], documents: int) -> Entries:
    """What is looked at of all of so many documents."""
    held = list(parts)
    if not held:
        return np.empty(0, np.uint64), np.empty(0, np.uint64), np.empty(0, np.uint64)
    keys, texts, numbers = (np.concatenate(arrays) for arrays in zip(*held, strict=True))
    return chosen((keys, texts, numbers), documents)


def pairs(entries: Entries) -> tuple[Numbers, Numbers]:
    """Pairs of documents with one key, at most MOST_PAIRS, chosen by their texts; numbers, the smaller first."""
    keys, texts, numbers = entries
    first, second = _all_pairs(group(keys, np.arange(len(keys), dtype=np.uint64)))
    rank = mix(mix(texts[first]) + mix(texts[second]))  # whichever of the two comes first
    few = np.lexsort((second, first, rank))[:MOST_PAIRS]
    one, other = numbers[first[few]], numbers[second[few]]
    return np.minimum(one, other), np.maximum(one, other)


def _all_pairs(buckets: Buckets) -> tuple[Counts, Counts]:
    first, second = buckets.pairs()
    return first.astype(np.int64), second.astype(np.int64)


def told(similarity: NDArray[np.float64], met: NDArray[np.bool_], limit: float) -> Probed:
    """What pairs of these similarities come to, of which some `met` in a band."""
    steps, alike = np.minimum((similarity * BINS).astype(np.int64), BINS - 1), similarity >= limit
    return Probed(
        _counted(steps), _counted(steps[met]), int(np.count_nonzero(alike)), int(np.count_nonzero(alike & met))
    )


def _counted(steps: Counts) -> tuple[int, ...]:
    counts: Sequence[int] = np.bincount(steps, minlength=BINS).tolist()
    return tuple(counts)
