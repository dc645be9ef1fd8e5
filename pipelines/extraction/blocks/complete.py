"""What extractors leave out that is of the text nevertheless: the structure between the blocks that they took.

A heading belongs to the paragraph behind it, a listing of code to the text around it, a list to the line with a colon
that announces it, a question in a button to its answer. What that gives is in docs/measurements.md.
"""

from collections.abc import Sequence

from winnow.pipelines.extraction.blocks.page import BUTTON, CODE, HEADING, LIST, TERM, Page

_COLONS = (":", "\uff1a")
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
    for number in range(len(kept)):
        if kept[number - 1] and (last := _announced(page, number)) > number:
            kept[number:last] = shown[number:last]
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


def _announced(page: Page, number: int) -> int:
    """Behind the last block of the list that begins with a block behind a colon; the block itself where none begins."""
    block = page.blocks[number]
    if block.kind not in (LIST, TERM) or number == 0 or not page.texts[number - 1].endswith(_COLONS):
        return number
    around = page.elements[block.item].parent
    return page.last[around] if page.elements[around].first == number else number


def _opens(page: Page, number: int) -> bool:
    """Whether a block says what the next one is about."""
    kind, text = page.blocks[number].kind, page.texts[number]
    if kind == BUTTON:
        return text.endswith(_QUESTIONS)
    behind = page.blocks[number + 1]
    return kind == HEADING and len(page.texts[number + 1]) >= _PARAGRAPH and 2 * behind.linked < behind.all
