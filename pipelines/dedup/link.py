"""Which documents must be looked at together: the components of those that share a key, one run of senders by another.

What shares no key with another document is alone and comes no further. Where one run holds all, its components are
found at once; else turn by turn: links are pulled in, each run says how far it is, and that goes on until a count over
all runs says that every document knows the smallest of its component.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from winnow.pipelines.dedup import join, senders
from winnow.pipelines.dedup.components import NO_LINKS, Links, components, joined, large_star, small_star, within
from winnow.pipelines.dedup.packed import Counts, Numbers, between
from winnow.pipelines.files.arrays import load_arrays, save_arrays
from winnow.pipelines.files.sealed import Sealed
from winnow.pipelines.plan.job import Work

MOST_LINKED = 1 << 22
"""Entries of a run, about: 64 MiB of links where each has one."""


@dataclass(frozen=True, slots=True)
class Range:
    """A run of senders, whose documents' numbers begin at `least` and end before `end`."""

    place: int
    least: int
    end: int
    """0 for the last."""

    @property
    def shown(self) -> str:
        return f"documents, run {self.place + 1}"


@dataclass(frozen=True)
class Linked(Sealed):
    """What all runs say together after a turn."""

    documents: int
    """That share a key with another."""
    open: int
    """That do not know their component yet."""


def ranges(work: Work) -> list[Range]:
    """The runs; how many follows from the number of entries, or of sampled shingles, since each may be a link."""
    if not join.bands(work):
        return []
    of = senders.senders(work)
    entries = max(1, work.job.compared, join.samples(work))
    count = min(len(of), -(-entries // MOST_LINKED))
    firsts = [senders.least(of[len(of) * place // count]) if place else 0 for place in range(count)]
    return [Range(place, least, end) for place, (least, end) in enumerate(zip(firsts, [*firsts[1:], 0], strict=True))]


def push_buckets(work: Work, band: join.Band) -> Iterator[tuple[int, Links]]:
    """The links of one slice of one band, for the runs that hold an end of them."""
    return _spread(ranges(work), Links(*join.load(work, band).leaders()))


def pull_buckets(work: Work, to: Range) -> Iterator[Links]:
    """The links of all bands with an end in one run."""
    for band in join.bands(work):
        yield _within(Links(*join.load(work, band).leaders()), to)


def link(work: Work, of: Range, sent: Iterable[Links]) -> None:
    """The stage `link`: leave what the documents of a run know of their components."""
    links, names = joined(sent), work.job.names
    if len(ranges(work)) == 1:
        stars, pushed = components(links), NO_LINKS
    else:
        stars, pushed = large_star(links, of.least, of.end)
    save_arrays(work.storage, names.links(work.job.deduplicated, work.job.turn, of.place), {
        "numbers": stars.numbers, "centres": stars.centres, "open": np.array([stars.open]),
        "first": pushed.first, "second": pushed.second,
    })  # fmt: skip


def push_links(work: Work, of: Range) -> Iterator[tuple[int, Links]]:
    """The links that large-star left in the turn before, for the runs of their larger ends."""
    given, found = _links(work, of), ranges(work)
    place = _places(found, given.second)
    for to in np.unique(place).tolist():
        yield to, Links(given.first[place == to], given.second[place == to])


def pull_links(work: Work, to: Range) -> Iterator[Links]:
    for of in ranges(work):
        given = _links(work, of)
        own = within(given.second, to.least, to.end)
        yield Links(given.first[own], given.second[own])


def pull_in(work: Work, of: Range, sent: Iterable[Links]) -> None:
    """The stage `pull`: small-star over the links whose larger ends are in a run."""
    found = small_star(joined(sent))
    path = work.job.names.pulled(work.job.deduplicated, work.job.turn, of.place)
    save_arrays(work.storage, path, {"first": found.first, "second": found.second})


def push_pulled(work: Work, of: Range) -> Iterator[tuple[int, Links]]:
    """What small-star left, for the runs that hold an end of it."""
    return _spread(ranges(work), _pulled(work, of))


def pull_pulled(work: Work, to: Range) -> Iterator[Links]:
    for of in ranges(work):
        yield _within(_pulled(work, of), to)


def count(work: Work, _: object = None) -> None:
    """The stage `count`: leave how far all runs are."""
    job, documents, still = work.job, 0, 0
    paths = [job.names.links(job.deduplicated, job.turn, of.place) for of in ranges(work)]
    if job.turn == 0:
        join.require_all(work, made=paths)
    for path in paths:
        arrays = load_arrays(work.storage, path, ["numbers", "open"])
        documents, still = documents + len(arrays["numbers"]), still + int(arrays["open"][0])
    Linked(documents, still).save(work.storage, job.names.linked(job.deduplicated, job.turn))


def linked(work: Work) -> Linked:
    """What `count` left."""
    return Linked.load(work.storage, work.job.names.linked(work.job.deduplicated, work.job.turn))


class Components:
    """The components of all documents that share a key, after the last turn. Memory: those of one run."""

    def __init__(self, work: Work) -> None:
        self._work, self._ranges, self._held = work, ranges(work), -1
        self._numbers = self._centres = np.empty(0, np.uint64)

    def of(self, least: int, end: int) -> tuple[Numbers, Numbers]:
        """(numbers, smallest of their components) of the documents from `least` up to `end` that share a key with
        another; they must be of one run."""
        place = int(_places(self._ranges, np.array([least], np.uint64))[0])
        if place != self._held:
            job = self._work.job
            path = job.names.links(job.deduplicated, job.turn, place)
            arrays = load_arrays(self._work.storage, path, ["numbers", "centres"])
            self._held, self._numbers, self._centres = place, arrays["numbers"], arrays["centres"]
        here = between(self._numbers, least, end)
        return self._numbers[here], self._centres[here]


def _links(work: Work, of: Range) -> Links:
    """Of the turn before."""
    path = work.job.names.links(work.job.deduplicated, work.job.turn - 1, of.place)
    return Links(**load_arrays(work.storage, path, ["first", "second"]))


def _pulled(work: Work, of: Range) -> Links:
    return Links(**load_arrays(work.storage, work.job.names.pulled(work.job.deduplicated, work.job.turn, of.place)))


def _spread(found: list[Range], links: Links) -> Iterator[tuple[int, Links]]:
    """Each link to the runs that hold an end of it."""
    for to in found:
        here = _within(links, to)
        if len(here):
            yield to.place, here


def _within(links: Links, to: Range) -> Links:
    own = within(links.first, to.least, to.end) | within(links.second, to.least, to.end)
    return Links(links.first[own], links.second[own])


def _places(found: list[Range], numbers: Numbers) -> Counts:
    return np.searchsorted(np.array([each.least for each in found], np.uint64), numbers, side="right") - 1
