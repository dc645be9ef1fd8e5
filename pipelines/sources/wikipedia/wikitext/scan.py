"""Wikitext to its tree in one pass, in time that is linear in its length whatever it holds.

The rules are those of MediaWiki's own preprocessor: an opening waits on a stack for what closes it, and one that
nothing closes is text. Where they leave more as text than readers want to see, this is more lenient: a link that is
never closed does not keep the template around it open.

mwparserfromhell tries each opening and goes back where it fails, which takes the square of the page's length on broken
markup (55 s for 64 KB of "{{a|") and much memory; of whole pages its trees are the same, which a test checks.
"""

import re

from winnow.pipelines.sources.wikipedia.wikitext.nodes import Argument, Link, Nodes, Tag, Template

EXTENSIONS = (
    "ref", "references", "nowiki", "pre", "math", "chem", "ce", "syntaxhighlight", "source", "gallery", "poem",
    "timeline", "score", "imagemap", "templatedata", "templatestyles", "graph", "mapframe", "maplink", "categorytree",
    "inputbox", "section", "indicator", "hiero", "includeonly", "charinsert",
)  # fmt: skip
"""Tags whose content is not read as wikitext (`<includeonly>` because it never shows)."""

_TOKEN = re.compile(
    r"\[\[([^\[\]{}|<\n]+)(?:\|([^\[\]{}|<\n]*))?\]\]"  # a link that holds nothing but text
    r"|\{\{(?!\{)([^\[\]{}<]*)\}\}(?!\})"  # a template that holds nothing but text
    rf"|\{{\{{+|\}}\}}+|\[\[|\]\]|\||<!--|<(?:{'|'.join(sorted(EXTENSIONS))})(?=[\s/>])",
    re.IGNORECASE,
)
_TAG_END = re.compile(r"[^<>]*>")
_CLOSING = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in EXTENSIONS}
_MOST_BRACES = 8
"""Of a longer run nothing is meant as a template."""


_ARGUMENTS = 2
"""Arguments of a template that is never closed from which on it is taken for one."""


class TooDeep(ValueError):
    """More openings inside one another than allowed."""


class _Piece:
    """An opening that waits for its end."""

    __slots__ = ("braces", "parts")

    def __init__(self, braces: int) -> None:
        self.braces = braces
        """How many are still to be closed; 0 for a link."""
        self.parts: list[Nodes] = [[]]


def scan(text: str, max_depth: int) -> Nodes:
    """Return the tree of `text`, comments left out; raise TooDeep where it nests too much."""
    return _Scan(text, max_depth).nodes()


class _Scan:
    def __init__(self, text: str, max_depth: int) -> None:
        self.text, self.max_depth = text, max_depth
        self.root: Nodes = []
        self.here = self.root
        """What text goes to now."""
        self.stack: list[_Piece] = []
        self.open_braces = 0
        self.depth = 0
        self.never_closed: set[str] = set()

    def nodes(self) -> Nodes:
        text, at = self.text, 0
        search, handlers = _TOKEN.search, {"{": self._open_braces, "}": self._close_braces, "[": self._open_link,
                                           "]": self._close_link, "|": self._bar, "<": self._tag}  # fmt: skip
        while (match := search(text, at)) is not None:
            start = match.start()
            if start > at:
                self.here.append(text[at:start])
            if match.lastindex is None:
                at = handlers[text[start]](start, match.end())
            else:
                self._whole(match)
                at = match.end()
        self.here.append(text[at:])
        while self.stack:
            self._flatten()
        return self.root

    def _whole(self, match: re.Match[str]) -> None:
        """A link or template that holds nothing but text, which most are."""
        if self.depth >= self.max_depth:
            raise TooDeep(self.depth + 1)
        target, label, template = match.groups()
        if template is not None:
            self.here.append(Template([[part] for part in template.split("|")]))
        else:
            self.here.append(Link([[target]] if label is None else [[target], [label]]))

    def _push(self, piece: _Piece, depth: int) -> None:
        self.depth += depth
        if self.depth > self.max_depth:
            raise TooDeep(self.depth)
        self.stack.append(piece)
        self.here = piece.parts[0]

    def _pop(self) -> _Piece:
        piece = self.stack.pop()
        self.depth -= max(1, piece.braces // 2)
        self.here = self.stack[-1].parts[-1] if self.stack else self.root
        return piece

    def _open_braces(self, start: int, end: int) -> int:
        if end - start > _MOST_BRACES:
            return end
        self.open_braces += 1
        self._push(_Piece(end - start), (end - start) // 2)
        return end

    def _close_braces(self, start: int, end: int) -> int:
        left = end - start
        while left >= 2 and self.open_braces:
            while not self.stack[-1].braces:
                self._flatten()
            count = min(left, 3, self.stack[-1].braces)
            left -= count
            piece = self._pop()
            node = Argument(piece.parts) if count == 3 else Template(piece.parts)
            if (more := piece.braces - count) >= 2:
                again = _Piece(more)
                again.parts[0].append(node)
                self._push(again, more // 2)
                continue
            self.open_braces -= 1
            if more:
                self.here.append("{")
            self.here.append(node)
        if left:
            self.here.append("}" * left)
        return end

    def _open_link(self, start: int, end: int) -> int:
        self._push(_Piece(0), 1)
        return end

    def _close_link(self, start: int, end: int) -> int:
        if self.stack and not self.stack[-1].braces:
            piece = self._pop()
            self.here.append(Link(piece.parts))
        else:
            self.here.append("]]")
        return end

    def _bar(self, start: int, end: int) -> int:
        if self.stack:
            self.here = []
            self.stack[-1].parts.append(self.here)
        else:
            self.here.append("|")
        return end

    def _flatten(self) -> None:
        """What was opened last is text: its braces or brackets are dropped, its parts stay.

        Of a template with several arguments before an empty line these go too: the page goes on behind it.
        """
        piece = self._pop()
        self.open_braces -= piece.braces > 0
        for number, part in enumerate(_page_goes_on(piece.parts) if piece.braces else piece.parts):
            if number:
                self.here.append("|")
            self.here += part

    def _tag(self, start: int, end: int) -> int:
        if self.text.startswith("<!--", start):
            return self._comment(start, end)
        name = self.text[start + 1 : end].lower()
        opened = _TAG_END.match(self.text, end)
        if opened is None:
            return end
        attributes = opened[0][:-1]
        if attributes.endswith("/"):
            self.here.append(Tag(name, attributes[:-1], ""))
            return opened.end()
        closed = None if name in self.never_closed else _CLOSING[name].search(self.text, opened.end())
        if closed is None:
            self.never_closed.add(name)
            return self._unclosed(name, attributes, opened.end())
        self.here.append(Tag(name, attributes, self.text[opened.end() : closed.start()]))
        return closed.end()

    def _unclosed(self, name: str, attributes: str, end: int) -> int:
        """A tag that is never closed: a reference ends with its line; of others only the tag goes."""
        if name == "ref":
            line_end = self.text.find("\n", end)
            end = len(self.text) if line_end < 0 else line_end
        self.here.append(Tag(name, attributes, ""))
        return end

    def _comment(self, start: int, end: int) -> int:
        """A comment goes; one that has a line of its own with the line."""
        closed = self.text.find("-->", end)
        if closed < 0:
            return len(self.text)
        end = closed + 3
        if (start == 0 or self.text[start - 1] == "\n") and self.text.startswith("\n", end):
            end += 1
        return end


def _page_goes_on(parts: list[Nodes]) -> list[Nodes]:
    """The parts of a template that is never closed, without its arguments: an empty line ends them."""
    for number, part in enumerate(parts):
        for place, node in enumerate(part):
            if isinstance(node, str) and (at := node.find("\n\n")) >= 0:
                if number < _ARGUMENTS:
                    return parts
                return [[node[at:], *part[place + 1 :]], *parts[number + 1 :]]
    return parts
