"""Makes the census of a wiki's dump: it tells the two forms by content, and finds pages or lines by bytes alone.

What reads them is other code, so that a reader that stops early is found out. The items of a compressed file are
counted in what it inflates to; one of bzip2 can be begun at any block, so it is cut into units as a plain one is.
"""

from typing import BinaryIO

from winnow.pipelines.sources import compression, streams
from winnow.pipelines.sources.base import Census
from winnow.pipelines.sources.compression import Inflating
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.inflate import Bytes
from winnow.pipelines.sources.packings import LONGEST, packing
from winnow.pipelines.sources.tar import Member, member_at
from winnow.pipelines.sources.wikipedia.articles import Articles, is_object
from winnow.pipelines.sources.wikipedia.layout import ARTICLES, FOREIGN, XML, Layout
from winnow.pipelines.sources.wikipedia.pages import Pages

_SNIFFED = 4096
_NO_DUMP = (
    "no <page> and no line of JSON is in it: wanted a dump of a wiki, in XML or as Wikimedia Enterprise makes them"
)


def scan(stream: BinaryIO) -> Census:
    """Walk a seekable binary stream, whatever is in it, and return its census. Memory is bounded but for the items."""
    file = FileBytes(stream, digest=True)
    if packed := packing(file.read(0, LONGEST), streams.UNREAD):
        return _foreign(file, f"{packed} is not read here: unpack the file, or pack it with bzip2, gzip or zstd")
    begins = compression.inflated(file) or file
    start, in_archive = begins.read(0, _SNIFFED), isinstance(member_at(begins, 0), Member)
    inflated = compression.inflated(file)
    data: Bytes = inflated or file
    if in_archive or is_object(start):
        articles = Articles(data, packed=in_archive)
        return _census(file, inflated, articles, Layout(ARTICLES))
    pages = Pages(data)
    damaged = inflated is not None and (inflated.holes or not inflated.whole)
    if not pages.found and file.size and not damaged:
        return _foreign(file, _NO_DUMP)
    return _census(file, inflated, pages, Layout(XML, sites=tuple(pages.sites)))


def _census(file: FileBytes, inflated: Inflating | None, found: Pages | Articles, layout: Layout) -> Census:
    if inflated is None:
        found.ended()
        return Census(file.size, file.sha256(), found.tiles.items(file.size), file.blocks(), layout.written)
    if inflated.whole:
        found.ended()
    else:
        found.damaged(inflated.inflated + file.size - inflated.position)
    items, starts = found.tiles.items(found.end, inflated.holes), compression.starts_of(inflated)
    blocks, sha256 = file.blocks(), file.sha256()
    return Census(file.size, sha256, items, blocks, layout.written, "inflated", found.end, starts)


def _foreign(file: FileBytes, why: str) -> Census:
    return streams.unread(file, Layout(FOREIGN, why).written)
