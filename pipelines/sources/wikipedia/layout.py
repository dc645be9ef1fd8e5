"""What the scan of a dump tells its reader: how the file is made, and which wiki its pages are of."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from winnow.pipelines.files.typed import from_json, to_json

XML, ARTICLES, FOREIGN = "xml", "articles", "foreign"
_ADDRESS = re.compile(r"https?://[^/]+/")
_KEPT_IN_ADDRESSES = ";@$!*(),/~:"
"""What MediaWiki leaves as it is, beyond letters, digits and -_. of ASCII."""


@dataclass(frozen=True, slots=True)
class Site:
    """A wiki, as a dump's `<siteinfo>` describes it; "" is unknown."""

    name: str = ""
    """`enwiki`, the name of its database; else the address of its main page."""
    base: str = ""
    """The address of its main page."""
    language: str = ""
    namespaces: Mapping[str, str] = field(default_factory=dict)
    """key -> name; that of articles has none."""

    def address(self, title: str) -> str | None:
        """The address of a page, as MediaWiki writes it; None where the wiki's is not known."""
        if not _ADDRESS.match(self.base):
            return None
        for mark in ("?title=", "/wiki/"):
            before, found, _ = self.base.partition(mark)
            if found:
                break
        else:
            before, found, _ = self.base.rpartition("/")
        return before + found + quote(title.replace(" ", "_"), safe=_KEPT_IN_ADDRESSES)

    def namespace_of(self, title: str) -> str:
        """The key of the namespace that a title's prefix names; formats before 0.6 say nothing else."""
        prefix, colon, _ = title.partition(":")
        return next((key for key, name in self.namespaces.items() if colon and name == prefix), "0")


@dataclass(frozen=True, slots=True)
class SiteFrom:
    """From which offset on pages are of a wiki."""

    offset: int
    site: Site


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is made."""

    form: str
    """`xml`, `articles` (lines of JSON, perhaps in a tar archive) or `foreign`."""
    why: str = ""
    """What keeps a foreign file from being read."""
    sites: tuple[SiteFrom, ...] = ()
    """More than one where dumps were put one after the other."""

    def site_at(self, offset: int) -> Site:
        return next((of.site for of in reversed(self.sites) if of.offset <= offset), Site())

    @property
    def written(self) -> str:
        return json.dumps(to_json(self), ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def read(written: str) -> "Layout":
        return from_json(Layout, json.loads(written))
