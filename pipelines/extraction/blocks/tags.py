"""What the walk does at a tag, and what kind of block an element holds."""

from functools import cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from winnow.pipelines.extraction.blocks.page import BUTTON, CAPTION, CELL, CODE, HEADING, LIST, QUOTE, TAG_NUMBER, TERM

SKIPPED = (
    "-comment", "-doctype", "style", "svg", "template", "iframe", "object", "embed", "video", "audio",
    "canvas", "map", "option", "datalist", "textarea", "link", "base", "rt", "rp", "noframes", "applet", "frameset",
    "annotation", "annotation-xml",
)  # fmt: skip
"""Nodes that hold no text of the page's."""
INLINE = (
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "math", "nobr", "q", "ruby", "rb", "s", "samp", "small", "span", "strike", "strong", "sub",
    "sup", "time", "tt", "u", "var", "wbr", "img", "picture", "source", "input", "select", "optgroup", "output",
    "semantics", "maction", "mfenced", "mfrac", "mi", "mn", "mo", "mover", "mpadded", "mphantom", "mroot", "mrow", "ms",
    "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover",
)  # fmt: skip
"""Elements that never part a block."""
STRONG = frozenset(("b", "strong", "em", "i", "mark", "u"))
CONTROLS = frozenset(("input", "select"))
COUNTED = (*STRONG, *CONTROLS, "a", "img", "math", "sub", "sup")
"""Those of them at which there is something to count or to remember."""
UNKNOWN, OPENS, INSIDE, PLAIN, NOTHING, TEXT, BREAKS, RULES, HEAD, META, SCRIPT = range(11)
BLOCKS = (
    *TAG_NUMBER, "thead", "tbody", "tfoot", "colgroup", "col", "legend", "menu", "dir", "search", "slot", "listing",
    "plaintext", "xmp",
)  # fmt: skip
"""The block-level tags of HTML."""
ACT = (
    dict.fromkeys(BLOCKS, OPENS) | dict.fromkeys(INLINE, PLAIN) | dict.fromkeys(COUNTED, INSIDE)
    | dict.fromkeys(SKIPPED, NOTHING)
    | {"-text": TEXT, "br": BREAKS, "hr": RULES, "head": HEAD, "meta": META, "script": SCRIPT}
)  # fmt: skip
"""What the walk does at each tag that HTML knows."""
SENTENCES = frozenset(TAG_NUMBER[tag] for tag in ("p", "h1", "h2", "h3", "h4", "h5", "h6"))
"""What holds nothing but text and inline elements."""
KIND = {
    "li": LIST, "td": CELL, "th": CELL, "dt": TERM, "dd": TERM, "pre": CODE, "blockquote": QUOTE, "figcaption": CAPTION,
    "caption": CAPTION, "button": BUTTON,
} | {f"h{level}": HEADING for level in range(1, 7)}  # fmt: skip
"""The kind of block that an element holds."""
INHERITS = frozenset(("p", "div", "center", "section", "header", "footer", "figure", "noscript", "address"))
"""Elements that hold what the element around them holds; any other holds prose."""
LISTS = frozenset(("ul", "ol", "menu"))
NUMBERED = {"ol": "start", "li": "value"}
"""Elements that may say their number, and the attribute for it."""
ITEMS = frozenset(("li", "td", "th", "dd", "dt"))
_NUMBERS = 1 << 12
"""More than Lexbor has tags, less than any address."""


@cache
def by_number() -> dict[int, tuple[int, str]]:
    """What the walk does at a tag, and its name, by Lexbor's number for it: quicker to ask for, and one string for all.

    The tags that Lexbor knows have numbers; for any other it gives an address in its memory.
    """
    blank = LexborHTMLParser("<!doctype html><!-- -->text")
    nodes = [blank.create_node(tag) for tag in ACT if tag[:1].isalpha()]
    if blank.root is not None and blank.root.parent is not None:
        nodes += blank.root.parent.traverse(include_text=True)
    return {node.tag_id: by_name(node) for node in nodes if node.tag_id < _NUMBERS}


def by_name(node: LexborNode) -> tuple[int, str]:
    """The same of a node."""
    tag = node.tag or ""
    return ACT.get(tag, UNKNOWN), tag
