"""Shortcuts through trafilatura: the same answers for less work.

Profiled on 150 saved pages, a third of trafilatura's time goes into regular expressions on `class` and `id`, asked
again for every element, and most of jusText's into strings that nobody reads. Each shortcut below stands in for one
name of trafilatura's, gives what that name gives, and is compared with it on real pages by the tests:

- `Grouped`: an expression on an element's own tag and attributes is asked once for each distinct combination;
- `Paragraphs`: jusText's paragraphs without XPath strings, attributes and recursion;
- `compare`: readability is not run where its own rules could not choose it;
- the stop list is a frozenset, whose hash Python remembers; as a tuple it is hashed again for every page.
"""

import importlib
import re
from functools import cached_property
from typing import Any

from justext.core import ParagraphMaker, PathInfo  # type: ignore[import-untyped]
from justext.paragraph import Paragraph  # type: ignore[import-untyped]
from lxml import etree
from lxml.html import HtmlElement
from trafilatura import core, external, xpaths
from trafilatura.settings import Extractor

_REGEXP = {"re": "http://exslt.org/regular-expressions"}
_OWN_ATTRIBUTES_ONLY = re.compile(
    r"""\s*\(?\s*\.//\*
    (?:\[(?:\s|self::[\w-]+|@[\w-]+|'[^']*'|(?:re:test|contains|starts-with|translate)\(|\b(?:or|and|not)\b|[|=(),])+\])+
    (?:\s*\)?\s*\[1\])?\s*""",
    re.VERBOSE,
)
"""Expressions whose verdict on an element depends on nothing but its tag and its attributes."""
_ONE_MORE_PREDICATE = re.compile(rf"(?x){_OWN_ATTRIBUTES_ONLY.pattern}\[[^\[\]]+\]\s*")
_TAGS = re.compile(r"\.//\*\[\s*(self::[\w-]+(?:\s+or\s+self::[\w-]+)*)\s*\]")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REMEMBERED_CHARACTERS = 1_000_000
"""Of attributes whose verdicts are kept for one expression; past it all are forgotten."""
_VIDEO = len("VIDEO")
"""What readability writes into a frame that shows a video."""

Kind = tuple[str, tuple[str | None, ...], tuple[str, ...]]
"""An element's tag, the values of the attributes that matter, and the attributes' names in an order that matters."""


class Grouped:
    """One XPath of trafilatura's, evaluated once for each distinct tag and attributes of a tree.

    A small tree holds one element for each combination not met before; the XPath picks among those, and every element
    of the real tree shares the verdict of its own. A verdict is a pure function of the combination, so remembering it
    for later pages changes no answer. `[1]` at the end is left to the caller: trafilatura takes the first it gets.
    """

    def __init__(self, expression: etree.XPath) -> None:
        path = expression.path.replace("[1]", "").strip()
        path = path.removeprefix("(").rstrip().removesuffix(")") if path.startswith("(") else path
        tags = _TAGS.search(path)
        self.path = expression.path
        self._tags = tuple(re.findall(r"self::([\w-]+)", tags[1])) if tags else ("*",)
        self._attributes = tuple(dict.fromkeys(re.findall(r"@([\w-]+)", path)))
        self._select = etree.XPath(path.replace(".//*", "./*", 1), namespaces=_REGEXP)
        self._in_order = "|@" in path
        self._verdicts: dict[Kind, bool] = {}
        self._remembered = 0

    def __call__(self, tree: HtmlElement) -> list[HtmlElement]:
        """Return the elements below `tree` that the expression selects, in document order."""
        attributes, one = self._attributes, len(self._attributes) - 1
        kinds = [
            # XPath reads `@id|@class` as whichever the page's source names first: with both, their order matters
            (element.tag, values, tuple(element.keys()) if self._in_order and values.count(None) < one else attributes)
            for element in tree.iterdescendants(*self._tags)
            for values in [tuple(map(element.get, attributes))]
        ]
        distinct = dict.fromkeys(kinds)
        verdicts = self._verdicts
        if self._remembered > _REMEMBERED_CHARACTERS:
            verdicts.clear()
            self._remembered = 0
        self._judge([kind for kind in distinct if kind not in verdicts])
        if not any(map(verdicts.__getitem__, distinct)):
            return []
        elements = zip(kinds, tree.iterdescendants(*self._tags), strict=True)
        return [element for kind, element in elements if verdicts[kind]]

    def _judge(self, kinds: list[Kind]) -> None:
        samples = etree.Element("samples")
        for tag, values, order in kinds:
            sample = etree.SubElement(samples, "any" if self._tags == ("*",) else tag)
            known = dict(zip(self._attributes, values, strict=True))
            for name in order:
                value = known.get(name)
                if value is not None:
                    self._remembered += len(value)
                    sample.set(name, _NOT_XML.sub("\ufffd", value))
        chosen = set(self._select(samples))
        self._verdicts.update(zip(kinds, [sample in chosen for sample in samples], strict=True))


class GroupedUnion:
    """The same for `.//aside|.//*[...]|...`: every element that one of the parts selects, once."""

    def __init__(self, expression: etree.XPath) -> None:
        self.path = expression.path
        parts = expression.path.removeprefix(".//").split("|.//")
        self._tags = tuple(part for part in parts if part.isalpha())
        rest = [re.sub(r"^(\w+)\[", r"*[self::\1][", part) for part in parts if not part.isalpha()]
        self._parts = tuple(Grouped(etree.XPath(f".//{part}", namespaces=_REGEXP)) for part in rest)

    def __call__(self, tree: HtmlElement) -> list[HtmlElement]:
        found = list(tree.iterdescendants(*self._tags))
        for part in self._parts:
            found += part(tree)
        return list(dict.fromkeys(found))


class Guarded:
    """An expression that ends in a predicate on the tree around: asked only where the part before selects anything."""

    def __init__(self, expression: etree.XPath) -> None:
        self.path = expression.path
        self._expression = expression
        own = _OWN_ATTRIBUTES_ONLY.match(self.path)
        self._guard = Grouped(etree.XPath(own[0], namespaces=_REGEXP)) if own else expression

    def __call__(self, tree: HtmlElement) -> list[HtmlElement]:
        return list(self._expression(tree)) if self._guard(tree) else []


class _Path(PathInfo):
    """The path of tags that jusText classifies by, without the XPath that it only reports."""

    xpath = ""

    def __init__(self) -> None:
        self._paths = [""]

    @property
    def dom(self) -> str:
        return self._paths[-1]

    def append(self, tag: str) -> "_Path":
        self._paths.append(f"{self.dom}.{tag}" if self.dom else tag)
        return self

    def pop(self) -> "_Path":
        self._paths.pop()
        return self


class _Paragraph(Paragraph):
    """A paragraph that joins its text once, when it is complete."""

    @cached_property
    def text(self) -> str:
        return str(super().text)


class Paragraphs(ParagraphMaker):
    """jusText's paragraphs of a tree, walked without recursion and without attributes."""

    paragraph: Paragraph | None

    @classmethod
    def make_paragraphs(cls, root: HtmlElement) -> list[Paragraph]:
        maker = cls()
        maker.path = _Path()
        maker.paragraph = _Paragraph(maker.path)
        for event, element in etree.iterwalk(root, events=("start", "end")):
            name = (None, element.tag)
            if event == "start":
                maker.startElementNS(name, None, None)
                text = element.text
            else:
                maker.endElementNS(name, None)
                text = element.tail
            if text:
                maker.characters(text)
        maker.endDocument()
        return list(maker.paragraphs)

    def _start_new_pragraph(self) -> None:  # the spelling is jusText's
        if self.paragraph is not None and self.paragraph.text_nodes and self.paragraph.text:
            self.paragraphs.append(self.paragraph)
        self.paragraph = _Paragraph(self.path)


def compare(cleaned: HtmlElement, raw: HtmlElement, body: Any, text: str, options: Extractor) -> tuple[Any, str]:
    """trafilatura's comparison with readability and jusText, skipped where neither could be chosen.

    Outside recall mode readability wins with more than twice our text, or where ours has no paragraphs or more tables
    than paragraphs; jusText where ours is short or unclean. The page's whole text bounds what readability can give.
    """
    if (
        options.focus != "recall"
        and len(text) >= options.min_extracted_size
        and body.xpath(".//p//text()")
        and len(body.findall(".//table")) <= len(body.findall(".//p"))
        and not body.xpath(external.SANITIZED_XPATH)
        and 2 * len(text) >= _most_text(raw)
    ):
        return body, text
    result: tuple[Any, str] = external.compare_extraction(cleaned, raw, body, text, options)
    return result


def _most_text(tree: HtmlElement) -> int:
    """No more characters than these can readability find in a page."""
    return len(" ".join(tree.text_content().split())) + _VIDEO * len(list(tree.iter("iframe")))


def shortcut(expression: Any) -> Any:
    """Return what stands in for one of trafilatura's expressions, or the expression itself."""
    if isinstance(expression, etree.XPath) and "re:test" in expression.path:
        if _OWN_ATTRIBUTES_ONLY.fullmatch(expression.path):
            return Grouped(expression)
        if _ONE_MORE_PREDICATE.fullmatch(expression.path):
            return Guarded(expression)
    return expression


def install() -> None:
    """Put the shortcuts in place, once a process; a second call changes nothing."""
    for expressions in vars(xpaths).values():
        if isinstance(expressions, list):
            expressions[:] = map(shortcut, expressions)
    if not isinstance(external.JT_STOPLIST, frozenset):
        external.JT_STOPLIST = frozenset(external.jt_stoplist_init())
    external.ParagraphMaker = Paragraphs
    core.compare_extraction = compare
    baseline: Any = importlib.import_module("trafilatura.baseline")  # `trafilatura.baseline` by itself is a function
    if isinstance(baseline.BASIC_CLEAN_XPATH, etree.XPath):
        baseline.BASIC_CLEAN_XPATH = GroupedUnion(baseline.BASIC_CLEAN_XPATH)
