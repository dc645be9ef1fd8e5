"""What a page that stands in a string says of itself."""

from selectolax.lexbor import LexborHTMLParser

from winnow.pipelines.extraction.facts import facts
from winnow.pipelines.extraction.facts.facts import Facts
from winnow.pipelines.extraction.facts.said import Said, gather

URL = "https://www.valley.example/2024/high-water"
CAPTURED = "2026-01-31T00:00:00Z"


def said(html: str) -> Said:
    return gather(LexborHTMLParser(html))


def read(html: str, url: str | None = URL, captured: str | None = CAPTURED) -> Facts:
    return facts.read(LexborHTMLParser(html), url, captured)


def json_ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'
