"""One walk over a parsed page, in document order and without recursion: its blocks of text and what lies around them.

A block is the text between two block-level boundaries. Inline elements never part it, nor do those that HTML does not
know where they stand in a line of text; a `br` ends a line within it and two end the block; what is inside `pre` is one
block with its lines, whatever a highlighter put around each of them.

Nodes are never compared: selectolax serialises both to do it.
"""

from collections import defaultdict
from itertools import count

from selectolax.lexbor import LexborHTMLParser, LexborNode

from winnow.pipelines.extraction.blocks import tags
from winnow.pipelines.extraction.blocks.inline import language_of, number_of, scripted, stands_apart, tex, tex_of_script
from winnow.pipelines.extraction.blocks.names import said
from winnow.pipelines.extraction.blocks.page import HEADING, PROSE, TAG_NUMBER, Block, Element, Page, row_of
from winnow.pipelines.extraction.blocks.tags import (
    ACT,
    INHERITS,
    INSIDE,
    KIND,
    NOTHING,
    OPENS,
    PLAIN,
    TEXT,
    UNKNOWN,
    by_name,
    by_number,
)
from winnow.pipelines.extraction.blocks.white_space import BREAK, lines_of_code, plain


def read(tree: LexborHTMLParser, max_depth: int = 200) -> Page:
    """Return the blocks and elements of a page.

    The walk ends where more than `max_depth` elements lie inside one another; the page's `depth` says whether it did.
    What Lexbor itself takes for nesting is bounded before, by `open_tags.py`.
    """
    root = tree.root
    walk = Walk(max_depth)
    if root is not None:
        walk.run(root)
    return walk.page


_Here = tuple[int, int, int, int, int, int, int, bool]
"""The innermost open block-level element; for the blocks in it kind, item, row and level; lists around it; its
signature, and whether it is hidden."""


_ROOT = Element(parent=0, tag=TAG_NUMBER[""], names=0, depth=0, first=0, signature=1, shape=1, hidden=False)


class Walk:
    """The state of one walk."""

    def __init__(self, max_depth: int) -> None:
        self.page = Page()
        self._max_depth = max_depth
        self._pieces: list[str] = []
        self.page.elements.append(_ROOT)
        self.page.last.append(0)
        self._here: _Here = 0, PROSE, 0, 0, 0, 0, _ROOT.signature, False
        self._open: list[_Here] = []
        """What to return to when it closes, the nearest last."""
        self._links_open = self._strong_open = self._pre = self._math = 0
        self._linked = self._strong = self._all = self._links = self._images = self._controls = self._breaks = 0
        self._shapes = defaultdict[tuple[str, str], int](count(_ROOT.shape + 1).__next__, {("", ""): _ROOT.shape})
        self._signatures = defaultdict[tuple[int, int], int](
            count(_ROOT.signature + 1).__next__, {(0, _ROOT.shape): _ROOT.signature}
        )
        self._script = ""
        """The `sup` or `sub` whose text comes next."""
        self._formulas = False
        """Whether there was a formula that was read as TeX."""

    def run(self, root: LexborNode) -> None:
        """Visit every node below the root, children before the next sibling."""
        page, pieces = self.page, self._pieces
        page.language = (root.attributes.get("lang") or "").lower()
        around: list[tuple[LexborNode, int, str]] = []
        node: LexborNode | None = root.first_child
        acts, depth, most = by_number(), 0, self._max_depth
        while node is not None and depth <= most:
            act, tag = acts.get(node.tag_id) or by_name(node)
            if act == TEXT:
                text = node.text_content or ""
                if self._pre or not text.isspace():
                    if pieces and not self._pre and stands_apart(pieces[-1], text, node):
                        pieces.append(" ")
                    self._text(text)
                elif pieces:
                    pieces.append(" ")
                    self._all += 1
            elif act <= PLAIN:
                child = node.first_child
                if act == UNKNOWN:
                    act = PLAIN if self._runs_on(node) else OPENS
                if act == OPENS:
                    self._enter_block(node, tag)
                elif act == INSIDE and not self._enter(node, tag):
                    child = None
                elif self._formulas and tag == "span" and "katex-html" in (node.attributes.get("class") or ""):
                    child = None  # the formula again, as it is drawn
                if child is not None:
                    around.append((node, act, tag))
                    if len(around) > depth:
                        depth = len(around)
                    node = child
                    continue
                if act != PLAIN:
                    self._leave(act, tag)
            elif act != NOTHING:
                self._single(node, act)
            node = node.next
            while node is None and around:
                above, act, tag = around.pop()
                if act != PLAIN:
                    self._leave(act, tag)
                node = above.next
        page.depth = depth
        self._flush()
        for _, act, tag in reversed(around):
            if act != PLAIN:
                self._leave(act, tag)
        page.last[0] = len(page.texts)

    def _single(self, node: LexborNode, act: int) -> None:
        """What there is to do at an element that holds no text of the page's."""
        if act == tags.BREAKS:
            self._break()
        elif act == tags.RULES:
            self._flush()
        elif act == tags.HEAD:
            self._head(node)
        elif act == tags.META:
            self._meta(node)
        elif act == tags.SCRIPT and (formula := tex_of_script(node)):
            self._text(formula)

    def _enter(self, node: LexborNode, tag: str) -> bool:
        """Note that an inline element begins; return whether what is in it is read."""
        if tag == "a":
            self._links_open += 1
            self._links += 1
        elif tag in tags.STRONG:
            self._strong_open += 1
        elif tag == "img":
            self._images += 1
        elif tag in tags.CONTROLS:
            self._controls += 1
            return False
        elif tag == "math":
            self._math += 1
            if self._math == 1 and (formula := tex(node)):
                self._text(formula)
                self._formulas = True
                return False
        elif tag in ("sup", "sub"):
            self._script = tag
        return True

    def _runs_on(self, element: LexborNode) -> bool:
        """Whether an element that HTML does not know stands in a line of text, as it does in browsers."""
        if not self._pieces and self.page.elements[self._here[0]].tag not in tags.SENTENCES:
            return False
        child = element.first_child
        while child is not None and ACT.get(child.tag or "", UNKNOWN) > OPENS:
            child = child.next
        return child is None

    def _enter_block(self, node: LexborNode, tag: str) -> None:
        if self._pre:
            self._line()
            self._pre += tag == "pre"
            return
        if self._pieces:
            self._flush()
        self._open.append(self._here)
        page, at = self.page, len(self.page.last)
        above, kind, item, row, level, lists, signature, hidden = self._here
        names, shape = 0, ""
        if attributes := node.attributes:
            names, shape, hides = said(attributes)
            hidden = hidden or hides
        form = self._shapes[tag, shape]
        signature = self._signatures[signature, form]
        page.last.append(0)
        page.elements.append(row_of(Element, (
            above, TAG_NUMBER.get(tag, 0), names, len(self._open), len(page.texts), signature, form, hidden,
        )))  # fmt: skip
        if tag not in INHERITS:
            kind = KIND.get(tag, PROSE)
            if tag in tags.LISTS:
                lists += 1
            elif tag in tags.ITEMS:
                item, level = at, lists if tag == "li" else 0
            elif tag == "tr":
                row = at
            elif tag == "table":
                item = row = 0
            elif kind == HEADING:
                level = int(tag[1])
            elif tag == "pre":
                self._pre = 1
                if language := language_of(node):
                    page.languages[at] = language
            elif tag == "button":
                self._controls += 1
            if tag in tags.NUMBERED and (stated := number_of(attributes.get(tags.NUMBERED[tag]))) is not None:
                page.numbers[at] = stated
        self._here = at, kind, item, row, level, lists, signature, hidden

    def _leave(self, act: int, tag: str) -> None:
        if act == INSIDE:
            if tag == "a":
                self._links_open -= 1
            elif tag in tags.STRONG:
                self._strong_open -= 1
            elif tag == "math":
                self._math -= 1
            elif tag in ("sup", "sub"):
                self._script = ""
            return
        if self._pre:
            if self._pre > 1 or tag != "pre":
                self._line()
                self._pre -= tag == "pre"
                return
            self._flush()
            self._pre = 0
        elif self._pieces:
            self._flush()
        self.page.last[self._here[0]] = len(self.page.texts)
        self._here = self._open.pop()

    def _text(self, text: str) -> None:
        if self._script:
            if not self._links_open and not self._pre:  # the mark of a footnote is a link
                text = scripted(self._script, self._pieces[-1][-1:] if self._pieces else "", text)
            self._script = ""
        self._pieces.append(text)
        length = len(text)
        self._all += length
        if self._links_open:
            self._linked += length
        if self._strong_open:
            self._strong += length
        self._breaks = 0

    def _break(self) -> None:
        if self._pre:
            self._pieces.append("\n")
        elif self._pieces:
            self._breaks += 1
            if self._breaks == 2:
                self._flush()
            else:
                self._pieces.append(BREAK)

    def _line(self) -> None:
        if self._pieces and not self._pieces[-1].endswith("\n"):
            self._pieces.append("\n")

    def _flush(self) -> None:
        """End the block that is open, if it holds any text."""
        self._breaks = 0
        if not self._pieces:
            return
        text = "".join(self._pieces)
        text = lines_of_code(text) if self._pre else plain(text)
        self._pieces.clear()
        if text:
            links = self._links or int(self._linked > 0)  # one that began before goes on
            at, kind, item, row, level, *_ = self._here
            self.page.texts.append(text)
            self.page.blocks.append(row_of(Block, (
                at, kind, self._linked, self._strong, self._all, links, self._images, self._controls, item, row,
                level,
            )))  # fmt: skip
            self._links = self._images = self._controls = 0
        self._linked = self._strong = self._all = 0

    def _head(self, head: LexborNode) -> None:
        title = head.css_first("title")
        if title is not None:
            self.page.title = plain(title.text())
        for tag in head.css("meta"):
            self._meta(tag)

    def _meta(self, tag: LexborNode) -> None:
        attributes = tag.attributes
        name, content = attributes.get("name") or attributes.get("property"), attributes.get("content")
        if name and content:
            self.page.meta.append((name.lower(), content))
