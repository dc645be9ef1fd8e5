"""Sampled shingles: the keys by which an excerpt and what it is taken from meet, where no band brings them together.

Of all shingles one in `sample_every` is sampled, as its hash says, the same in every text (Manber 1994, "Finding
similar files in a large file system"; Broder 1997). Two texts that share n shingles share a sampled one with
probability 1 - (1 - 1 / sample_every)^n. A sampled shingle of more documents than the recipe's `max_common` is no
evidence, as a notice on cookies is none: it brings nobody together, and is counted.
"""

from collections.abc import Iterable

import numpy as np

from winnow.pipelines.dedup.packed import Hashes, offsets_of
from winnow.pipelines.dedup.shingles import Shingles, mix
from winnow.pipelines.files.arrays import Array

_SALT = np.uint64(0x9E3779B97F4A7C15)
"""So that what is sampled has nothing to do with what signatures select."""


def sampled(shingles: Shingles, every: int) -> Shingles:
    """Of each set the sampled shingles, one in so many."""
    return _only(shingles, mix(shingles.values ^ _SALT) % np.uint64(every) == 0)


def without(samples: Shingles, common: Iterable[Hashes]) -> Shingles:
    """Of each set those that none of the sorted arrays has."""
    for hashes in common:
        if len(hashes) and len(samples.values):
            at = np.minimum(np.searchsorted(hashes, samples.values), len(hashes) - 1)
            samples = _only(samples, hashes[at] != samples.values)
    return samples


def arrays_of(samples: Shingles) -> dict[str, Array]:
    """As a unit's keys hold them."""
    return {"samples": samples.values, "sample_sizes": samples.sizes}


def _only(shingles: Shingles, which: Array) -> Shingles:
    before = np.append(0, np.cumsum(which))
    return Shingles(shingles.values[which], offsets_of(np.diff(before[shingles.offsets])))
