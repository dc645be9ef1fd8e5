"""Job 2: which documents are copies, and which copy stays.

keys of each chunk -> buckets of each band -> verified pairs -> components -> survivors -> a drop list for each chunk.
Every function takes sets: the order of chunks, bands and files changes nothing.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from winnow.pipelines.dedup.buckets import Buckets, group, joined
from winnow.pipelines.dedup.candidates import compare, verify
from winnow.pipelines.dedup.components import components, survivors
from winnow.pipelines.dedup.drops import SETTLED, Drops
from winnow.pipelines.dedup.keys import CONTENT, Library
from winnow.pipelines.dedup.packed import Hashes, Numbers
from winnow.pipelines.files.sealed import write_sealed
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.plan.job import Job
from winnow.pipelines.plan.units import Chunk, file_base
from winnow.pipelines.recipe.lock import dedup_digest, digest
from winnow.pipelines.recipe.model import Dedup


def name_of(job: Job, chunks: Sequence[Chunk]) -> str:
    """Names the deduplication of these chunks together."""
    return digest("dedup", dedup_digest(job.recipe), [c.name for c in chunks])


def drops_path(job: Job, chunks_name: str, chunk: Chunk) -> str:
    return job.work("dedup", chunks_name, f"{chunk.name}.npz")


def settled_path(job: Job, chunks_name: str) -> str:
    """The file that says that every drop list is there, and counts them."""
    return job.work("dedup", chunks_name, SETTLED)


def bands_of(dedup: Dedup) -> list[int]:
    """The bands to be joined; CONTENT first."""
    if not dedup.exact:
        return []
    return [CONTENT, *range(dedup.near.bands if dedup.near else 0)]


def join(entries: Iterable[tuple[Hashes, Numbers]]) -> Buckets:
    """The buckets of one band from the (keys, numbers) of all chunks."""
    pairs = list(entries)
    return group(np.concatenate([k for k, _ in pairs]), np.concatenate([n for _, n in pairs]))


def settle(storage: Storage, job: Job, chunks: Sequence[Chunk], copies: Buckets, bands: Sequence[Buckets]) -> None:
    """Verify candidates, find clusters and survivors, write a drop list for each chunk and, last, `settled.json`."""
    name, library = name_of(job, chunks), Library(storage, job, chunks)
    leaders, others = copies.leaders()
    first, second = _pairs(job.recipe.dedup, library, leaders, others, joined(list(bands)))
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
    base = np.array([file_base(c.input) for c in chunks], np.uint64)
    places = dict(library.split(members))
    for i, chunk in enumerate(chunks):
        here = np.sort(places.get(i, np.empty(0, np.int64)))
        Drops(
            numbers=members[here] ^ base[i], survivors=ids[np.searchsorted(members, kept[here])], sizes=sizes[at[here]],
            similarities=similarity[here], exact=same[here] == same_kept[here], kept=kept[here] == members[here],
        ).save(storage, drops_path(job, name, chunk))  # fmt: skip
    write_sealed(storage, settled_path(job, name), {
        "documents_in_clusters": len(members), "clusters": len(sizes), "verified_pairs": len(first) - len(others),
        "exact_copies": len(others), "largest": int(sizes.max(initial=0)),
    })  # fmt: skip


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
    for chunk, at in library.split(members):
        keys = library.keys(chunk)
        rows = np.searchsorted(keys.numbers, members[at])
        characters[at], moments[at], ids[at] = keys["characters"][rows], keys["moments"][rows], keys["ids"][rows]
    return characters, moments, ids
