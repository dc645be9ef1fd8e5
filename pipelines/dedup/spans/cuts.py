"""Cut lists: for each unit which of its documents are dropped for shared passages, and what is cut of the others."""

import collections
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from winnow.filters.edits import apply
from winnow.pipelines.dedup.packed import Counts, Numbers, offsets_of, places_of
from winnow.pipelines.dedup.spans.marks import SPAN, SUBSTRING
from winnow.pipelines.dedup.spans.marks import load as load_marks
from winnow.pipelines.dedup.spans.removal import Cut, changes, tidy, whole_sentences
from winnow.pipelines.dedup.spans.texts import staying
from winnow.pipelines.dedup.spans.verdicts import Verdicts, verdicts_of
from winnow.pipelines.files.arrays import SealedArrays
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import base
from winnow.pipelines.plan.unit import Unit

RULES = {SPAN: "duplicate.spans", SUBSTRING: "duplicate.substrings"}
"""What drops a document, by the kind of the passages of which it has too many."""


@dataclass(frozen=True, eq=False, slots=True)
class Cuts(SealedArrays):
    """The documents of one unit that are dropped for shared passages or lose some, by ascending number."""

    numbers: Numbers
    """uint64 [n]: item and part inside the unit (`plan.numbers`)."""
    gone: NDArray[np.bool_]
    """Whether it is dropped."""
    values: NDArray[np.float64]
    """The share of a dropped one that stands elsewhere."""
    kinds: NDArray[np.uint8]
    """A key of RULES, of a dropped one."""
    firsts: NDArray[np.bytes_]
    """Where the most of a dropped one stands: an id."""
    removed: Counts
    """Characters that one which stays loses."""
    offsets: Counts
    """int64 [n + 1]: which of the pieces are whose."""
    starts: Counts
    ends: Counts
    """Of the pieces, in the text that the steps left."""
    piece_kinds: NDArray[np.uint8]
    origins: NDArray[np.bytes_]
    """Of the pieces: the id of the document in which the first copy stands."""
    holding: Counts
    """int64 [1]: how many documents lose more than the share and stay, for others lost a passage to them."""

    def of(self, numbers: Numbers) -> Counts:
        """Where each of `numbers` stands in this list, int64; -1 for those that lose nothing."""
        return places_of(numbers, self.numbers)

    def pieces(self, at: int) -> list[Cut]:
        """Those of the document at a place of this list."""
        rows = slice(self.offsets[at], self.offsets[at + 1])
        columns = (array[rows].tolist() for array in (self.starts, self.ends, self.piece_kinds))
        return list(zip(*columns, self.origins[rows].astype("U32").tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class _Fate:
    """What becomes of a document that loses something."""

    gone: bool
    value: float
    kind: int
    first: str
    removed: int
    pieces: Sequence[Cut]


def cut(work: Work, unit: Unit) -> None:
    """The stage `cut`: a unit's cut list. A document that would be left without a word is dropped."""
    marks, found = load_marks(work, unit), verdicts_of(work, unit)
    pieces = _pieces(found)
    told = zip(found.values.tolist(), found.kinds.tolist(), found.firsts.astype("U32").tolist(), strict=True)
    fates = {row: _Fate(True, *why, 0, pieces.pop(row, [])) for row, why in zip(found.gone.tolist(), told, strict=True)}
    substrings, by_record = work.job.recipe.dedup.substrings, work.job.recipe.source(unit.source).by_record
    whole = substrings is not None and substrings.whole_sentences
    for batch in staying(work, unit, marks.numbers[sorted(pieces)]) if pieces else ():
        for row, text in zip(np.searchsorted(marks.numbers, batch.numbers).tolist(), batch.texts, strict=True):
            fate = _shortened(text, pieces[row], whole)
            if fate is not None and not (fate.gone and by_record):  # parts share the fate of their record
                fates[row] = fate
    _list(marks.numbers - np.uint64(base(unit.number)), dict(sorted(fates.items())), found).save(
        work.storage, cuts_path(work, unit)
    )


def _pieces(found: Verdicts) -> dict[int, list[Cut]]:
    """By the row of their document."""
    columns = (array.tolist() for array in (found.documents, found.starts, found.ends, found.piece_kinds))
    lists = dict[int, list[Cut]]()
    for row, start, end, kind, first in zip(*columns, found.origins.astype("U32").tolist(), strict=True):
        lists.setdefault(row, []).append((start, end, kind, first))
    return lists


def _shortened(text: str, cuts: Sequence[Cut], whole: bool) -> _Fate | None:
    """What becomes of a document that stays with its pieces cut; None where nothing is left to cut."""
    found = tidy(text, whole_sentences(text, cuts, SUBSTRING) if whole else cuts)
    if not found:
        return None
    removed = sum(end - start for start, end, *_ in found)
    if apply(text, changes(found)).strip():
        return _Fate(False, 0.0, SPAN, "", removed, found)
    sizes = collections.Counter[tuple[int, str]]()
    for start, end, kind, first in found:
        sizes[kind, first] += end - start
    kind, first = min(sizes, key=lambda of: (-sizes[of], of))
    return _Fate(True, removed / len(text), kind, first, 0, found)


def _list(numbers: Numbers, fates: Mapping[int, _Fate], found: Verdicts) -> Cuts:
    rows, every = np.array(list(fates), np.int64), list(fates.values())
    pieces = [piece for fate in every for piece in fate.pieces]
    return Cuts(
        numbers=numbers[rows], gone=np.array([fate.gone for fate in every], bool),
        values=np.array([fate.value for fate in every], np.float64),
        kinds=np.array([fate.kind for fate in every], np.uint8),
        firsts=np.array([fate.first for fate in every], "S32"),
        removed=np.array([fate.removed for fate in every], np.int64),
        offsets=offsets_of(np.array([len(fate.pieces) for fate in every], np.int64)),
        starts=np.array([piece[0] for piece in pieces], np.int64),
        ends=np.array([piece[1] for piece in pieces], np.int64),
        piece_kinds=np.array([piece[2] for piece in pieces], np.uint8),
        origins=np.array([piece[3] for piece in pieces], "S32"), holding=np.array([len(found.holding)]),
    )  # fmt: skip


def cuts_of(work: Work, unit: Unit) -> Cuts:
    """The cut list of a unit."""
    return Cuts.load(work.storage, cuts_path(work, unit))


def cuts_path(work: Work, unit: Unit) -> str:
    return work.job.names.passages(work.job.decided, "cuts", unit.name)
