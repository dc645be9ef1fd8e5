"""What of a page's tree says anything about the page, found in one pass: tags, links and short texts, in order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from winnow.pipelines.extraction.facts import json_ld
from winnow.pipelines.extraction.facts.json_ld import Linked
from winnow.pipelines.extraction.facts.text import cleaned, plain, text_of

MOST = 200
"""Elements of each sort that are looked at, and meta tags of each name."""

_ASKED = (
    ":is(meta, title, h1, time, abbr[class*='published' i], a[rel~='author' i], a[rel~='license' i], [itemprop],"
    "[property*='date' i], script[type*='json' i], [class*='author' i], [class*='byline' i],"
    "footer, div[class*='footer'], div[id*='footer'])"
)
_SORTS = ("h1", "time", "property", "byline", "license", "footer")
_ANCHOR = re.compile(r"\s*[\u00b6#\u00a7]+$")
"""What a link to a heading shows behind it."""


class Element(NamedTuple):
    """An element that may say something."""

    node: LexborNode
    attributes: dict[str, str | None]

    def get(self, name: str) -> str:
        """An attribute, "" where there is none."""
        return self.attributes.get(name) or ""

    def words(self, name: str) -> list[str]:
        """The words of an attribute, in lower case."""
        return self.get(name).lower().split()


class Heading(NamedTuple):
    """An h1 that holds a text."""

    node: LexborNode
    text: str
    """On one line."""


@dataclass
class Said:
    """What a page says of itself."""

    tree: LexborHTMLParser
    meta: dict[str, list[str]] = field(default_factory=dict)
    """The contents of its meta tags, on one line, by `name`, `property` or `itemprop` in lower case."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """(name, content) of the meta tags that have a `name`."""
    scripts: list[str] = field(default_factory=list)
    """Its JSON-LD."""
    title: str = ""
    """What its window is called."""
    headings: list[Heading] = field(default_factory=list)
    times: list[Element] = field(default_factory=list)
    properties: list[Element] = field(default_factory=list)
    """With an `itemprop`, or a `property` of RDFa that speaks of a date; no meta tags."""
    bylines: list[Element] = field(default_factory=list)
    """Links to an author, and elements whose class speaks of one."""
    licensed: list[Element] = field(default_factory=list)
    """Links to a licence."""
    footers: list[Element] = field(default_factory=list)
    linked: Linked = field(default_factory=Linked)

    def contents(self, *names: str) -> list[str]:
        """The contents of the meta tags with these names, in the order of the names."""
        return [content for name in names for content in self.meta.get(name, ())]

    def node_of(self, heading: str) -> LexborNode | None:
        """The first heading whose text begins so, else the first of all."""
        headings = [each for each in self.headings if heading and each.text.startswith(heading)] or self.headings
        return headings[0].node if headings else None


def gather(tree: LexborHTMLParser) -> Said:
    """Return what a page says of itself."""
    said = Said(tree)
    found: dict[str, list[Element]] = {sort: [] for sort in _SORTS}
    for node in tree.css(_ASKED):
        tag, attributes = node.tag or "", node.attributes
        if tag == "meta":
            _meta(said, attributes)
        elif tag == "script":
            if (attributes.get("type") or "").strip().lower() in json_ld.TYPES:
                said.scripts.append(node.text())
        elif tag == "title":
            said.title = said.title or text_of(node)
        else:
            for sort in _sorts(tag, attributes):
                if len(found[sort]) < MOST:
                    found[sort].append(Element(node, attributes))
    texts = [(node, _ANCHOR.sub("", cleaned(text_of(node)))) for node, _ in found["h1"]]
    said.headings = [Heading(node, text) for node, text in texts if text]
    said.times, said.properties, said.bylines = found["time"], found["property"], found["byline"]
    said.licensed, said.footers = found["license"], found["footer"]
    said.linked = json_ld.read(said.scripts)
    return said


def _meta(said: Said, attributes: dict[str, str | None]) -> None:
    name, content = attributes.get("name") or "", attributes.get("content") or ""
    if not content:
        return
    if name:
        said.asked.append((name, content))
    contents = said.meta.setdefault(plain(name or attributes.get("property") or attributes.get("itemprop")).lower(), [])
    if len(contents) < MOST:
        contents.append(plain(content))


def _sorts(tag: str, attributes: dict[str, str | None]) -> Iterator[str]:
    """What an element is looked at for."""
    if tag == "h1":
        yield "h1"
    if tag in ("time", "abbr"):
        yield "time"
    if "itemprop" in attributes or "property" in attributes:
        yield "property"
    rel = (attributes.get("rel") or "").lower().split() if tag == "a" else []
    named = (attributes.get("class") or "").lower()
    if "author" in rel or "author" in named or "byline" in named:
        yield "byline"
    if "license" in rel and attributes.get("href") is not None:
        yield "license"
    if tag == "footer" or (tag == "div" and any("footer" in (attributes.get(name) or "") for name in ("class", "id"))):
        yield "footer"
