"""The tree of a page to wikitext that holds no templates, links or tags of extensions any more.

What is left are lines: headings, lists, tables, bold and italic marks, HTML tags and entities, which `lines.py` reads.
"""

import html
import re

from winnow.pipelines.sources.wikipedia.page import Page
from winnow.pipelines.sources.wikipedia.prose.kept import Kept
from winnow.pipelines.sources.wikipedia.prose.marks import CUT, verse
from winnow.pipelines.sources.wikipedia.prose.sections import base_language
from winnow.pipelines.sources.wikipedia.wikitext import functions, links
from winnow.pipelines.sources.wikipedia.wikitext.call import Call
from winnow.pipelines.sources.wikipedia.wikitext.nodes import Argument, Link, Node, Nodes, Tag, Template
from winnow.pipelines.sources.wikipedia.wikitext.scan import scan
from winnow.pipelines.sources.wikipedia.wikitext.templates import catalogue

_SPACE = re.compile(r"[\s_]+")
_PREFIX = re.compile(r"(?:(?:safesubst|subst|msg|msgnw|raw|template|vorlage|modèle|plantilla|szablon|шаблон|mall|"
                     r"sjabloon|predefinição|t)\s*:\s*)+", re.IGNORECASE)  # fmt: skip


class Expander:
    """Expands the tree of one page, and remembers what must stay as it is."""

    def __init__(self, page: Page, max_depth: int) -> None:
        self.page, self.max_depth = page, max_depth
        self.language = base_language(page.language)
        self.links = links.Links(page)
        self.kept = Kept()
        self.disambiguation = False

    def expand(self, nodes: Nodes) -> str:
        return "".join([node if isinstance(node, str) else self._node(node) for node in nodes])

    def _node(self, node: Node) -> str:
        match node:
            case Template(parts):
                return self._template(parts)
            case Link(parts):
                return self._link(parts)
            case Tag():
                return self._tag(node)
            case Argument(parts):
                return self.expand(parts[1]) if len(parts) > 1 else CUT

    def _link(self, parts: list[Nodes]) -> str:
        target = self.expand(parts[0])
        return self.links.shown(target, lambda: self.expand(_bars(parts[1:])) if len(parts) > 1 else None)

    def _template(self, parts: list[Nodes]) -> str:
        name = self.expand(parts[0]).replace(CUT, "").strip()
        if name[:1] == "#" or ":" in name or name.isupper():
            found = functions.expanded(name, parts, self)
            if found is not None:
                return found or CUT
            name = _PREFIX.sub("", name, count=1) if ":" in name else name
        name = _SPACE.sub(" ", name)
        handler = catalogue.handler(name)
        if handler is None:
            self.disambiguation = self.disambiguation or name.lower() in catalogue.DISAMBIGUATION
            return CUT
        return handler(Call(name.lower(), parts[1:], self.expand, self.language))

    def _tag(self, tag: Tag) -> str:
        match tag.name:
            case "nowiki":
                return self.kept.put(html.unescape(tag.content)) if tag.content else ""
            case "math" | "chem" | "ce":
                return self._formula(tag)
            case "pre" | "syntaxhighlight" | "source":
                return self._code(tag)
            case "poem":
                return verse(self.expand(scan(tag.content, self.max_depth)))
        return CUT

    def _formula(self, tag: Tag) -> str:
        tex = " ".join(tag.content.split())
        if not tex:
            return CUT
        return self.kept.put(f"${tex}$" if tag.name == "math" else f"$\\ce{{{tex}}}$")

    def _code(self, tag: Tag) -> str:
        code = tag.content.strip("\n").expandtabs(4).rstrip()
        if not code.strip():
            return CUT
        if tag.name == "pre":
            code = html.unescape(code.replace("<nowiki>", "").replace("</nowiki>", ""))
        inline = tag.name != "pre" and "inline" in tag.attributes and "\n" not in code
        return self.kept.put(code, block=not inline)


def _bars(parts: list[Nodes]) -> Nodes:
    """Parts put together again, with the bars between them."""
    joined = list(parts[0])
    for part in parts[1:]:
        joined.append("|")
        joined += part
    return joined
