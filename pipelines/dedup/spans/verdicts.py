"""Which documents are dropped for the passages that they share, and what is cut of the others.

Counted against every earlier document, a document of which no more than `max_share` would go stays for sure. Of the
others those are dropped of which more stands in earlier documents that stay for sure. Then first copies are found again
among all that are left: later copies are cut, and who has the first one of something that others lose to it stays
whatever it loses itself; of the others more are dropped where more than the share would go. So a document is dropped
for text that stays, and no passage is lost with it that a document which stays has too.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.dedup.packed import Counts, places_of
from winnow.pipelines.dedup.spans import blocks, looks, marks, slices
from winnow.pipelines.dedup.spans.cover import Pieces, cover, main_firsts, sums
from winnow.pipelines.dedup.spans.looks import Mask
from winnow.pipelines.dedup.spans.marks import SPAN, SUBSTRING
from winnow.pipelines.dedup.spans.slices import Arrays
from winnow.pipelines.dedup.spans.texts import before, owners
from winnow.pipelines.files.arrays import Array, SealedArrays
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.unit import Unit
from winnow.pipelines.plan.units import UnitRange

SUSPECTS, JUDGED, RESOLVED = "suspects", "judged", "resolved"
"""What the stages leave of a unit."""


@dataclass(frozen=True, eq=False, slots=True)
class Verdicts(SealedArrays):
    """What is decided of a unit's documents, by their rows in its marks."""

    gone: Counts
    """Rows of those that are dropped, ascending."""
    values: NDArray[np.float64]
    """The share of each that stands elsewhere."""
    kinds: NDArray[np.uint8]
    """Whose `max_share` is passed."""
    firsts: NDArray[np.bytes_]
    """Where the most of it stands."""
    documents: Counts
    """What is found elsewhere, of those and of the others, as `Pieces` has it."""
    starts: Counts
    ends: Counts
    piece_kinds: NDArray[np.uint8]
    origins: NDArray[np.bytes_]
    """The id of the document that has the first copy."""
    holding: Counts
    """Rows of those that stay only for having the first copy of what others lose."""


def suspect(work: Work, block: UnitRange, sent: Iterable[Arrays]) -> None:
    """The stage `suspect`, after the first look: which documents would lose too much, and which marks repeat."""
    answers = _Answers(sent)
    for unit in units.inside(work, block):
        unit_marks = _Unit(work, unit, answers)
        rows = np.flatnonzero(unit_marks.at >= 0)
        suspects = unit_marks.covered(rows[~unit_marks.stays(rows)]).over != _NOT
        blocks.save(work, SUSPECTS, unit, {"repeated": rows, "suspects": suspects})
        looks.save(work, unit, 2, looks.entries(unit_marks.marks, rows, ~suspects, suspects))
    blocks.seal(work, SUSPECTS, block)


def judge(work: Work, block: UnitRange, sent: Iterable[Arrays]) -> None:
    """The stage `judge`, after the second look: which suspects are dropped."""
    answers = _Answers(sent)
    for unit in units.inside(work, block):
        known, unit_marks = blocks.load(work, SUSPECTS, unit), _Unit(work, unit, answers)
        marks, rows = unit_marks.marks, known["repeated"]
        rows = rows[known["suspects"][marks.documents[rows]] & (unit_marks.at[rows] >= 0)]
        rows = rows[before(answers.keys[unit_marks.at[rows]], marks.keys[marks.documents[rows]])]
        covered = unit_marks.covered(rows)
        stays = covered.over == _NOT
        _save(work, unit, JUDGED, unit_marks.verdicts(covered, ~stays, ~stays))
        looks.save(work, unit, 3, looks.entries(marks, known["repeated"], stays, stays))
    blocks.seal(work, JUDGED, block)


def resolve(work: Work, block: UnitRange, sent: Iterable[Arrays]) -> None:
    """The stage `resolve`, after the third look: what is cut of those that stay, and who is dropped after all."""
    answers = _Answers(sent)
    for unit in units.inside(work, block):
        known, judged = blocks.load(work, SUSPECTS, unit), _load(work, unit, JUDGED)
        unit_marks = _Unit(work, unit, answers)
        stays = np.ones(len(unit_marks.marks.numbers), bool)
        stays[judged.gone] = False
        rows = known["repeated"]
        rows = rows[stays[unit_marks.marks.documents[rows]] & (unit_marks.at[rows] >= 0)]
        covered = unit_marks.covered(rows[~unit_marks.stays(rows)])
        holders = unit_marks.of_owners(rows[unit_marks.is_lost_elsewhere(rows)])
        found = unit_marks.verdicts(covered, (covered.over != _NOT) & ~holders, np.ones(len(stays), bool))
        _save(work, unit, RESOLVED, _both(judged, found, np.flatnonzero((covered.over != _NOT) & holders)))

    blocks.seal(work, RESOLVED, block)


_NOT = 255
"""No kind."""


class _Answers:
    """What a block of units was told in a look, by ascending hash."""

    def __init__(self, sent: Iterable[Arrays]) -> None:
        parts = [part for part in sent if len(part["hashes"])]
        found = slices.joined(parts) if parts else {}
        self.hashes: Array = found.get("hashes", np.empty(0, np.uint64))
        order = np.argsort(self.hashes)
        self.hashes = self.hashes[order]
        self.others: Mask = found.get("others", np.empty(0, bool))[order]
        self.starts, self.keys = found.get("starts", _NONE)[order], found.get("keys", _NONE[:, None])[order]
        ids: Array = found.get("ids", np.empty(len(order), "S32"))[order]
        _, some, self.origins = np.unique(self.keys[:, -1], return_index=True, return_inverse=True)
        self.ids = ids[some]
        """Of the documents that have first copies, in the order of their numbers; `origins` are places here."""

    def of(self, hashes: Array) -> Counts:
        """Where each of these stands; -1 for those of which nothing is told."""
        return places_of(hashes, self.hashes)


_NONE: Array = np.empty(0, np.uint64)


class _Unit:
    """A unit's marks beside what its block was told."""

    def __init__(self, work: Work, unit: Unit, answers: _Answers) -> None:
        self.marks, self.answers, dedup = marks.load(work, unit), answers, work.job.recipe.dedup
        self.at = answers.of(self.marks.hashes)
        self.limits = {SPAN: dedup.spans, SUBSTRING: dedup.substrings}
        self.within = np.array([bool(of and of.within_documents) for of in self.limits.values()])
        owned = owners(work, unit, self.marks.numbers)
        _, self.owner = np.unique(owned, return_inverse=True)

    def stays(self, rows: Counts) -> Mask:
        """Which of these marks, of which something is told, stay: the first copies, and others in the same document
        where that may repeat itself."""
        at = self.at[rows]
        place: Mask = self.answers.starts[at] == self.marks.starts[rows]
        apart: Mask = ~self.within[self.marks.kinds[rows]]
        return self._at_home(rows) & (place | apart)

    def is_lost_elsewhere(self, rows: Counts) -> Mask:
        """Which of these marks are copies to which another document, or another place of the same, loses something."""
        repeats: Mask = self.answers.others[self.at[rows]] | self.within[self.marks.kinds[rows]]
        return self.stays(rows) & repeats

    def _at_home(self, rows: Counts) -> Mask:
        """Whether the first copy is in the mark's own document."""
        found: Mask = self.answers.keys[self.at[rows], -1] == self.marks.numbers[self.marks.documents[rows]]
        return found

    def of_owners(self, rows: Counts) -> Mask:
        """Which documents are of an owner that has one of these marks."""
        has = np.zeros(len(self.marks.numbers), bool)
        has[self.owner[self.marks.documents[rows]]] = True
        return has[self.owner]

    def covered(self, rows: Counts) -> "_Covered":
        """What these marks cover."""
        marks, every = self.marks, len(self.marks.numbers)
        origins = self.answers.origins[self.at[rows]]
        found = Pieces(marks.documents[rows], marks.starts[rows], marks.ends[rows], marks.kinds[rows], origins)
        lengths = np.maximum(np.bincount(self.owner, marks.lengths, every), 1)
        of_kind = {kind: cover(found.take(np.flatnonzero(found.kinds == kind))) for kind in self.limits}
        shares = {
            kind: (np.bincount(self.owner, sums(of, every), every) / lengths)[self.owner]
            for kind, of in of_kind.items()
        }
        over = np.full(every, _NOT)
        for kind, settings in sorted(self.limits.items(), reverse=True):
            if settings is not None:
                over[shares[kind] > settings.max_share] = kind
        return _Covered(cover(found), of_kind, shares, over)

    def verdicts(self, covered: "_Covered", drop: Mask, told: Mask) -> Verdicts:
        """`drop` some of the documents of which too much is covered; all pieces of those that are `told` of."""
        gone, ids = np.flatnonzero(drop), self.answers.ids
        kinds, firsts, values = covered.over[gone], np.empty(len(gone), "S32"), np.zeros(len(gone))
        for kind, pieces in covered.of_kind.items():
            here, owned = np.flatnonzero(kinds == kind), self.owner[pieces.documents]
            values[here] = covered.shares[kind][gone[here]]
            at = np.searchsorted(np.unique(owned), self.owner[gone[here]])
            firsts[here] = ids[main_firsts(pieces, owned)[at]]
        shown = covered.pieces.take(np.flatnonzero(told[covered.pieces.documents]))
        return Verdicts(
            gone, values, kinds.astype(np.uint8), firsts, shown.documents, shown.starts, shown.ends, shown.kinds,
            ids[shown.firsts], np.empty(0, np.int64),
        )  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True)
class _Covered:
    """What some marks of a unit cover."""

    pieces: Pieces
    of_kind: dict[int, Pieces]
    """What those of one kind cover, whatever the other covers too."""
    shares: dict[int, NDArray[np.float64]]
    """For each kind the share of each document, or of its whole record, that is covered."""
    over: NDArray[np.int64]
    """For each document the first kind of which too much is, or _NOT."""


def _both(one: Verdicts, other: Verdicts, holding: Counts) -> Verdicts:
    """Verdicts on different documents as one."""
    every = {name: np.concatenate((array, getattr(other, name))) for name, array in one.arrays.items()}
    gone = np.argsort(every["gone"])
    pieces = np.lexsort((every["starts"], every["documents"]))
    dropped = ("gone", "values", "kinds", "firsts")
    found = {name: array[gone if name in dropped else pieces] for name, array in every.items() if name != "holding"}
    return Verdicts(**found, holding=holding)


def _save(work: Work, unit: Unit, what: str, found: Verdicts) -> None:
    blocks.save(work, what, unit, found.arrays)


def _load(work: Work, unit: Unit, what: str) -> Verdicts:
    return Verdicts(**blocks.load(work, what, unit))


def verdicts_of(work: Work, unit: Unit) -> Verdicts:
    """What is decided of a unit's documents."""
    return _load(work, unit, RESOLVED)
