"""What a document that shares a key with another brings to where the two are compared: its facts, keys and shingles.

A component goes to one slice as a whole, so that what is decided in one needs nothing of another. Each unit's keys are
read once and its shingles at most once; so are those of each file of earlier builds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from winnow.pipelines.dedup import join, link, senders
from winnow.pipelines.dedup.keys import Keys
from winnow.pipelines.dedup.packed import Counts, Numbers, together
from winnow.pipelines.dedup.samples import without
from winnow.pipelines.dedup.senders import Sender
from winnow.pipelines.dedup.shingles import NO_SHINGLES, Shingles, end_to_end, mix
from winnow.pipelines.dedup.slice import Slice, cut
from winnow.pipelines.files.arrays import Array
from winnow.pipelines.plan.job import Work
from winnow.pipelines.recipe.model import Recipe, Source

MOST_COMPARED = 1 << 20
"""Documents of a slice, about; a component is never cut."""
_BYTES_TOGETHER = 1 << 26
"""Shingles that are read and sent together, and as many again or those of one document."""


@dataclass(frozen=True, eq=False, slots=True)
class Candidates:
    """Some documents of one sender or of several."""

    facts: Mapping[str, Array]
    """`numbers`, `ids`, `documents` (more than one may be a whole record's), `sources` (places in `sources`; 0 for
    those of earlier builds), `characters`, `moments`, `content`, `bands`, and the measures of the survivor order, NaN
    where a source has none: an array each, with a row a document."""
    shingles: Shingles
    samples: Shingles
    """With containment the sampled ones that bring documents together; else none."""

    def __len__(self) -> int:
        return len(self.facts["numbers"])

    def take(self, rows: Counts) -> "Candidates":
        facts = {name: array[rows] for name, array in self.facts.items()}
        return Candidates(facts, self.shingles.take(rows), self.samples.take(rows))


def slices(work: Work) -> list[Slice]:
    """How many follows from the number of documents that share a key."""
    return cut("documents that share a key", -(-link.linked(work).documents // MOST_COMPARED))


def push(work: Work, sender: Sender) -> Iterator[tuple[int, Candidates]]:
    """(place of a slice, what a sender has for it)."""
    to, found, waiting, size = len(slices(work)), link.Components(work), list[tuple[Candidates, Counts]](), 0
    for keys in senders.keys(work, sender) if to else ():
        numbers, of = _slices(found, keys, to)
        for run in _runs(work, keys, numbers):
            waiting.append((_read(work, keys, numbers[run]), of[run]))
            size += waiting[-1][0].shingles.values.nbytes
            if size >= _BYTES_TOGETHER:
                yield from _by_slice(waiting)
                waiting, size = [], 0
    yield from _by_slice(waiting)


def pull(work: Work, to: Slice) -> Iterator[Candidates]:
    """What all senders have for a slice."""
    found = link.Components(work)
    for keys in senders.every(work):
        numbers, of = _slices(found, keys, to.slices)
        numbers = numbers[of == to.place]
        for run in _runs(work, keys, numbers):
            yield _read(work, keys, numbers[run])


def _slices(found: link.Components, keys: Keys, slices: int) -> tuple[Numbers, Counts]:
    """(numbers, slice of each) of those documents that share a key."""
    numbers, centres = found.of(keys.least, keys.end)
    return numbers, (mix(centres) % np.uint64(slices)).astype(np.int64)


def _by_slice(waiting: list[tuple[Candidates, Counts]]) -> Iterator[tuple[int, Candidates]]:
    for place in np.unique(np.concatenate([of for _, of in waiting])).tolist() if waiting else ():
        parts = [found.take(np.flatnonzero(of == place)) for found, of in waiting]
        facts = {name: np.concatenate([part.facts[name] for part in parts]) for name in parts[0].facts}
        shingles, samples = (
            end_to_end([of(part) for part in parts]) for of in map(attrgetter, ("shingles", "samples"))
        )
        yield place, Candidates(facts, shingles, samples)


def _runs(work: Work, keys: Keys, numbers: Numbers) -> Iterator[slice]:
    """The documents that are read together: a file of an earlier build has many more than a unit."""
    if work.job.recipe.dedup.near is None or not len(numbers):
        sizes = np.zeros(len(numbers), np.int64)
    else:
        sizes = 8 * keys.hold()["sizes"][np.searchsorted(keys.numbers, numbers)]
    yield from together(sizes, _BYTES_TOGETHER)


def _read(work: Work, keys: Keys, numbers: Numbers) -> Candidates:
    """What some documents bring."""
    recipe, keys = work.job.recipe, keys.hold()
    rows, near = np.searchsorted(keys.numbers, numbers), recipe.dedup.near
    bands = [keys.entries(band)[0][rows] for band in range(near.bands if near else 0)]
    facts = {name: keys[name][rows] for name in ("ids", "characters", "moments", "content", *keys.measures)}
    unknown = {".".join(each): np.full(len(rows), np.nan) for each in recipe.dedup.measures}
    source = [each.name for each in sources(recipe)].index(keys.source) if keys.source else 0
    none = Shingles(NO_SHINGLES.values, np.zeros(len(rows) + 1, np.int64))
    return Candidates(
        unknown | facts | {
            "numbers": numbers, "documents": keys.documents[rows], "sources": np.full(len(rows), source),
            "bands": np.stack(bands, axis=1) if bands else np.empty((len(rows), 0), np.uint64),
        },
        keys.shingles(rows) if near else none,
        without(keys.samples.take(rows), join.common(work)) if recipe.dedup.contains else none,
    )  # fmt: skip


def sources(recipe: Recipe) -> list[Source]:
    """By name: in what order a recipe has them changes nothing."""
    return sorted(recipe.sources, key=attrgetter("name"))
