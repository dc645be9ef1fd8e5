"""The walk over a page that stands in a string."""

from selectolax.lexbor import LexborHTMLParser

from winnow.pipelines.extraction.blocks import walk
from winnow.pipelines.extraction.blocks.page import Page


def read(html: str, max_depth: int = 200) -> Page:
    return walk.read(LexborHTMLParser(html), max_depth)
