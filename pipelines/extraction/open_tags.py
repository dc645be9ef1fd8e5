"""How many elements of a page lie inside one another, estimated from its tags before anybody builds its tree.

At most tags Lexbor looks through the open elements, and a formatting element that is never closed (`<b id=1>`) it opens
anew in every paragraph behind: 15,000 of these become 100 million nodes. So tags times depth is what has to be bounded.
Few pages have tags enough for that, and only these are read here.

An end tag closes the last element of its name, if one is open in the same cell, svg or the like (`_PARTS`).
"""

import re
from collections import Counter, defaultdict

from winnow.pipelines.extraction.page_counts import ATTRIBUTES, openings, without_scripts

MOST_OPENED = 3_000_000
"""Elements that are opened anew: about 0.9 s and 450 MB."""
MOST_LOOKS = 300_000_000
"""Open elements times tags: about 0.8 s."""

_TAG = re.compile(rb"<(/?)([A-Za-z][^\s/>]*+)(" + ATTRIBUTES + rb")")
_FORMATS = frozenset((b"b", b"big", b"code", b"em", b"font", b"i", b"s", b"small", b"strike", b"strong", b"tt", b"u"))
"""Without `a` and `nobr`, of which HTML keeps one open."""
_FORMATTING = re.compile(rb"(?i)<(?=[bcefistu])(?:" + b"|".join(sorted(_FORMATS)) + rb")[\s/>]")
"""With their first letters in front: most tags begin with another."""
_ALIKE = 3
"""Of formatting elements that are the same tag so many stay open."""
_NEVER_DEEP = frozenset((
    b"a", b"area", b"base", b"body", b"br", b"col", b"dd", b"dt", b"embed", b"head", b"hr", b"html", b"img", b"input",
    b"li", b"link", b"meta", b"nobr", b"option", b"p", b"param", b"path", b"rect", b"rp", b"rt", b"source", b"tbody",
    b"tfoot", b"thead", b"tr", b"track", b"use", b"wbr",
))  # fmt: skip
"""Elements that hold nothing, or are closed where the next of them begins: others must lie between two of them."""
_CELLS = frozenset((b"caption", b"td", b"th"))
_PARTS = _CELLS | frozenset((
    b"annotation-xml", b"applet", b"desc", b"foreignobject", b"iframe", b"marquee", b"math", b"noembed", b"noframes",
    b"object", b"select", b"svg", b"table", b"template", b"textarea", b"title", b"xmp",
))  # fmt: skip
"""Elements out of which no end tag of another name closes anything."""


def costly_depth(source: bytes) -> int:
    """Return how many elements lie inside one another, roughly, if that makes a page's tree costly, else 0."""
    tags = openings(source)
    if _opened(tags // 2, tags) <= MOST_OPENED:
        return 0
    if _opened(len(_FORMATTING.findall(source)), tags) <= MOST_OPENED and tags * tags <= MOST_LOOKS:
        return 0
    tree = _Open()
    for match in _TAG.finditer(without_scripts(source)):
        end, name, attributes = match.groups()
        tree.meet(name.lower(), attributes, bool(end))
    is_costly = _opened(tree.most_formatting, tags) > MOST_OPENED or tree.deepest * tags > MOST_LOOKS
    return tree.deepest if is_costly else 0


def _opened(formatting: int, tags: int) -> int:
    """How many elements can be opened anew, where so many are left open: all of them between any two other tags."""
    return formatting * (tags - formatting) // 2


class _Open:
    """The open elements, by the parts of the page in which they are."""

    def __init__(self) -> None:
        self.deepest = self.most_formatting = 0
        self._depth = self._formatting = 0
        self._parts = [(b"", defaultdict[bytes, list[bytes]](list))]
        """(name, the attributes of the open elements of each name), the innermost last."""
        self._names = Counter[bytes]()
        """Of the open parts."""
        self._alike = Counter[tuple[bytes, bytes]]()

    def meet(self, name: bytes, attributes: bytes, is_end: bool) -> None:
        """Go on to the next tag."""
        if name in _NEVER_DEEP:
            return
        if name not in _PARTS:
            if is_end:
                self._leave(name)
            else:
                self._enter(name, attributes)
        elif not is_end:
            if name in _CELLS and self._parts[-1][0] in _CELLS:
                self._leave_part()
            self._parts.append((name, defaultdict(list)))
            self._names[name] += 1
            self._depth += 1
        elif self._names[name]:
            while self._leave_part() != name:
                pass
        self.deepest = max(self.deepest, self._depth)
        self.most_formatting = max(self.most_formatting, self._formatting)

    def _enter(self, name: bytes, attributes: bytes) -> None:
        if name in _FORMATS:
            self._formatting += self._alike[name, attributes] < _ALIKE
            self._alike[name, attributes] += 1
        self._parts[-1][1][name].append(attributes)
        self._depth += 1

    def _leave(self, name: bytes) -> None:
        if given := self._parts[-1][1].get(name):
            self._closed(name, given.pop())

    def _closed(self, name: bytes, attributes: bytes) -> None:
        self._depth -= 1
        if name in _FORMATS:
            self._alike[name, attributes] -= 1
            self._formatting -= self._alike[name, attributes] < _ALIKE

    def _leave_part(self) -> bytes:
        part, held = self._parts.pop()
        self._names[part] -= 1
        self._depth -= 1
        for name, given in held.items():
            for attributes in given:
                self._closed(name, attributes)
        return part
