"""What extractors leave out that is of the text nevertheless: the structure between the blocks that they took.

A heading belongs to the paragraph behind it, a listing of code to the text around it, a list to the line with a colon
that announces it and its items to one another, a question in a button to its answer. What that gives is in
docs/measurements.md.
"""

from collections.abc import Sequence

from winnow.pipelines.extraction.blocks.page import BUTTON, CODE, HEADING, LIST, TAG_NUMBER, TERM, Page

_COLONS = (":", "\uff1a")
_LINKED = 5
"""How many times as long as its links a list is that is no menu."""
_LISTS = frozenset(TAG_NUMBER[tag] for tag in ("ul", "ol", "dl"))
_PARAGRAPH = 60
"""Characters behind a heading, most of them in no link, that are a text and no teaser."""
_QUESTIONS = ("?", "\uff1f", "\u061f")


def complete(page: Page, taken: Sequence[bool]) -> list[bool]:
    """Return which blocks are kept, given which were taken."""
    kept = list(taken)
    shown = [not page.elements[block.element].hidden for block in page.blocks]
    beside = _beside_code(page, taken)
    for number, block in enumerate(page.blocks):
        if block.kind == CODE and beside[number] and shown[number]:
            kept[number] = True
    for first, last in _lists(page):
        if _announced(page, kept, first) or (any(kept[first:last]) and _is_text(page, first, last)):
            kept[first:last] = shown[first:last]
    for number in range(len(kept) - 2, -1, -1):
        if kept[number + 1] and shown[number] and _opens(page, number):
            kept[number] = True
    return kept


def _beside_code(page: Page, taken: Sequence[bool]) -> list[bool]:
    """For each block whether the nearest one before or behind it that is no code was taken."""
    found = [False] * len(taken)
    for order in (range(len(taken)), range(len(taken) - 1, -1, -1)):
        last = False
        for number in order:
            found[number] = found[number] or last
            if page.blocks[number].kind != CODE:
                last = taken[number]
    return found


def _lists(page: Page) -> list[tuple[int, int]]:
    """(first block, behind the last) of each list."""
    items = dict.fromkeys(block.item for block in page.blocks if block.kind in (LIST, TERM))
    around = dict.fromkeys(page.elements[item].parent for item in items)
    return [(page.elements[at].first, page.last[at]) for at in around if page.elements[at].tag in _LISTS]


def _announced(page: Page, kept: Sequence[bool], first: int) -> bool:
    """Whether the block before is kept and ends in a colon."""
    return first > 0 and kept[first - 1] and page.texts[first - 1].endswith(_COLONS)


def _is_text(page: Page, first: int, last: int) -> bool:
    """Whether little of these blocks is linked."""
    blocks = page.blocks[first:last]
    return _LINKED * sum(block.linked for block in blocks) <= sum(block.all for block in blocks)


def is_question(kind: int, text: str) -> bool:
    """Whether a block is a button that asks: what opens under it is the answer."""
    return kind == BUTTON and text.endswith(_QUESTIONS)


def _opens(page: Page, number: int) -> bool:
    """Whether a block says what the next one is about."""
    kind, behind = page.blocks[number].kind, page.blocks[number + 1]
    if kind == HEADING:
        return len(page.texts[number + 1]) >= _PARAGRAPH and 2 * behind.linked < behind.all
    return is_question(kind, page.texts[number])
