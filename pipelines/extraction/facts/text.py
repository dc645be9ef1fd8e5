"""Short texts, such as a heading's or a link's: white space as a browser shows it, and never all of a page."""

import re
import unicodedata
from html import unescape

from selectolax.lexbor import LexborNode

from winnow.pipelines.extraction.blocks.tags import INLINE
from winnow.pipelines.extraction.blocks.white_space import visible

MOST = 1_000
"""Characters that are read of one element; a longer one is none of these."""
UNREAD = frozenset(("script", "style", "svg", "template", "noscript"))
"""Elements whose text a page does not show."""

_MOST_NODES = 300
_MOST_DECLARED = 5_000
"""Characters of a declared text; a longer one is none."""
_CONTROLS = frozenset(("button", "select"))
_JOINED = frozenset(INLINE)
_TAG = re.compile(r"</?(?:a|b|em|font|i|p|small|span|strong|sub|sup|u)\b[^<>]*>", re.IGNORECASE)
"""Markup that a declared text holds by mistake; of other tags it may speak."""
_NO_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")


def text_of(element: LexborNode) -> str:
    """Return an element's text on one line, "" where it goes on for more than `MOST` characters or 300 nodes."""
    pieces: list[str] = []
    around: list[LexborNode] = []
    node, left = element.first_child, MOST
    for _ in range(_MOST_NODES):
        if node is None:
            return plain(visible("".join(pieces)))
        tag = node.tag or ""
        if tag == "-text":
            pieces.append(node.text_content or "")
            left -= len(pieces[-1])
            if left < 0:
                return ""
        elif tag not in UNREAD and tag not in _CONTROLS:
            if tag not in _JOINED:
                pieces.append(" ")
            child = node.first_child
            if child is not None:
                around.append(node)
                node = child
                continue
        node = node.next
        while node is None and around:
            above = around.pop()
            if above.tag not in _JOINED:
                pieces.append(" ")
            node = above.next
    return ""


def plain(text: str | None) -> str:
    """Return a text on one line, without white space around it."""
    return " ".join((text or "").split())


def cleaned(text: str) -> str:
    """Return a declared text on one line, in NFC, without entities that were escaped twice and without tags."""
    if len(text) > _MOST_DECLARED:
        return ""
    text = unescape(text) if "&" in text else text
    text = plain(visible(_TAG.sub(" ", text) if "<" in text else text))
    return unicodedata.normalize("NFC", _NO_TEXT.sub("", text))
