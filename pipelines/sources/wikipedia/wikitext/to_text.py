"""The text of a page of wikitext: a pure function of it, of what is known of the page, and of the caps."""

from winnow.filters.rules import Reject
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.sources.wikipedia.page import Page
from winnow.pipelines.sources.wikipedia.prose.compose import composed
from winnow.pipelines.sources.wikipedia.prose.marks import without_controls
from winnow.pipelines.sources.wikipedia.prose.settings import TextSettings
from winnow.pipelines.sources.wikipedia.wikitext.expand import Expander
from winnow.pipelines.sources.wikipedia.wikitext.inline import without_marks
from winnow.pipelines.sources.wikipedia.wikitext.lines import Reader
from winnow.pipelines.sources.wikipedia.wikitext.scan import TooDeep, scan

DEFAULTS = TextSettings()


def to_text(wikitext: str, page: Page, settings: TextSettings = DEFAULTS) -> Extracted | Reject:
    """Return the prose of a page, or why there is none.

    Rules: wikipedia.too_large (value and limit are bytes), wikipedia.too_deep (openings inside one another),
    wikipedia.empty.
    """
    size = len(wikitext) if wikitext.isascii() else len(wikitext.encode("utf-8", "replace"))
    if size > settings.max_bytes:
        return Reject("wikipedia.too_large", size, settings.max_bytes)
    expander = Expander(page, settings.max_depth)
    try:
        flat = expander.expand(scan(without_controls(wikitext), settings.max_depth))
    except TooDeep:
        return Reject("wikipedia.too_deep", settings.max_depth + 1, settings.max_depth)
    lines, disambiguation = without_marks(flat, expander.language)
    blocks = Reader(expander.kept).blocks(lines)
    return composed(blocks, page, disambiguation or expander.disambiguation)
