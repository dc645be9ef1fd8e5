"""URL rules of RefinedWeb (Penedo et al. 2023, https://arxiv.org/abs/2306.01116, appendix G.1), as FineWeb runs them.

Our reading:
- a host matches a listed domain when it equals it or ends with "." and it, so that a list of registered domains covers
  all their hosts and no list of public suffixes is needed; `listed_host` counts only a host that is itself listed;
- a URL is listed when it stands in the list character by character, without any normalisation;
- the words of a URL are its runs of letters and digits in lower case; hard and soft words are whole words;
- a sub-word is looked for in these words joined together, so that punctuation hides nothing ("f-o-o" holds "foo").
  It hits inside innocent words as well: look at what it rejects before you trust a list.

Every list is a file named in the recipe (`filters.lists`); Winnow brings none. Without a list, and for a document
without a URL (books, code), the measure is unknown and nothing is rejected.
"""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from winnow.filters.document import Document
from winnow.filters.lists import entries
from winnow.filters.rules import Rule
from winnow.filters.text import Text

PAPER = "Penedo et al. 2023, G.1"

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Url:
    """Listed domains, listed URLs, and listed words in the URL. Each setting is the path of a list; "" is off."""

    domains: str = ""
    urls: str = ""
    hard_words: str = ""
    """Words of which one is too many."""
    soft_words: str = ""
    """Words of which two different ones are too many."""
    subwords: str = ""
    """Strings that may stand nowhere in a URL, letters and digits only."""

    NEEDS_TEXT: ClassVar[bool] = False
    FILES: ClassVar[tuple[str, ...]] = ("domains", "urls", "hard_words", "soft_words", "subwords")
    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule("listed_domain", max=0, paper=PAPER),
        Rule("listed_host", max=0, paper=PAPER),
        Rule("listed_url", max=0, paper=PAPER),
        Rule("hard_words", max=0, paper=PAPER),
        Rule("soft_words", max=1, paper=PAPER),
        Rule("subwords", max=0, paper=PAPER),
    )
    ABOUT: ClassVar[Mapping[str, str]] = {
        "listed_domain": "1 where the host or a domain above it is listed, else 0",
        "listed_host": "1 where the host itself is listed, else 0",
        "listed_url": "1 where the address is listed, else 0",
        "hard_words": "words in the address of which one is too many",
        "soft_words": "words in the address of which several are too many",
        "subwords": "listed strings anywhere in the address",
    }

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        """1 or 0 for listed_domain, listed_host and listed_url; the different listed words for the others."""
        measures: dict[str, float | None] = dict.fromkeys(rule.name for rule in self.RULES)
        url = document.url
        if url is None:
            return measures
        host = host_of(url)
        if self.domains and host is not None:
            domains = entries(self.domains)
            measures["listed_domain"] = float(any(name in domains for name in _with_parents(host)))
            measures["listed_host"] = float(host in domains)
        if self.urls:
            measures["listed_url"] = float(url in entries(self.urls, lower=False))
        words = _WORD.findall(url.lower())
        if self.hard_words:
            measures["hard_words"] = float(len(entries(self.hard_words).intersection(words)))
        if self.soft_words:
            measures["soft_words"] = float(len(entries(self.soft_words).intersection(words)))
        if self.subwords:
            measures["subwords"] = float(_count_subwords("".join(words), self.subwords))
        return measures


def host_of(url: str) -> str | None:
    """The host in lower case, without port, user and a final dot: "//Example.COM:80/" -> "example.com".

    A URL without "//" is read as if it began with it. None where there is no host, or none that can be read.
    """
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname
    except ValueError:  # brackets that hold no IPv6 address, characters that normalise to a delimiter
        return None
    return host.rstrip(".") or None if host else None


def _with_parents(host: str) -> list[str]:
    """a.b.org -> a.b.org, b.org, org."""
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]


@functools.cache
def _by_length(path: str) -> dict[int, frozenset[str]]:
    """A list's entries, letters and digits only, by their length."""
    groups: dict[int, set[str]] = {}
    for entry in sorted(entries(path)):
        if subword := "".join(_WORD.findall(entry)):
            groups.setdefault(len(subword), set()).add(subword)
    return {length: frozenset(groups[length]) for length in sorted(groups)}


def _count_subwords(string: str, path: str) -> int:
    """The different entries that `string` holds: one look-up a position and length, however long the list."""
    return sum(
        len(group.intersection(string[i : i + length] for i in range(len(string) - length + 1)))
        for length, group in _by_length(path).items()
    )
