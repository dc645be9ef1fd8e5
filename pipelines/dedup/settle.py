"""Job 2: which documents are copies, and which copy stays.

keys of each unit -> buckets of each band -> verified pairs -> components -> survivors -> a drop list for each unit.
Every function takes sets: the order of units, bands and files changes nothing.
"""

from dataclasses import dataclass
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from winnow.pipelines.dedup.buckets import Buckets, group
from winnow.pipelines.dedup.candidates import compare, verify
from winnow.pipelines.dedup.components import components, survivors
from winnow.pipelines.dedup.drops import Drops
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.dedup.join import buckets_of
from winnow.pipelines.dedup.keys import Library
from winnow.pipelines.dedup.packed import Counts, Numbers
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import base
from winnow.pipelines.recipe.model import Dedup, Recipe, Source


def settle(work: Work, _: object = None) -> None:
    """The stage `settle`: verify candidates, find clusters and survivors, write a drop list for each unit and, last,
    their sums."""
    job, made = work.job, units.load(work)
    copies, bands = buckets_of(work)
    library = Library(work, made)
    leaders, others = copies.leaders()
    first, second = _pairs(job.recipe.dedup, library, leaders, others, bands)
    members = np.unique(np.concatenate((first, second)))
    roots = components(members, first, second)
    facts = _facts(library, members)
    kept = survivors(members, roots, facts.priorities, facts.characters, facts.moments)
    stand_for = np.searchsorted(members, kept)
    same, same_kept = _leader(members, leaders, others), _leader(kept, leaders, others)
    near = np.flatnonzero(same != same_kept)
    similarity = np.ones(len(members))
    if len(near):
        similarity[near] = compare(same[near], same_kept[near], library)
    _, at, sizes = np.unique(roots, return_inverse=True, return_counts=True)
    places = dict(library.split(members))
    for i, unit in enumerate(made):
        here = np.sort(places.get(i, np.empty(0, np.int64)))
        Drops(
            numbers=members[here] - np.uint64(base(unit.number)), survivors=facts.ids[stand_for[here]],
            sizes=sizes[at[here]], similarities=similarity[here], exact=same[here] == same_kept[here],
            kept=kept[here] == members[here],
        ).save(work.storage, job.names.drops(job.deduplicated, unit.name))  # fmt: skip
    Duplicates(
        documents_in_clusters=int(facts.documents.sum()), members=len(members), clusters=len(sizes),
        verified_pairs=len(first) - len(others), exact_copies=len(others), largest=int(sizes.max(initial=0)),
        dropped=_dropped(job.recipe, facts, stand_for),
    ).save(work.storage, job.names.settled(job.deduplicated))  # fmt: skip


def _pairs(
    dedup: Dedup, library: Library, leaders: Numbers, others: Numbers, buckets: Buckets
) -> tuple[Numbers, Numbers]:
    """Pairs that belong together: exact copies, each with the first of them, and the firsts' near duplicates."""
    if dedup.near is None or not len(buckets):
        return leaders, others
    collapsed = _leader(buckets.numbers, leaders, others)
    buckets = group(np.repeat(np.arange(1, len(buckets) + 1, dtype=np.uint64), buckets.sizes), collapsed)
    edges = verify(buckets, library, dedup.near.similarity, dedup.near.max_bucket)
    return np.concatenate((leaders, edges.first)), np.concatenate((others, edges.second))


def _leader(wanted: Numbers, leaders: Numbers, others: Numbers) -> Numbers:
    """For each number the first of its exact copies, itself where it has none."""
    if not len(others):
        return wanted
    order = np.argsort(others)
    at = np.minimum(np.searchsorted(others[order], wanted), len(others) - 1)
    return np.where(others[order][at] == wanted, leaders[order][at], wanted)


@dataclass(frozen=True, eq=False, slots=True)
class _Facts:
    """What is known of the members of clusters, an array each."""

    characters: Counts
    moments: npt.NDArray[np.int64]
    ids: npt.NDArray[np.bytes_]
    documents: Counts
    """How many a member has: more than one may be a whole record's."""
    sources: Counts
    """Places in `_sources`."""
    priorities: npt.NDArray[np.int64]
    """Of their sources."""


def _facts(library: Library, members: Numbers) -> _Facts:
    characters, moments, documents, sources = (np.zeros(len(members), np.int64) for _ in range(4))
    ids, of = np.zeros(len(members), "S32"), _sources(library.work.job.recipe)
    places = {source.name: place for place, source in enumerate(of)}
    for unit, at in library.split(members):
        keys = library.keys(unit)
        rows = np.searchsorted(keys.numbers, members[at])
        characters[at], moments[at], ids[at] = keys["characters"][rows], keys["moments"][rows], keys["ids"][rows]
        documents[at] = keys.documents[rows]
        sources[at] = places[library.units[unit].source]
    priorities = np.array([source.priority for source in of], np.int64)
    return _Facts(characters, moments, ids, documents, sources, priorities[sources])


def _dropped(recipe: Recipe, facts: _Facts, stand_for: Counts) -> dict[str, dict[str, int]]:
    """source of what was dropped -> source of what was kept in its place -> documents dropped.

    `stand_for`: the place among the members of the one kept for each.
    """
    names = [source.name for source in _sources(recipe)]
    counts = np.zeros((len(names), len(names)), np.int64)
    gone = np.flatnonzero(stand_for != np.arange(len(stand_for)))
    np.add.at(counts, (facts.sources[gone], facts.sources[stand_for[gone]]), facts.documents[gone])
    return {
        names[of]: {names[by]: int(counts[of, by]) for by in np.flatnonzero(counts[of]).tolist()}
        for of in np.flatnonzero(counts.any(axis=1)).tolist()
    }


def _sources(recipe: Recipe) -> list[Source]:
    """By name: in what order a recipe has them changes nothing."""
    return sorted(recipe.sources, key=attrgetter("name"))
