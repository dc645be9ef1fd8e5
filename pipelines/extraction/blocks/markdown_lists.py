"""Where a list item stands in Markdown: its mark, and how far it is indented.

An item of a list within a list is indented by the marks of the items around it that were written. One whose beginning
was not kept has no mark of its own to stand under.
"""

from collections import Counter

from winnow.pipelines.extraction.blocks.page import TAG_NUMBER, Block, Page

_LI, _OL = TAG_NUMBER["li"], TAG_NUMBER["ol"]
_MOST = 999_999_999
"""The greatest number of an item that Markdown reads."""


class Lists:
    """The list items of a page."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._numbers = _numbers(page)
        self._width: dict[int, int] = {}
        """Of the marks of the items that were written."""
        self._begun = set[int]()
        """The lists that they are of."""

    def goes_on(self, block: Block) -> bool:
        """Whether a block's item needs no empty line before it: its list has begun, or does so within an item."""
        number = self._numbers.get(block.item, 1)
        return self._page.elements[block.item].parent in self._begun or (number == 1 and self.indent(block) > 0)

    def begins(self, block: Block) -> str:
        """The mark of the item that a block is the first of, "" where its item was begun before."""
        if block.item in self._width:
            return ""
        number = self._numbers.get(block.item)
        mark = "- " if number is None else f"{number}. "
        self._width[block.item] = len(mark)
        self._begun.add(self._page.elements[block.item].parent)
        return mark

    def indent(self, block: Block) -> int:
        """The columns in front of what a block's item holds; 0 outside of lists."""
        element, columns = block.element, 0
        while element:
            columns += self._width.get(element, 0)
            element = self._page.elements[element].parent
        return columns


def _numbers(page: Page) -> dict[int, int]:
    """The numbers of the items of ordered lists."""
    found: dict[int, int] = {}
    following = Counter[int]()
    for at, element in enumerate(page.elements):
        if element.tag == _OL:
            following[at] = page.numbers.get(at, 1)
        elif element.tag == _LI and page.elements[element.parent].tag == _OL:
            number = page.numbers.get(at, following[element.parent])
            following[element.parent] = number + 1
            found[at] = min(max(number, 0), _MOST)
    return found
