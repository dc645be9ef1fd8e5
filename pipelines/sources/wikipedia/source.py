"""Dumps of wikis as a kind of input."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from winnow.filters.rules import Reject
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.sources import compression
from winnow.pipelines.sources.base import GAP, Content, Item, Record
from winnow.pipelines.sources.beginning import Beginning
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.inflate import Bytes
from winnow.pipelines.sources.wikipedia import scan
from winnow.pipelines.sources.wikipedia.content import HTML, unpacked
from winnow.pipelines.sources.wikipedia.gaps import foreign, gap
from winnow.pipelines.sources.wikipedia.layout import FOREIGN, XML, Layout
from winnow.pipelines.sources.wikipedia.read_article import read_article
from winnow.pipelines.sources.wikipedia.read_page import read_page
from winnow.pipelines.sources.wikipedia.settings import PAGE, WikipediaSettings

_LOOKED_AT = 4096
_BEGINS = re.compile(rb"(?:\A|\n|>)\s*<mediawiki(?:\s+[\w:-]+\s*=|>)")


@dataclass(frozen=True, slots=True)
class Wikipedia(WikipediaSettings):
    """Dumps in XML and in HTML, told by content; no setting changes where their pages lie."""

    scan = staticmethod(scan.scan)

    @staticmethod
    def recognises(start: Beginning) -> bool:
        lines = start.data.startswith(b"{") or start.data[257:262] == b"ustar"
        html = lines and b'"article_body"' in start.data
        return html or _BEGINS.search(start.data[:_LOOKED_AT]) is not None

    def read(self, file: FileBytes, items: Sequence[Item], layout: str) -> Iterator[Record]:
        made = Layout.read(layout)
        if made.form == FOREIGN:
            yield from (foreign(file, item, made.why) for item in items)
            return
        inflated = compression.inflated(file, items[0].offset) if items else None
        data: Bytes = inflated or file
        for item in items:
            if item.kind == GAP:
                yield gap(file, inflated, item)
            elif item.kind != PAGE:
                yield Record(item.offset, item.kind)
            elif made.form == XML:
                yield read_page(data, item, made.site_at(item.offset), self)
            else:
                yield read_article(data, item, self)

    def convert(self, content: Content) -> Extracted | Reject:
        """The text of a page; asked in a process of its own, for markup can be hostile."""
        from winnow.pipelines.sources.wikipedia.html import to_text as html  # what only extraction needs, lxml too
        from winnow.pipelines.sources.wikipedia.wikitext import to_text as wikitext

        markup, text, page = unpacked(content)
        return html.to_text(text, page) if markup == HTML else wikitext.to_text(text, page)
