"""What marks cover of their texts: overlapping ones as pieces that do not overlap, and how many characters that is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.dedup.packed import Counts, Table

_PLACES = 40
"""Bits of a place in a text."""


@dataclass(frozen=True, eq=False, slots=True)
class Pieces(Table):
    """Pieces of some documents' texts, ascending, none over another: an array each."""

    documents: Counts
    """Rows of the documents."""
    starts: Counts
    ends: Counts
    kinds: NDArray[np.uint8]
    firsts: Counts
    """Of what they are copies: whatever number the caller gives it."""

    @property
    def sizes(self) -> Counts:
        return self.ends - self.starts


def cover(marks: Pieces) -> Pieces:
    """What marks, which may overlap, cover: each character once, as part of the mark that begins first; of those that
    begin together the span. Neighbours of one kind and one origin are one piece."""
    marks = marks.take(np.lexsort((marks.kinds, marks.starts, marks.documents)))
    base = marks.documents << _PLACES
    reached = np.maximum.accumulate(base + marks.ends) if len(base) else base
    begins = np.maximum(base + marks.starts, np.append(0, reached[:-1]))[: len(base)]
    new = np.flatnonzero(base + marks.ends > begins)
    found, starts = marks.take(new), (begins - base)[new]
    apart = np.ones(len(new), bool)
    for same in (found.documents, found.kinds, found.firsts):
        apart[1:] &= same[1:] == same[:-1]
    apart[1:] &= starts[1:] == found.ends[:-1]
    first = np.flatnonzero(np.append(True, ~apart[1:])[: len(new)])
    last = np.append(first[1:], len(new))[: len(first)] - 1
    return Pieces(found.documents[first], starts[first], found.ends[last], found.kinds[first], found.firsts[first])


def sums(pieces: Pieces, documents: int) -> Counts:
    """How many characters of each of so many documents they are."""
    return np.bincount(pieces.documents, pieces.sizes, documents).astype(np.int64)


def main_firsts(pieces: Pieces, owners: Counts) -> Counts:
    """For each distinct owner, ascending, the origin of most of its pieces' characters; of several as much the least.

    `owners`: that of each piece.
    """
    order = np.lexsort((pieces.firsts, owners))
    owners, firsts, sizes = owners[order], pieces.firsts[order], pieces.sizes[order]
    new = np.flatnonzero(np.append(True, (owners[1:] != owners[:-1]) | (firsts[1:] != firsts[:-1]))[: len(order)])
    totals = np.add.reduceat(sizes, new) if len(new) else sizes
    owners, firsts = owners[new], firsts[new]
    most = np.lexsort((firsts, -totals, owners))
    new = np.flatnonzero(np.append(True, owners[most][1:] != owners[most][:-1])[: len(most)])
    found: Counts = firsts[most][new]
    return found
