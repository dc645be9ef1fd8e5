"""What of a page is too much."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TextSettings:
    """Caps on a page. No page of the excerpt of the English Wikipedia comes near one."""

    max_bytes: int = 4_000_000
    """UTF-8 bytes; MediaWiki itself saves no wikitext past 2 MiB, HTML is several times as long."""
    max_depth: int = 80
    """Templates and links inside one another, elements in HTML."""
    max_elements: int = 400_000
    """Start tags of a page of HTML."""
