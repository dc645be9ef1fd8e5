"""Whether a page is far from every language that is wanted, asked before any of its text is chosen.

Read are the longest blocks, in the order of the page and in stretches of a few sentences. One stretch in a wanted
language is enough, whatever the menus, comments and notices around it are in. Links are read too: of a list of links
they are the text. Code and numbers have no language.

A page that declares a language which is not wanted, and whose elements hold text in it alone, is not even walked for
its blocks: that takes several times as long as to find these.
"""

from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborHTMLParser

from winnow.filters.rules import Reject
from winnow.filters.steps import Screens
from winnow.pipelines.extraction.blocks.page import BUTTON, CODE, Page
from winnow.pipelines.extraction.blocks.white_space import plain
from winnow.pipelines.extraction.settings import FAR

_STRETCH = 300
"""Characters at least of a stretch; a page that has no such stretch is not judged."""
_LEAST, _MOST = 20, 400
"""Characters of a block that is read, and how many of them."""
_NO_LETTERS = bytes(byte for byte in range(128) if not chr(byte).isalpha())
_ALL = 5_000
"""Characters of a page, about: a bound on the work."""
_HOLD_TEXT = "p, div, section, article, main, td, li, dd, blockquote"
_DECLARED = 1_000
"""Characters that these elements hold at least where a page is judged by them."""
_LOOKED_AT = 100_000
"""Characters of them that are looked at, one more element aside: paragraphs can lie in one another."""


def declared(tree: LexborHTMLParser, step: Screens, least: float) -> Reject | None:
    """Return why a page is not worth a walk over its tree: its elements hold text in the language that it declares, far
    from every wanted one. None where some may not be, or they hold too little. The value is as `far` has it."""
    stated = tree.root.attributes.get("lang") if tree.root is not None else None
    language = (stated or "").strip().lower().replace("_", "-").partition("-")[0]
    if not language or step.wants(language):
        return None
    texts = list(_held(tree))
    if sum(map(len, texts)) < _DECLARED:
        return None
    rejected = _judged(_stretches(texts), step, least)
    return rejected if rejected is not None and rejected.detail == language else None


def _held(tree: LexborHTMLParser) -> Iterator[str]:
    """The texts of paragraphs, and what other elements hold themselves."""
    left = _LOOKED_AT
    for element in tree.css(_HOLD_TEXT):
        if len(text := plain(element.text(deep=element.tag == "p"))) >= _LEAST:
            yield text[:_MOST]
        left -= len(text)
        if left < 0:
            return


def far(page: Page, step: Screens, least: float) -> Reject | None:
    """Return why a page is not worth its extraction, or None where some stretch of it may be, or there is none.

    The value is the highest probability of a wanted language in any stretch, the detail the language of most stretches.
    """
    return _judged(stretches(page), step, least)


def _judged(pieces: Sequence[str], step: Screens, least: float) -> Reject | None:
    if not pieces:
        return None
    value, language = step.nearest(pieces, least)
    return Reject(FAR, value, least, language) if value < least else None


def stretches(page: Page) -> list[str]:
    """The text by which a page is judged."""
    return _stretches([
        text[:_MOST] for block, text in zip(page.blocks, page.texts, strict=True)
        if len(text) >= _LEAST and block.kind not in (CODE, BUTTON)
    ])  # fmt: skip


def _stretches(texts: Sequence[str]) -> list[str]:
    found: list[str] = []
    open_: list[str] = []
    for text in _longest(texts):
        open_.append(text)
        if sum(map(len, open_)) >= _STRETCH:
            found.append(" ".join(open_))
            open_ = []
    if found and sum(map(len, open_)) >= _STRETCH // 2:
        found.append(" ".join(open_))
    return found


def _longest(texts: Sequence[str]) -> list[str]:
    """The longest, in the order of the page."""
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
