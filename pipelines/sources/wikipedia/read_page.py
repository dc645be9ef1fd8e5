"""Reads the pages of an XML dump, each `<page>` on its own, so that what is wrong with one touches no other."""

import hashlib
from collections.abc import Iterator
from xml.parsers import expat

from winnow.filters.rules import Reject
from winnow.pipelines.digest import digest_of_bytes
from winnow.pipelines.sources.base import Item, Record
from winnow.pipelines.sources.inflate import PIECE, Bytes
from winnow.pipelines.sources.refused import quoted
from winnow.pipelines.sources.wikipedia.content import WIKITEXT
from winnow.pipelines.sources.wikipedia.layout import Site
from winnow.pipelines.sources.wikipedia.record import Known, record
from winnow.pipelines.sources.wikipedia.revision import Parser, Revision, TooDeep
from winnow.pipelines.sources.wikipedia.settings import WikipediaSettings

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def read_page(data: Bytes, item: Item, site: Site, settings: WikipediaSettings) -> Record:
    """The record of one page."""
    parser, pieces = Parser(), pieces_of(data, item)
    if item.length > settings.max_page_bytes:
        reject: Reject | None = Reject("wikipedia.too_large", item.length, settings.max_page_bytes)
        _parsed(parser, next(pieces, b""), False)
        return record(item.offset, _known(parser.page, site), settings, rest_of(pieces), reject)
    for piece in pieces:
        if reject := _parsed(parser, piece, False):
            rest = digest_of_bytes(piece) + rest_of(pieces)
            return record(item.offset, _known(parser.page, site), settings, rest, reject)
    reject, known = _parsed(parser, b"", True), _known(parser.page, site)
    if reject is None and known.namespace in settings.namespaces:
        reject = _refused(parser.page)
    return record(item.offset, known, settings, "", reject)


def pieces_of(data: Bytes, item: Item) -> Iterator[bytes]:
    end = item.offset + item.length
    return (data.read(at, min(PIECE, end - at)) for at in range(item.offset, end, PIECE))


def rest_of(pieces: Iterator[bytes]) -> str:
    """A digest of what is not read otherwise."""
    return digest_of_bytes(*(digest_of_bytes(piece).encode() for piece in pieces))


def _parsed(parser: Parser, piece: bytes, final: bool) -> Reject | None:
    """Go on with a page; why it goes no further, if it does not."""
    try:
        parser.feed(piece, final)
    except UnicodeDecodeError as error:
        return quoted("wikipedia.encoding", error)
    except (expat.ExpatError, TooDeep) as error:
        return quoted("wikipedia.unparsable", error)
    return None


def _refused(page: Revision) -> Reject | None:
    """Why a page that was parsed well, and is of a namespace that is kept, has no text to be converted."""
    if page.redirect is not None:
        return quoted("wikipedia.redirect", page.redirect)
    if (model := page.said.get("model", WIKITEXT)) != WIKITEXT:
        return quoted("wikipedia.model", model)
    if not page.revisions:
        return Reject("wikipedia.no_text", detail="there is no revision")
    if page.deleted:
        return Reject("wikipedia.no_text", detail="the text is hidden")
    return None


def _known(page: Revision, site: Site) -> Known:
    title, text = page.page.get("title", ""), page.said.get("text", "")
    notes = {"revisions": str(page.revisions)} if page.revisions > 1 else {}
    if (sha1 := page.said.get("sha1")) and text and sha1 != _sha1(text):
        notes["sha1"] = "differs"
    return Known(
        site.name, page.page.get("id", ""), page.said.get("id", ""), page.page.get("ns") or site.namespace_of(title),
        title, site.address(title) if title else None, page.said.get("timestamp", ""), site.language, "", WIKITEXT,
        text, site.namespaces, notes,
    )  # fmt: skip


def _sha1(text: str) -> str:
    """The digest of a text, as MediaWiki writes it: 31 digits to the base 36."""
    number, digits = int.from_bytes(hashlib.sha1(text.encode(), usedforsecurity=False).digest()), ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits.rjust(31, "0")
