"""Job 2: which documents are copies, and which copy stays.

keys of each unit -> buckets of each band -> documents in survivor order -> stars -> a drop list for each unit. Every
function takes sets: the order of units, bands and files changes nothing.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from winnow.pipelines.dedup.buckets import Buckets
from winnow.pipelines.dedup.drops import Drops
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.dedup.join import buckets_of
from winnow.pipelines.dedup.keys import Library
from winnow.pipelines.dedup.order import ascending, survivor_order
from winnow.pipelines.dedup.packed import Counts, Numbers
from winnow.pipelines.dedup.shingles import Shingles
from winnow.pipelines.dedup.stars import Stars, stars
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import base
from winnow.pipelines.recipe.model import Recipe, Source


def settle(work: Work, _: object = None) -> None:
    """The stage `settle`: find of what each candidate is a copy, write a drop list for each unit and, last, their
    sums."""
    job, made = work.job, units.load(work)
    copies, bands = buckets_of(work)
    library = Library(work, made)
    facts = _ranked(library, np.unique(np.concatenate((copies.numbers, bands.numbers))))
    ranks = _Ranks(facts.numbers)
    found = stars(
        len(facts.numbers), ranks.of(copies), ranks.of(bands), _ByRank(library, facts.numbers), job.recipe.dedup.near
    )
    centres = found.centre.astype(np.int64)
    sizes = np.bincount(centres, minlength=len(centres))[centres]
    members = np.flatnonzero(sizes > 1)
    places = {unit: members[at] for unit, at in library.split(facts.numbers[members])}
    for i, unit in enumerate(made):
        here = places.get(i, np.empty(0, np.int64))
        here = here[np.argsort(facts.numbers[here])]
        centre = centres[here]
        Drops(
            numbers=facts.numbers[here] - np.uint64(base(unit.number)), survivors=facts.ids[centre],
            sizes=sizes[here], similarities=found.similarity[here], exact=found.same[here] | (centre == here),
            kept=centre == here,
        ).save(work.storage, job.names.drops(job.deduplicated, unit.name))  # fmt: skip
    _sums(job.recipe, facts, found, members, sizes).save(work.storage, job.names.settled(job.deduplicated))


def _sums(recipe: Recipe, facts: "_Facts", found: Stars, members: Counts, sizes: Counts) -> Duplicates:
    gone, near = np.flatnonzero(found.centre != np.arange(len(found.centre))), recipe.dedup.near
    return Duplicates(
        documents_in_clusters=int(facts.documents[members].sum()), members=len(members),
        clusters=len(members) - len(gone), largest=int(sizes.max(initial=0)) if len(members) else 0,
        exact_copies=int(np.count_nonzero(found.same)), alike_pairs=found.alike,
        compared=tuple(found.compared.tolist()), skipped_pairs=found.skipped, order=recipe.dedup.order,
        limit=near.similarity if near else None,
        bands=near.bands if near else 0, rows=near.rows if near else 0,
        dropped=_dropped(recipe, facts, gone, found.centre[gone].astype(np.int64)),
    )  # fmt: skip


class _Ranks:
    """From numbers to ranks."""

    def __init__(self, numbers: Numbers) -> None:
        """`numbers` by rank."""
        self._order = np.argsort(numbers)
        self._sorted = numbers[self._order]

    def of(self, buckets: Buckets) -> Buckets:
        """The buckets with ranks for numbers, each ascending."""
        ranks = self._order[np.searchsorted(self._sorted, buckets.numbers)].astype(np.uint64)
        bucket = np.repeat(np.arange(len(buckets)), buckets.sizes)
        return Buckets(ranks[np.lexsort((ranks, bucket))], buckets.offsets)


@dataclass(frozen=True)
class _ByRank:
    """The shingle sets of documents that are told by their ranks."""

    library: Library
    numbers: Numbers
    """By rank."""

    @functools.cached_property
    def _sizes(self) -> Counts:
        """By rank: they are asked for again and again."""
        return self.library.sizes(self.numbers)

    def sizes(self, wanted: Numbers) -> Counts:
        return self._sizes[wanted]

    def fetch(self, wanted: Numbers) -> Shingles:
        """Read by number: that is how they lie in their files."""
        numbers = self.numbers[wanted]
        order = np.argsort(numbers)
        return self.library.fetch(numbers[order]).take(np.argsort(order))


@dataclass(frozen=True, eq=False, slots=True)
class _Facts:
    """What is known of the documents that share a key with another, by rank: an array each."""

    numbers: Numbers
    ids: npt.NDArray[np.bytes_]
    documents: Counts
    """How many each has: more than one may be a whole record's."""
    sources: Counts
    """Places in `_sources`."""


def _ranked(library: Library, numbers: Numbers) -> _Facts:
    """The facts of the documents with these numbers, in survivor order."""
    recipe, measures = library.work.job.recipe, [".".join(each) for each in library.work.job.recipe.dedup.measures]
    documents, sources = (np.zeros(len(numbers), np.int64) for _ in range(2))
    known = {name: np.zeros(len(numbers), np.int64) for name in ("characters", "moments")}
    known |= {name: np.full(len(numbers), np.nan) for name in measures}
    ids, of = np.zeros(len(numbers), "S32"), _sources(recipe)
    places = {source.name: place for place, source in enumerate(of)}
    for unit, at in library.split(numbers):
        keys = library.keys(unit)
        rows = np.searchsorted(keys.numbers, numbers[at])
        ids[at], documents[at], sources[at] = (
            keys["ids"][rows],
            keys.documents[rows],
            places[library.units[unit].source],
        )
        for name in known.keys() & {"characters", "moments", *keys.measures}:
            known[name][at] = keys[name][rows]
    known["priority"] = np.array([source.priority for source in of], np.int64)[sources]
    order = survivor_order(numbers, [ascending(key, known) for key in recipe.dedup.order])
    return _Facts(numbers[order], ids[order], documents[order], sources[order])


def _dropped(recipe: Recipe, facts: _Facts, gone: Counts, by: Counts) -> Mapping[str, Mapping[str, int]]:
    """source of what was dropped -> source of what stays in its place -> documents dropped."""
    names = [source.name for source in _sources(recipe)]
    counts = np.zeros((len(names), len(names)), np.int64)
    np.add.at(counts, (facts.sources[gone], facts.sources[by]), facts.documents[gone])
    return {
        names[of]: {names[by]: int(counts[of, by]) for by in np.flatnonzero(counts[of]).tolist()}
        for of in np.flatnonzero(counts.any(axis=1)).tolist()
    }


def _sources(recipe: Recipe) -> list[Source]:
    """By name: in what order a recipe has them changes nothing."""
    return sorted(recipe.sources, key=attrgetter("name"))
