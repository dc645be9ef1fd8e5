"""A page as the engine sees it: its blocks of text in reading order, and the block-level elements around them.

Elements and blocks stand in document order. An element's blocks are those from `first` up to, not including, `last`, so
a sum over what it holds is a difference of two running sums.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

TAGS = (
    "", "html", "body", "div", "p", "section", "article", "main", "aside", "nav", "header", "footer", "form", "table",
    "tr", "td", "th", "ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote",
    "figure", "figcaption", "details", "summary", "button", "fieldset", "noscript", "address", "center", "dialog",
    "hgroup",
)  # fmt: skip
"""The block-level tags that the model tells apart; any other is "". The order is that of the model's features."""
TAG_NUMBER = {tag: number for number, tag in enumerate(TAGS)}

PROSE, HEADING, LIST, CELL, TERM, CODE, QUOTE, CAPTION, BUTTON = range(9)
"""What a block is."""
KINDS = ("prose", "heading", "list", "cell", "term", "code", "quote", "caption", "button")


class Element(NamedTuple):
    """A block-level element; the first of a page is its root."""

    parent: int
    tag: int
    """An index into TAGS."""
    names: int
    """Bits: see `names.py`."""
    depth: int
    """Block-level elements around it."""
    first: int
    """The first of its blocks."""
    signature: int
    """Equal for elements with the same tag and class whose parents' are equal; numbered in order of appearance."""
    shape: int
    """Equal for elements with the same tag and class."""
    hidden: bool
    """Whether it or one around it says that it is not shown."""


class Block(NamedTuple):
    """A run of text between block-level boundaries."""

    element: int
    """The element that holds it."""
    kind: int
    linked: int
    """Characters within links, white space of the source included; so are the next two."""
    strong: int
    all: int
    links: int
    """How many links begin in it or before it since the last block; one at least in a link. So with the next two."""
    images: int
    controls: int
    item: int
    """The list item or cell around it, 0 for none."""
    row: int
    """The table row around it, 0 for none."""
    level: int
    """Of a heading 1 to 6, of a list item how many lists lie around it, else 0."""


row_of = tuple.__new__
"""A row of one of these kinds from a tuple of its fields: less than half the time of naming the class and them."""


@dataclass(slots=True)
class Page:
    """What a walk over one page gives."""

    elements: list[Element] = field(default_factory=list)
    last: list[int] = field(default_factory=list)
    """Behind the last block of each element."""
    blocks: list[Block] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """Of each block: white space as a browser shows it; a `br` is a line's end; code as it stands."""
    title: str = ""
    meta: list[tuple[str, str]] = field(default_factory=list)
    """(name or property, content) of its meta tags, in order; names in lower case."""
    language: str = ""
    """The `lang` of its root."""
    languages: dict[int, str] = field(default_factory=dict)
    """Of the elements that hold code: the language that their classes name."""
    numbers: dict[int, int] = field(default_factory=dict)
    """The `start` of ordered lists and the `value` of their items."""
    depth: int = 0
    """Elements inside one another at most."""
