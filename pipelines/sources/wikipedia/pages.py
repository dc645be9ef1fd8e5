"""Where the pages of an XML dump lie: from each `<page>` to the next, found by bytes alone.

No text can hold these tags, for in text `<` is written `&lt;`. A page without its end is a gap, and so is what lies
between two pages and is neither blank nor markup: what is left of a page whose beginning is lost.
"""

import codecs
import re

from winnow.pipelines.sources.base import GAP
from winnow.pipelines.sources.inflate import PIECE, Bytes
from winnow.pipelines.sources.wikipedia.layout import Site, SiteFrom
from winnow.pipelines.sources.wikipedia.settings import PAGE
from winnow.pipelines.sources.wikipedia.siteinfo import BEGINS, site_of
from winnow.pipelines.sources.wikipedia.tiles import MARKUP, Tiles

_TAG = re.compile(rb"</?page>")
_OPENS = b"<page>"
_LONGEST_TAG = len(b"</page>")
_BLANK = b" \t\r\n"
_MOST_HEAD = 1 << 20
"""Bytes of what is between pages that are read for the wiki that it tells of."""
MOST_SITES = 16
"""Wikis that are told of one file; pages of one more are of an unknown one."""


class Pages:
    """The items of `data`, and the wikis that they are of."""

    def __init__(self, data: Bytes) -> None:
        self.tiles = Tiles()
        self.sites: list[SiteFrom] = []
        self._begun = False
        self._page: int | None = None
        """Where the page at hand begins."""
        self._loose = _Loose(0)
        self.end = 0
        self._walk(data)

    def _walk(self, data: Bytes) -> None:
        carried = b""  # what can be the beginning of a tag
        while piece := data.read(self.end, PIECE):
            text, at = carried + piece, self.end - len(carried)
            self.end += len(piece)
            used = 0
            for tag in _TAG.finditer(text):
                self._between(text[used : tag.start()])
                if tag.group() == _OPENS:
                    self._begin(at + tag.start())
                else:
                    self._finish(at + tag.end())
                used = tag.end()
            kept = max(used, len(text) - _LONGEST_TAG + 1)
            self._between(text[used:kept])
            carried = text[kept:]
        self._between(carried)

    @property
    def found(self) -> bool:
        """Whether this is a dump: a page was begun, or a wiki is told of that has none."""
        return self._begun or BEGINS in self._loose.head

    def _between(self, text: bytes) -> None:
        if self._page is None:
            self._loose.add(text)

    def _begin(self, at: int) -> None:
        self._begun = True
        if self._page is not None:
            self.tiles.add(self._page, GAP)
        else:
            self._tighten(at)
        self._page = at

    def _finish(self, behind: int) -> None:
        if self._page is None:
            self._loose.ends_a_page = True
            return
        self.tiles.add(self._page, PAGE)
        self._page, self._loose = None, _Loose(behind)

    def _tighten(self, at: int) -> None:
        """Take what lies loose before `at` for what it is; blanks belong to the page before them."""
        loose = self._loose
        kind = loose.kind
        if kind or (not len(self.tiles) and loose.offset < at):
            self.tiles.add(loose.offset, kind or MARKUP)
        site = site_of(loose.head) if kind else None
        if site is not None:
            self._is_of(at, site)

    def _is_of(self, at: int, site: Site) -> None:
        known = self.sites[-1].site if self.sites else None
        if site != known and len(self.sites) <= MOST_SITES:
            self.sites.append(SiteFrom(at, site if len(self.sites) < MOST_SITES else Site()))

    def ended(self) -> None:
        """Where all bytes were found: what is at hand is what it is."""
        if self._page is not None:
            self.tiles.add(self._page, GAP)
        else:
            self._tighten(self.end)

    def damaged(self, extent: int) -> None:
        """Where the bytes end early: one gap to `extent`, at least a byte of it, behind the last whole page."""
        begins = self._loose.offset if self._page is None else self._page
        self.tiles.add(begins, GAP)
        self.end = max(extent, begins + 1)


class _Loose:
    """What lies between two pages."""

    def __init__(self, offset: int) -> None:
        self.offset = offset
        self._head = bytearray()
        """How it begins, without blanks before it."""
        self.ends_a_page = False

    def add(self, text: bytes) -> None:
        if len(self._head) < _MOST_HEAD:
            self._head += text[: _MOST_HEAD - len(self._head)] if self._head else text.lstrip(_BLANK)[:_MOST_HEAD]

    @property
    def head(self) -> bytes:
        return bytes(self._head)

    @property
    def kind(self) -> str:
        """`gap` or `markup`; "" where it is blank."""
        if self.ends_a_page:
            return GAP
        if not self._head:
            return ""
        return MARKUP if self.head[:64].removeprefix(codecs.BOM_UTF8).lstrip(_BLANK)[:1] in (b"<", b"") else GAP
