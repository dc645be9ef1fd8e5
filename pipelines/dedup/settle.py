"""Job 2: which documents are copies, and which copy stays.

keys of each unit -> buckets of each band -> verified pairs -> components -> survivors -> a drop list for each unit.
Every function takes sets: the order of units, bands and files changes nothing.
"""

import numpy as np
import numpy.typing as npt

from winnow.pipelines.dedup.buckets import Buckets, group
from winnow.pipelines.dedup.candidates import compare, verify
from winnow.pipelines.dedup.components import components, survivors
from winnow.pipelines.dedup.drops import Drops
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.dedup.join import buckets_of
from winnow.pipelines.dedup.keys import Library
from winnow.pipelines.dedup.packed import Numbers
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import base
from winnow.pipelines.recipe.model import Dedup


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
    characters, moments, ids = _facts(library, members)
    kept = survivors(members, roots, characters, moments)
    same, same_kept = _leader(members, leaders, others), _leader(kept, leaders, others)
    near = np.flatnonzero(same != same_kept)
    similarity = np.ones(len(members))
    if len(near):
        similarity[near] = compare(same[near], same_kept[near], library.fetch)
    _, at, sizes = np.unique(roots, return_inverse=True, return_counts=True)
    places = dict(library.split(members))
    for i, unit in enumerate(made):
        here = np.sort(places.get(i, np.empty(0, np.int64)))
        Drops(
            numbers=members[here] - np.uint64(base(unit.number)), survivors=ids[np.searchsorted(members, kept[here])],
            sizes=sizes[at[here]], similarities=similarity[here], exact=same[here] == same_kept[here],
            kept=kept[here] == members[here],
        ).save(work.storage, job.names.drops(job.deduplicated, unit.name))  # fmt: skip
    Duplicates(
        documents_in_clusters=len(members), clusters=len(sizes), verified_pairs=len(first) - len(others),
        exact_copies=len(others), largest=int(sizes.max(initial=0)),
    ).save(work.storage, job.names.settled(job.deduplicated))  # fmt: skip


def _pairs(
    dedup: Dedup, library: Library, leaders: Numbers, others: Numbers, buckets: Buckets
) -> tuple[Numbers, Numbers]:
    """Pairs that belong together: exact copies, each with the first of them, and the firsts' near duplicates."""
    if dedup.near is None or not len(buckets):
        return leaders, others
    collapsed = _leader(buckets.numbers, leaders, others)
    buckets = group(np.repeat(np.arange(1, len(buckets) + 1, dtype=np.uint64), buckets.sizes), collapsed)
    edges = verify(buckets, library.fetch, dedup.near.similarity, dedup.near.max_bucket)
    return np.concatenate((leaders, edges.first)), np.concatenate((others, edges.second))


def _leader(wanted: Numbers, leaders: Numbers, others: Numbers) -> Numbers:
    """For each number the first of its exact copies, itself where it has none."""
    if not len(others):
        return wanted
    order = np.argsort(others)
    at = np.minimum(np.searchsorted(others[order], wanted), len(others) - 1)
    return np.where(others[order][at] == wanted, leaders[order][at], wanted)


def _facts(
    library: Library, members: Numbers
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.bytes_]]:
    """(characters, moments, ids) of the members."""
    characters = np.zeros(len(members), np.int64)
    moments = np.zeros(len(members), np.int64)
    ids = np.zeros(len(members), "S32")
    for unit, at in library.split(members):
        keys = library.keys(unit)
        rows = np.searchsorted(keys.numbers, members[at])
        characters[at], moments[at], ids[at] = keys["characters"][rows], keys["moments"][rows], keys["ids"][rows]
    return characters, moments, ids
