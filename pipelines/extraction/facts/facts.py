"""What a page says of itself, read once from its tree: a pure function of tree, address and date of capture."""

from collections.abc import Mapping
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from winnow.pipelines.extraction import opt_out
from winnow.pipelines.extraction.facts.author import author_of
from winnow.pipelines.extraction.facts.license import license_of
from winnow.pipelines.extraction.facts.published import published
from winnow.pipelines.extraction.facts.said import gather
from winnow.pipelines.extraction.facts.site import site_of
from winnow.pipelines.extraction.facts.title import title_of


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page says of itself; what it does not say is None."""

    title: str | None
    date: str | None
    """Of publication, ISO 8601; never after the capture."""
    author: str | None
    """Names, joined by "; "."""
    site: str | None
    license: str | None
    """As the page links it: `CC BY-SA 4.0`, or the text of its license link."""
    asked: Mapping[str, str]
    """What it asks of robots: see `opt_out.py`."""


def read(tree: LexborHTMLParser, url: str | None, captured: str | None) -> Facts:
    """Return the facts of a page; `captured` is ISO 8601."""
    said = gather(tree)
    site = site_of(said, url)
    title = title_of(said, site, url)
    return Facts(
        title,
        published(said, title or "", url, captured),
        author_of(said, site, title or "", url),
        site.name,
        license_of(said),
        opt_out.facts(said.asked),
    )


def asked(tree: LexborHTMLParser) -> dict[str, str]:
    """Return what a page asks of robots, and nothing else of it."""
    return opt_out.facts((tag.attributes.get("name"), tag.attributes.get("content")) for tag in tree.css("meta"))
