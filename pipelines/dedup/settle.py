"""Which documents are copies, and which copy stays: one slice of all components, and then the sums of all slices.

candidates of all units -> survivor order -> buckets of each band -> stars -> decisions. Every function takes sets: the
order of units, bands and files changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from winnow.pipelines.dedup import candidates, drops, join, link
from winnow.pipelines.dedup.buckets import Buckets, group, joined
from winnow.pipelines.dedup.candidates import Candidates
from winnow.pipelines.dedup.drops import Drops, Listed
from winnow.pipelines.dedup.duplicates import Duplicates, merged
from winnow.pipelines.dedup.novel import Novel, novel
from winnow.pipelines.dedup.order import ascending, survivor_order
from winnow.pipelines.dedup.packed import Counts, Numbers
from winnow.pipelines.dedup.shelf import Shelf, beside
from winnow.pipelines.dedup.shingles import Shingles, end_to_end
from winnow.pipelines.dedup.slice import Slice
from winnow.pipelines.dedup.stars import Stars, stars
from winnow.pipelines.files.arrays import Array
from winnow.pipelines.files.sealed import Sealed, gone
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.plan.numbers import build_of
from winnow.pipelines.recipe.model import Recipe


@dataclass(frozen=True)
class SliceSums(Sealed):
    """What a slice comes to."""

    candidates: int
    members: int
    """Of clusters, that are of this build."""
    duplicates: Duplicates


def settle(work: Work, of: Slice, sent: Iterable[Candidates]) -> None:
    """The stage `settle`: find of what each candidate of a slice is a copy; leave the decisions and, last, sums."""
    recipe, names, name = work.job.recipe, work.job.names, work.job.deduplicated
    decided, new, sums, count = Drops(), Novel(), Duplicates.of(recipe.dedup), 0
    with beside(work) as shelf:
        facts, samples = _laid_down(sent, shelf)
        if facts:
            order, fixed = _order(recipe, facts)
            ranked, count = {name: facts.pop(name)[order] for name in list(facts)}, len(order)
            copies, bands = _buckets(ranked, samples.take(order))
            sets = _ByRank(shelf, order)
            found = stars(count, copies, bands, sets, recipe.dedup.near, fixed)
            decided, sums = _decided(ranked, found, fixed), _sums(work.job, ranked, found, fixed)
            if recipe.dedup.contains:
                new = novel(found, sets, ranked["numbers"], fixed)
    drops.save(work, names.decided(name, of.place), decided, new)
    SliceSums(count, len(decided.numbers), sums).save(work.storage, names.slice_sums(name, of.place))


def conclude(work: Work, _: object = None) -> None:
    """The stage `conclude`: leave the sums of all slices, which say that every drop list is there."""
    job, names = work.job, work.job.names
    paths = [names.slice_sums(job.deduplicated, of.place) for of in candidates.slices(work)]
    found = [SliceSums.load(work.storage, path) for path in paths]
    came, there = sum(each.candidates for each in found), link.linked(work).documents
    if came != there:
        raise gone(paths[0], paths, f"and all like it are of {came:,} documents, not of {there:,}")
    members = sum(each.members for each in found)
    lists = [names.dropped(job.deduplicated, block.first) for block in units.blocks(work)]
    if (came := sum(Listed.load(work.storage, path).members for path in lists)) != members:
        raise gone(lists[0], lists, f"and all like it are of {came:,} members of clusters, not of {members:,}")
    sums = merged(job.recipe.dedup, (each.duplicates for each in found))
    sums = replace(sums, common_shingles=sum(map(len, join.common(work))))
    sums.save(work.storage, names.settled(job.deduplicated))


def _laid_down(sent: Iterable[Candidates], shelf: Shelf) -> tuple[dict[str, Array], Shingles]:
    """The facts of all that was sent, and their samples; their shingles lie on the shelf in the same order."""
    parts, samples = list[dict[str, Array]](), list[Shingles]()
    for part in sent:
        shelf.add(part.shingles)
        parts.append(dict(part.facts))
        samples.append(part.samples)
    names = list(parts[0]) if parts else []
    return {name: np.concatenate([part.pop(name) for part in parts]) for name in names}, end_to_end(samples)


def _order(recipe: Recipe, facts: Mapping[str, Array]) -> tuple[Counts, int]:
    """Survivor order, and how many come first because they are of earlier builds, of which its keys tell nothing."""
    priorities = np.array([source.priority for source in candidates.sources(recipe)], np.int64)
    known = {**facts, "priority": priorities[facts["sources"]]}
    own = build_of(facts["numbers"]) == 0
    keys = [np.where(own, ascending(key, known), 0) for key in recipe.dedup.order]
    return survivor_order(facts["numbers"], [own, *keys]), int(np.count_nonzero(~own))


def _buckets(ranked: Mapping[str, Array], samples: Shingles) -> tuple[Buckets, Buckets]:
    """(exact copies, documents that share a key of any band or a sampled shingle), by their ranks."""
    ranks = np.arange(len(ranked["numbers"]), dtype=np.uint64)
    bands = [group(keys, ranks) for keys in np.ascontiguousarray(ranked["bands"].T)]
    excerpts = group(samples.values, np.repeat(ranks, samples.sizes))
    return group(ranked["content"], ranks), joined([*bands, excerpts])


@dataclass(frozen=True)
class _ByRank:
    """The shingle sets of documents that are told by their ranks."""

    shelf: Shelf
    order: Counts
    """By rank: when it came."""

    def sizes(self, wanted: Numbers) -> Counts:
        return self.shelf.sizes(self.order[wanted])

    def fetch(self, wanted: Numbers) -> Shingles:
        return self.shelf.fetch(self.order[wanted])


def _decided(ranked: Mapping[str, Array], found: Stars, fixed: int) -> Drops:
    """Of the members of all clusters of two and more, by ascending number; the first `fixed` are other builds'."""
    centres = found.centre.astype(np.int64)
    sizes = np.bincount(centres, minlength=len(centres))[centres]
    members = fixed + np.flatnonzero(sizes[fixed:] > 1)
    members = members[np.argsort(ranked["numbers"][members])]
    centre = centres[members]
    return Drops(
        numbers=ranked["numbers"][members], survivors=ranked["ids"][centre], sizes=sizes[members],
        similarities=found.similarity[members], exact=found.same[members] | (centre == members),
        kept=centre == members, builds=build_of(ranked["numbers"][centre]),
    )  # fmt: skip


def _sums(job: Job, ranked: Mapping[str, Array], found: Stars, fixed: int) -> Duplicates:
    """What this build lost; of clusters those of which it has the kept one."""
    centres = found.centre.astype(np.int64)
    sizes = np.bincount(centres, minlength=len(centres))
    sizes[:fixed] = 0
    gone = np.flatnonzero(centres != np.arange(len(centres)))
    inside, earlier = gone[centres[gone] >= fixed], gone[centres[gone] < fixed]
    return Duplicates.of(
        job.recipe.dedup,
        documents_in_clusters=int(ranked["documents"][sizes[centres] > 1].sum()),
        members=int(sizes[sizes > 1].sum()), clusters=int(np.count_nonzero(sizes > 1)),
        largest=int(sizes[sizes > 1].max(initial=0)), exact_copies=int(np.count_nonzero(found.same[inside])),
        alike_pairs=found.alike, compared=tuple(found.compared.tolist()), skipped_pairs=found.skipped,
        dropped=_dropped(job.recipe, ranked, inside, centres[inside]),
        earlier=_earlier(job, ranked, earlier, centres[earlier]),
    )  # fmt: skip


def _dropped(recipe: Recipe, ranked: Mapping[str, Array], gone: Counts, by: Counts) -> Mapping[str, Mapping[str, int]]:
    """source of what was dropped -> source of what stays in its place -> documents dropped."""
    names, sources = [source.name for source in candidates.sources(recipe)], ranked["sources"]
    return _counted(names, sources[gone], names, sources[by], ranked["documents"][gone])


def _earlier(job: Job, ranked: Mapping[str, Array], gone: Counts, by: Counts) -> Mapping[str, Mapping[str, int]]:
    """source of what was dropped -> identity of the earlier build that has what stays in its place -> documents."""
    names, builds = [source.name for source in candidates.sources(job.recipe)], build_of(ranked["numbers"][by])
    identities = ["", *(each.identity for each in job.against)]
    return _counted(names, ranked["sources"][gone], identities, builds, ranked["documents"][gone])


def _counted(
    rows: Sequence[str], of: Array, columns: Sequence[str], by: Array, documents: Counts
) -> Mapping[str, Mapping[str, int]]:
    """rows[of] -> columns[by] -> documents, without zeros."""
    counts = np.zeros((len(rows), len(columns)), np.int64)
    np.add.at(counts, (of, by), documents)
    return {
        rows[one]: {columns[other]: int(counts[one, other]) for other in np.flatnonzero(counts[one]).tolist()}
        for one in np.flatnonzero(counts.any(axis=1)).tolist()
    }
