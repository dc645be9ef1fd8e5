"""The probe: pairs of documents that meet in another way than by bands, to see how many of them bands bring together.

Each document has one more key, of a few values of permutations that no band uses. Two documents of similarity s share
it with probability s^PROBE_ROWS, whether they share a band or not. So of the pairs that do, the share that meets in a
band too is what bands find of all pairs so similar, those that nobody compared included. Looked at are keys in a share
of the key space that is the smaller, the more documents there are; of those with one key a few texts; and of all pairs
a fixed number, compared exactly. All is chosen by hashes of keys and texts: a function of the set of texts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.dedup.buckets import group
from winnow.pipelines.dedup.keys import UnitKeys
from winnow.pipelines.dedup.packed import Counts, Hashes, Numbers, Table, between, ramps, runs
from winnow.pipelines.dedup.settings import NearDuplicates
from winnow.pipelines.dedup.shelf import Shelf, beside
from winnow.pipelines.dedup.shingles import Shingles, end_to_end, mix
from winnow.pipelines.dedup.signatures import NO_KEY, band_keys, signatures
from winnow.pipelines.dedup.stars import BINS, compare
from winnow.pipelines.files.sealed import Sealed, gone
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import base
from winnow.pipelines.plan.unit import Unit
from winnow.pipelines.plan.units import UnitRange

MOST_ENTRIES = 1 << 16
"""Documents whose keys are looked at, about."""
MOST_TEXTS = 64
"""Of those with one key."""
MOST_PAIRS = 500
_LAST_KEY = (1 << 64) - 1
_BYTES_TOGETHER = 1 << 26
"""Shingles that are hashed together, over those of one unit."""


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

    def __post_init__(self) -> None:
        among = [*zip(self.met, self.pairs, strict=True), (self.alike, sum(self.pairs)), (self.alike_met, self.alike)]
        if len(self.pairs) != BINS or any(some > all_ for some, all_ in among):
            raise ValueError("some are more than all")


@dataclass(frozen=True, eq=False, slots=True)
class Entries(Table):
    """Some documents: an array [n] each."""

    keys: Hashes
    texts: Hashes
    """Hashes of the texts as they stand."""
    numbers: Numbers
    starts: Counts
    """Where the shingles lie in the file of the unit's: the first one's place, as `sizes` in shingles."""
    sizes: Counts
    sums: Hashes
    """Of the shingles, as the keys have it."""


Told = tuple[int, Entries]
"""Documents that there are, and those of them that are looked at."""
_HASHES, _COUNTS = np.empty(0, np.uint64), np.empty(0, np.int64)
_NOTHING = Entries(_HASHES, _HASHES, _HASHES, _COUNTS, _COUNTS, _HASHES)


@dataclass(frozen=True, slots=True)
class Probe:
    """The one element of its stage."""

    shown: str = "sampled pairs"


def probes(work: Work) -> list[Probe]:
    """None where excerpts are looked for: the pairs that the probe brings together are of whole documents."""
    dedup = work.job.recipe.dedup
    return [Probe()] if dedup.near and not dedup.contains else []


def push(work: Work, block: UnitRange) -> Iterator[tuple[int, Told]]:
    """(place of the probe, what a block of units has for it)."""
    if probes(work):
        yield 0, _together(work, (_told(work, unit) for unit in units.inside(work, block)))


def pull(work: Work, _: Probe) -> Iterator[Told]:
    """What all units have."""
    return (_told(work, unit) for unit in units.between(work))


def _told(work: Work, unit: Unit) -> Told:
    keys = UnitKeys(work, unit).hold("numbers", "content", "probe", "sizes", "sums")
    if not len(keys):
        return 0, _NOTHING
    sizes = keys["sizes"]
    of = Entries(keys["probe"], keys["content"][:, 0], keys.numbers, keys.offsets[:-1], sizes, keys.sums)
    return len(keys), chosen(of, work.job.own)


def _together(work: Work, sent: Iterable[Told]) -> Told:
    told = list(sent)
    return sum(documents for documents, _ in told), together((entries for _, entries in told), work.job.own)


def probe(work: Work, _: Probe, sent: Iterable[Told]) -> None:
    """The stage `probe`: compare some pairs, see which share a band, and leave how many. Gone where it is not told of
    all documents: a runner can lose what was sent."""
    near, path = work.job.recipe.dedup.near, work.job.names.probed(work.job.deduplicated)
    assert near is not None
    came, entries = _together(work, sent)
    if came != work.job.own:
        raise gone(path, how=f"would be of {came:,} documents, not of {work.job.own:,}")
    first, second = pairs(entries)
    wanted = np.unique(np.concatenate((first, second)))
    wanted = wanted[np.argsort(entries.numbers[wanted])]  # that is how they lie in the files
    place = np.argsort(wanted)
    one, other = (place[np.searchsorted(wanted, each, sorter=place)] for each in (first, second))
    with beside(work) as shelf:
        bands = _laid_down(work, entries.take(wanted), near, shelf)
        similarity = compare(one.astype(np.uint64), other.astype(np.uint64), _OnShelf(shelf))
    met = (bands[one] == bands[other]).any(axis=1)
    told(similarity, met, near.similarity).save(work.storage, path)


def _laid_down(work: Work, entries: Entries, near: NearDuplicates, shelf: Shelf) -> Hashes:
    """The band keys of these documents, (n, bands), in their order; the shingles come on the shelf."""
    bands, waiting = [np.empty((0, near.bands), np.uint64)], list[Shingles]()

    def hash_waiting() -> None:
        shingles = end_to_end(waiting)
        bands.append(band_keys(signatures(shingles, near.permutations, near.seed), near.bands))
        shelf.add(shingles)
        waiting.clear()

    for part in _by_unit(work, entries):
        waiting.append(part)
        if sum(shingles.values.nbytes for shingles in waiting) >= _BYTES_TOGETHER:
            hash_waiting()
    hash_waiting()
    return np.concatenate(bands)


def _by_unit(work: Work, entries: Entries) -> Iterator[Shingles]:
    """The shingles of these documents, whose numbers ascend."""
    for unit in units.between(work) if len(entries.numbers) else ():
        here = entries.take(between(entries.numbers, base(unit.number), base(unit.number + unit.items)))
        if len(here.numbers):
            yield UnitKeys(work, unit).shingles_at(here.starts, here.sizes, here.sums)


@dataclass(frozen=True)
class _OnShelf:
    """The sets on a shelf, as those who compare ask for them."""

    shelf: Shelf

    def sizes(self, wanted: Numbers) -> Counts:
        return self.shelf.sizes(wanted.astype(np.int64))

    def fetch(self, wanted: Numbers) -> Shingles:
        return self.shelf.fetch(wanted.astype(np.int64))


def chosen(entries: Entries, documents: int) -> Entries:
    """Of the entries of some of so many documents, those that are looked at, if these are all; of several such choices
    together again those. The first document with a text stands for all that have it."""
    most = np.uint64(min(_LAST_KEY, (MOST_ENTRIES << 64) // max(1, documents)))
    entries = entries.take((entries.keys != NO_KEY) & (entries.keys <= most))
    entries = entries.take(np.lexsort((entries.numbers, entries.texts, entries.keys)))
    keys, texts = entries.keys, entries.texts
    first = np.ones(len(keys), np.bool_)
    first[1:] = (keys[1:] != keys[:-1]) | (texts[1:] != texts[:-1])
    entries = entries.take(first)
    starts, ends = runs(entries.keys.astype(np.int64))
    return entries.take(ramps(starts, np.minimum(ends - starts, MOST_TEXTS)))  # those with the least hashes of texts


def together(parts: Iterable[Entries], documents: int) -> Entries:
    """What is looked at of all of so many documents."""
    return chosen(Entries.joined((_NOTHING, *parts)), documents)


def pairs(entries: Entries) -> tuple[Counts, Counts]:
    """Pairs of documents with one key, at most MOST_PAIRS, chosen by their texts: places among the entries."""
    found = group(entries.keys, np.arange(len(entries.keys), dtype=np.uint64))
    first, second = (each.astype(np.int64) for each in found.pairs())
    rank = mix(mix(entries.texts[first]) + mix(entries.texts[second]))
    few = np.argsort(rank, kind="stable")[:MOST_PAIRS]
    return first[few], second[few]


def told(similarity: NDArray[np.float64], met: NDArray[np.bool_], limit: float) -> Probed:
    """What pairs of these similarities come to, of which some `met` in a band."""
    steps, alike = np.minimum((similarity * BINS).astype(np.int64), BINS - 1), similarity >= limit
    both = np.count_nonzero(alike & met)
    return Probed(_counted(steps), _counted(steps[met]), int(np.count_nonzero(alike)), int(both))


def _counted(steps: Counts) -> tuple[int, ...]:
    counts: Sequence[int] = np.bincount(steps, minlength=BINS).tolist()
    return tuple(counts)
