"""An article in a place where none is due: in an `aside`, or inside a class that says comment.

trafilatura takes these out unseen. Where it finds next to nothing on a page that has much to read it is asked again,
with the elements that hold most of that under names that say nothing.
"""

from lxml import etree
from lxml.html import HtmlElement

from winnow.pipelines.extraction import tree_counts
from winnow.pipelines.extraction.blocks.page import Page

_SHORT = 250
"""Characters below which trafilatura itself takes a text for a failure."""
_MORE = 4
"""How many times as many stand on the page outside of links, at least."""
_CUT = frozenset(("aside", "dialog", "fieldset", "figure", "footer", "header", "menu", "noscript"))
_NAMES = (*tree_counts.NAMES, "aria-hidden")


def may_be(page: Page, found: int) -> bool:
    """Whether so much is on the page that a text of so many characters cannot be all."""
    return found < _SHORT and sum(block.all - block.linked for block in page.blocks) > _MORE * _SHORT


def unmask(tree: HtmlElement) -> None:
    """Take the names from every element that holds more than half of the text outside of links."""
    lengths: list[tuple[HtmlElement, int]] = []
    open_at = [0]
    total = links = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        links += (element.tag == "a") * (1 if event == "start" else -1)
        if event == "start":
            open_at.append(total)
        else:
            lengths.append((element, total - open_at.pop()))
        text = element.text if event == "start" else element.tail
        total += len((text or "").strip()) if not links else 0
    for element, length in lengths:
        if 2 * length > total:
            for name in _NAMES:
                element.attrib.pop(name, None)
            if element.tag in _CUT:
                element.tag = "div"
