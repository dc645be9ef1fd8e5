"""Marks: the passages of a unit's documents that may stand elsewhere too, each a hash and a place in a text.

A mark is a span (`dedup.spans.pieces`) of enough words or a run of n words whose fingerprint occurs in two places. Two
marks of one hash have the same words, and are of one kind.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.dedup.packed import Counts, Hashes, Numbers
from winnow.pipelines.dedup.settings import Spans, Substrings
from winnow.pipelines.dedup.shingles import mix
from winnow.pipelines.dedup.spans import blocks, pieces
from winnow.pipelines.dedup.spans.fingerprints import PICKS, for_unit
from winnow.pipelines.dedup.spans.texts import Batch, staying, survivor_keys
from winnow.pipelines.dedup.spans.windows import rolled, windows
from winnow.pipelines.dedup.spans.words import Words, run_hashes, words
from winnow.pipelines.files.arrays import Array, SealedArrays
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.unit import Unit

SPAN, SUBSTRING = 0, 1
"""Kinds of marks."""
_SALTS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xA0761D6478BD642F))
"""A span and a substring never meet."""


@dataclass(frozen=True, eq=False, slots=True)
class Marks(SealedArrays):
    """Of n documents all, and of these m marks, by document, kind and place."""

    numbers: Numbers
    """uint64 [n], ascending."""
    ids: NDArray[np.bytes_]
    lengths: Counts
    """Characters."""
    keys: Hashes
    """uint64 [n, k]: what compares as the documents do in survivor order."""
    hashes: Hashes
    """uint64 [m]"""
    documents: Counts
    """int64 [m]: the row of each mark's document."""
    kinds: NDArray[np.uint8]
    starts: Counts
    ends: Counts
    """In the text, in characters: up to where the next word, or the next span, begins."""


def path(work: Work, unit: Unit) -> str:
    return work.job.names.passages(work.job.decided, "marks", unit.name)


def load(work: Work, unit: Unit) -> Marks:
    """What the stage `mark` left of a unit."""
    return Marks.load(work.storage, path(work, unit))


def marks_of(work: Work, unit: Unit) -> Marks:
    """The marks of a unit; of a source for which nothing is looked for no document."""
    dedup = work.job.recipe.dedup
    spans, substrings = for_unit(dedup.spans, unit), for_unit(dedup.substrings, unit)
    picked = blocks.load(work, PICKS, unit) if substrings else {}
    facts, found, before = [_NO_DOCUMENT], [_NO_MARK], 0
    for batch in staying(work, unit) if spans or substrings else ():
        facts.append((batch.numbers, batch.ids, batch.lengths))
        for kind, (hashes, documents, starts, ends) in (*_spans(batch, spans), *_substrings(batch, substrings, picked)):
            kinds = np.full(len(hashes), kind, np.uint8)
            found.append((mix(hashes ^ _SALTS[kind]), documents + before, kinds, starts, ends))
        before += len(batch.texts)
    numbers, ids, lengths = map(np.concatenate, zip(*facts, strict=True))
    columns = [np.concatenate(column) for column in zip(*found, strict=True)]
    order = np.lexsort((columns[3], columns[2], columns[1]))
    keys = survivor_keys(work, unit, numbers)
    return Marks(numbers, ids, lengths, keys, *[column[order] for column in columns])


_NO_DOCUMENT: tuple[Array, Array, Array] = np.empty(0, np.uint64), np.empty(0, "S32"), np.empty(0, np.int64)
_NO_MARK: tuple[Array, Array, Array, Array, Array] = (
    np.empty(0, np.uint64), np.empty(0, np.int64), np.empty(0, np.uint8), np.empty(0, np.int64), np.empty(0, np.int64),
)  # fmt: skip

Found = tuple[Hashes, Counts, Counts, Counts]
"""Hashes, documents in the batch, starts and ends."""


def _spans(batch: Batch, settings: Spans | None) -> Iterator[tuple[int, Found]]:
    if settings is None:
        return
    places = [pieces.spans(text, settings.unit) for text in batch.texts]
    sizes = np.fromiter(map(len, places), np.int64, len(places))
    documents = np.repeat(np.arange(len(places)), sizes)
    ends = np.array([place for of in places for place in of], np.int64).reshape(-1, 2)
    found = words(batch.texts)
    first, last = (_at(found, documents, ends[:, side]) for side in (0, 1))
    enough = last - first >= settings.min_words
    hashes = run_hashes(found.hashes, first[enough], (last - first)[enough])
    yield SPAN, (hashes, documents[enough], ends[enough, 0], ends[enough, 1])


def _at(found: Words, documents: Counts, places: Counts) -> Counts:
    """The first word that begins at a place in its document or after it."""
    owner = np.repeat(np.arange(len(found.offsets) - 1), np.diff(found.offsets))
    return np.searchsorted(owner << 40 | found.starts, documents << 40 | places)


def _substrings(
    batch: Batch, settings: Substrings | None, picked: dict[str, Array]
) -> Iterator[tuple[int, Found]]:  # fmt: skip
    if settings is None:
        return
    rows = np.flatnonzero(np.isin(batch.numbers, picked["numbers"]))
    texts: Sequence[str] = [batch.texts[row] for row in rows]
    if not texts:
        return
    found, n = words(texts), settings.words
    runs = windows(found, n)
    first = runs.first[np.isin(runs.fingerprints, picked["values"])]
    hashes, ends = rolled(found.hashes, n)[first], found.ends(batch.lengths[rows])
    documents = np.searchsorted(found.offsets, first, side="right") - 1
    yield SUBSTRING, (hashes, rows[documents], found.starts[first], ends[first + n - 1])
