"""How much there is in a page's tree, counted in linear time before anybody extracts from it.

Each count bounds work that grows with a product: what the libraries do again for every element around, for every text
that an element is cut out of, for every name that is new. 0 stands for a page that is surely within its limit.
"""

from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement

NAMES = ("class", "id", "role", "style", "itemprop", "data-component")
"""The attributes that trafilatura's expressions ask about."""
A_NAME = 20
"""Characters that cost as much as what each name costs besides its own."""
CUT = frozenset((
    "applet", "area", "aside", "audio", "blink", "button", "canvas", "datalist", "dialog", "embed", "fencedframe",
    "fieldset", "figure", "footer", "form", "frame", "frameset", "iframe", "input", "label", "legend", "link",
    "map", "marquee", "math", "menu", "menuitem", "nav", "noframes", "noindex", "noscript", "object", "optgroup",
    "option", "output", "param", "picture", "progress", "rp", "rt", "rtc", "select", "source", "textarea", "time",
    "track", "use", "video",
))  # fmt: skip
"""Tags that trafilatura, or what it asks, cuts out with all they hold, and not the text behind."""
STRIPPED = frozenset((
    "a", "abbr", "acronym", "address", "b", "bdi", "bdo", "big", "cite", "data", "dfn", "em", "font", "hgroup",
    "i", "img", "ins", "kbd", "mark", "meta", "nobr", "ruby", "samp", "small", "span", "strong", "sub", "sup",
    "tbody", "template", "tfoot", "thead", "tt", "u", "var", "wbr",
))  # fmt: skip
"""Tags that trafilatura takes away around what they hold, which becomes part of the element around."""

_ELEMENTS = etree.XPath("count(//*)")
_ATTRIBUTES = etree.XPath("count(//@*)")
_CHARACTERS = etree.XPath("string-length(/)")


def attributes(tree: HtmlElement) -> int:
    """Return how many attributes all elements have together."""
    return int(_ATTRIBUTES(tree))


def nesting(tree: HtmlElement, max_depth: int, limit: int) -> int:
    """Return the depths of all elements added up: how often they are met where each asks for all that it holds."""
    if _ELEMENTS(tree) * max_depth <= limit:
        return 0
    return sum(depth for depth, element, here in _walk(tree) if here == "text")


def deep_text(tree: HtmlElement, max_depth: int, limit: int) -> int:
    """Return the depths of all characters added up: how often they are read where each element asks for its text."""
    if _CHARACTERS(tree) * max_depth <= limit:
        return 0
    return sum(depth * len(getattr(element, here) or "") for depth, element, here in _walk(tree))


def _walk(tree: HtmlElement) -> Iterator[tuple[int, HtmlElement, str]]:
    """Each element at its start, with its depth, for its text; at its end, with its parent's depth, for its tail."""
    depth = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        yield depth, element, "text" if event == "start" else "tail"


def mixture(tree: HtmlElement, limit: int) -> int:
    """Return, added up over all elements, children that may be cut out times characters of text between children.

    The text behind an element that is cut out is joined to the text before it, which is copied each time.
    """
    if _ELEMENTS(tree) * _CHARACTERS(tree) <= limit:
        return 0
    total = 0
    around = [[0, 0]]  # the children and the characters of each open element
    for _, element, here in _walk(tree):
        if here == "tail" and element.tag not in STRIPPED:
            children, characters = around.pop()
            total += children * characters
        if here == "text":
            around[-1][0] += _may_be_cut(element)
            if element.tag not in STRIPPED:
                around.append([0, 0])
        around[-1][1] += len(getattr(element, here) or "")
    return total


def _may_be_cut(element: HtmlElement) -> bool:
    """By its tag, for being empty (but for line breaks and rules), or by its names."""
    if element.tag in CUT or any(element.get(name) is not None for name in NAMES):
        return True
    return not len(element) and not element.text and element.tag not in ("br", "hr")


def names(tree: HtmlElement, size: int, limit: int) -> int:
    """Return the characters of all different values of `NAMES`, and `A_NAME` more for each of them.

    Each is put to every expression of trafilatura's. `size` is the page's, in bytes: a name takes six of them at least.
    """
    if size + size // 6 * A_NAME <= limit:
        return 0
    values = {value for element in tree.iter() for name in NAMES if (value := element.get(name))}
    return sum(map(len, values)) + A_NAME * len(values)
