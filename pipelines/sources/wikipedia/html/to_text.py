"""The text of a page of Parsoid's HTML, whose templates are expanded already: a whole document or its body.

A pure function of it, of what is known of the page, and of the caps. No real HTML dump was at hand when this was
written: it follows MediaWiki's published DOM specification.
"""

from lxml import etree

from winnow.filters.rules import Reject
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.extraction.page_counts import most_attributes, start_tags
from winnow.pipelines.sources.wikipedia.html.walk import Walk
from winnow.pipelines.sources.wikipedia.page import Page
from winnow.pipelines.sources.wikipedia.prose.compose import composed
from winnow.pipelines.sources.wikipedia.prose.kept import Kept
from winnow.pipelines.sources.wikipedia.prose.marks import without_controls
from winnow.pipelines.sources.wikipedia.prose.settings import TextSettings

DEFAULTS = TextSettings()


def to_text(html: str, page: Page, settings: TextSettings = DEFAULTS) -> Extracted | Reject:
    """Return the prose of a page, or why there is none.

    Rules: wikipedia.too_large (value and limit are bytes), wikipedia.elements, wikipedia.attributes, wikipedia.too_deep
    (elements inside one another), wikipedia.unparsable, wikipedia.empty.
    """
    source = without_controls(html).encode("utf-8", "replace")
    counts = (
        ("wikipedia.too_large", len(source), settings.max_html_bytes),
        ("wikipedia.elements", start_tags(source, settings.max_html_elements), settings.max_html_elements),
        ("wikipedia.attributes", most_attributes(source, settings.max_html_attributes), settings.max_html_attributes),
    )
    if too_much := next((Reject(rule, count, limit) for rule, count, limit in counts if count > limit), None):
        return too_much
    tree = _parsed(source)
    if tree is None:
        return Reject("wikipedia.unparsable") if html.strip() else Reject("wikipedia.empty")
    if (depth := _depth(tree)) > settings.max_html_depth:
        return Reject("wikipedia.too_deep", depth, settings.max_html_depth)
    walk = Walk(Kept())
    blocks = walk.blocks(tree)
    return composed(blocks, page, walk.disambiguation)


def _parsed(source: bytes) -> "etree._Element | None":
    parser = etree.HTMLParser(
        encoding="utf-8",
        collect_ids=False,
        default_doctype=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,
    )
    try:
        return etree.fromstring(source, parser=parser)
    except etree.XMLSyntaxError:
        return None


def _depth(tree: "etree._Element") -> int:
    """How many elements lie inside one another at most, the root included."""
    depth = deepest = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest
