"""Whether a page is far from every language that is wanted, asked before any of its text is chosen.

Read are the longest blocks, in the order of the page and in stretches of a few sentences. One stretch in a wanted
language is enough, whatever the menus, comments and notices around it are in. Links are read too: of a list of links
they are the text. Code and numbers have no language.
"""

from winnow.filters.rules import Reject
from winnow.filters.steps import Screens
from winnow.pipelines.extraction.blocks.page import BUTTON, CODE, Page
from winnow.pipelines.extraction.settings import FAR

_STRETCH = 300
"""Characters at least of a stretch; a page that has no such stretch is not judged."""
_LEAST, _MOST = 20, 1000
"""Characters of a block that is read, and how many of them."""
_NO_LETTERS = bytes(byte for byte in range(128) if not chr(byte).isalpha())
_ALL = 5_000
"""Characters of a page, about: a bound on the work."""


def far(page: Page, step: Screens, least: float) -> Reject | None:
    """Return why a page is not worth its extraction, or None where some stretch of it may be, or there is none.

    The value is the highest probability of a wanted language in any stretch, the detail the language of most stretches.
    """
    pieces = stretches(page)
    if not pieces:
        return None
    value, language = step.nearest(pieces, least)
    return Reject(FAR, value, least, language) if value < least else None


def stretches(page: Page) -> list[str]:
    """The text by which a page is judged."""
    found: list[str] = []
    open_: list[str] = []
    for text in _longest(page):
        open_.append(text)
        if sum(map(len, open_)) >= _STRETCH:
            found.append(" ".join(open_))
            open_ = []
    if found and sum(map(len, open_)) >= _STRETCH // 2:
        found.append(" ".join(open_))
    return found


def _longest(page: Page) -> list[str]:
    """The longest blocks, in the order of the page."""
    texts = [
        text[:_MOST] for block, text in zip(page.blocks, page.texts, strict=True)
        if len(text) >= _LEAST and block.kind not in (CODE, BUTTON)
    ]  # fmt: skip
    chosen, characters = [], 0
    for number in sorted(range(len(texts)), key=lambda number: -len(texts[number])):
        if characters >= _ALL:
            break
        if _has_words(texts[number]):
            chosen.append(number)
            characters += len(texts[number])
    return [texts[number] for number in sorted(chosen)]


def _has_words(text: str) -> bool:
    """Whether half of it at least is no digit, space or mark of ASCII."""
    found = text.encode("utf-8", "replace")
    return 2 * len(found.translate(None, _NO_LETTERS)) >= len(found)
