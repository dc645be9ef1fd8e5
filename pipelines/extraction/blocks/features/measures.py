"""A page's columns as arrays, with what several features share, each computed once. Shapes: n blocks, e elements."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.extraction.blocks.features import characters
from winnow.pipelines.extraction.blocks.features.table import Array, Groups, groups
from winnow.pipelines.extraction.blocks.page import HEADING, TAG_NUMBER, TAGS, Block, Element, Page

_PROSE_WORDS = 8
_PROSE_CHARACTERS = 60


class Measures:
    """The page's numbers."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.n = len(page.blocks)
        self.e = len(page.elements)
        self.characters = characters.measure(page.texts)
        self._blocks = _rows(page.blocks, len(Block._fields))
        self._elements = _rows(page.elements, len(Element._fields))
        self.length: Array = self.characters.lengths
        self.words: Array = self.characters.words.astype(np.float64)
        self.kind, self.element = self.column("kind"), self.column("element")
        everything = np.maximum(self.column("all"), 1)
        self.linked_share: Array = np.minimum(self.column("linked") / everything, 1.0)
        self.strong_share: Array = np.minimum(self.column("strong") / everything, 1.0)
        # whole, so that sums do not depend on their order
        self.linked: Array = np.rint(self.linked_share * self.length)
        self.parent, self.depth, self.first = (self.of_elements(name) for name in ("parent", "depth", "first"))
        self.last: NDArray[np.int64] = np.array(page.last)
        self.element_tag = self.of_elements("tag")
        self.tag = self.element_tag[self.element]
        self.hidden = self.of_elements("hidden")[self.element] > 0

    def column(self, name: str) -> NDArray[np.int64]:
        """[n]: a field of the page's blocks."""
        return self._blocks[:, Block._fields.index(name)]

    def of_elements(self, name: str) -> NDArray[np.int64]:
        """[e]: a field of the page's elements."""
        return self._elements[:, Element._fields.index(name)]

    @cached_property
    def prose(self) -> Array:
        """[n]: characters of blocks that read like sentences; 0 for the others."""
        counts = self.characters.counts
        marks = counts[:, characters.STOP] + counts[:, characters.COMMA]
        long = (self.words >= _PROSE_WORDS) | (self.length >= _PROSE_CHARACTERS)
        return self.length * (long & (marks > 0) & (self.linked_share < 0.5) & ~self.hidden)

    @cached_property
    def is_heading(self) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = self.kind == HEADING
        return found

    @cached_property
    def is_h1(self) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = self.is_heading & (self.column("level") == 1)
        return found

    @cached_property
    def text_hashes(self) -> NDArray[np.uint64]:
        """[n]: equal for blocks with the same words in the same order."""
        owner, words = self.characters.owner, self.characters.hashes
        ends = np.cumsum(self.characters.words)
        starts = ends - self.characters.words
        place = np.arange(1, len(words) + 1) - starts[owner]
        mixed = words * (place.astype(np.uint64) * np.uint64(0xBF58476D1CE4E5B9) | np.uint64(1))
        running = np.concatenate(([np.uint64(0)], np.cumsum(mixed)))
        found: NDArray[np.uint64] = running[ends] - running[starts]
        return found

    @cached_property
    def vocabulary(self) -> Groups:
        """Of the hashes of words."""
        return groups(self.characters.hashes)

    @cached_property
    def _same(self) -> Groups:
        return groups(self.text_hashes)

    @property
    def copies(self) -> NDArray[np.int64]:
        """[n]: how often the page has a block with these words."""
        return self._same.counts[self._same.of]

    @property
    def is_copy(self) -> NDArray[np.bool_]:
        """[n]: whether it is not the first of its copies."""
        found = np.ones(self.n, bool)
        found[self._same.first] = False
        return found

    def over_words(self, columns: NDArray[np.int64]) -> NDArray[np.int64]:
        """[..., w] -> [..., n]: what the words' columns add up to in each block."""
        running = np.zeros((*columns.shape[:-1], columns.shape[-1] + 1), np.int64)
        np.cumsum(columns, -1, out=running[..., 1:])
        ends = np.cumsum(self.characters.words)
        found: NDArray[np.int64] = running.take(ends, -1) - running.take(ends - self.characters.words, -1)
        return found

    def sums(self, columns: NDArray[np.generic]) -> Array:
        """[..., n] -> [..., e]: what the blocks' columns add up to within each element."""
        running = np.zeros((*columns.shape[:-1], self.n + 1))
        np.cumsum(columns, -1, out=running[..., 1:])
        found: Array = running.take(self.last, -1) - running.take(self.first, -1)
        return found

    @cached_property
    def above(self) -> NDArray[np.int64]:
        """[e]: the nearest element around each that holds more blocks; the root's is the root."""
        return self.parent[self.whole]

    @cached_property
    def whole(self) -> NDArray[np.int64]:
        """[e]: the outermost element around each that holds the same blocks."""
        size = self.last - self.first
        return to_the_end(np.where(size[self.parent] == size, self.parent, np.arange(len(size))))

    @cached_property
    def jumps(self) -> list[NDArray[np.int64]]:
        """[e] each: the element 1, 2, 4, 8, ... steps further out, up to where all are the root."""
        found = [self.parent]
        while found[-1].any():
            found.append(found[-1][found[-1]])
        return found

    def over_ancestors(self, bits: NDArray[np.int64], steps: int = 0) -> NDArray[np.int64]:
        """[e]: bits of each element and those around it, all of them or the nearest `steps`."""
        found = bits
        if not steps:
            for at in self.jumps:
                found = found | found[at]
            return found
        at = self.parent
        for _ in range(steps):
            found = found | bits[at]
            at = self.parent[at]
        return found

    @cached_property
    def names(self) -> NDArray[np.int64]:
        """[e]: the groups that the names of each touch; none for root and body, which speak of the page."""
        of_page = (self.element_tag == TAG_NUMBER["html"]) | (self.element_tag == TAG_NUMBER["body"])
        return np.where(of_page, 0, self.of_elements("names"))

    @cached_property
    def tags(self) -> NDArray[np.int64]:
        """[e]: one bit, for its tag."""
        return np.int64(1) << np.minimum(self.element_tag, len(TAGS))


def to_the_end(pointers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Follow pointers until they point at themselves."""
    while True:
        further = pointers[pointers]
        if np.array_equal(further, pointers):
            return pointers
        pointers = further


def _rows(rows: Sequence[Iterable[int]], width: int) -> NDArray[np.int64]:
    """[len(rows), width]"""
    return np.fromiter(chain.from_iterable(rows), np.int64, len(rows) * width).reshape(-1, width)
