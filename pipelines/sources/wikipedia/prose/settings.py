"""What of a page is too much."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TextSettings:
    """Caps on a page. No page of the excerpt of the English Wikipedia comes near one."""

    max_bytes: int = 2_500_000
    """UTF-8 bytes of wikitext; MediaWiki itself saves no page past 2 MiB."""
    max_depth: int = 80
    """Templates and links inside one another."""
    max_html_bytes: int = 24_000_000
    """UTF-8 bytes of a page of HTML, the sources that Parsoid notes in its attributes included."""
    max_html_depth: int = 200
    """Elements inside one another; below 256, where the parser stops reading."""
    max_html_elements: int = 300_000
    """Start tags."""
    max_html_attributes: int = 500
    """Attributes of one tag; the parser's time grows with the square of their number."""
