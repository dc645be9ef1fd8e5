"""Whether a page is an article, or the thread of a forum: what its body says of day and author is believed of these."""

import re

from winnow.pipelines.extraction.facts import json_ld
from winnow.pipelines.extraction.facts.address import host_of, path_of
from winnow.pipelines.extraction.facts.json_ld import Thing
from winnow.pipelines.extraction.facts.said import Said

_WRITTEN = re.compile(r"(?:Article|Posting|Report|Question|Recipe)$")
_PLACE = re.compile(
    r"[/_-](?:blogs?|news|articles?|artikel|posts?|story|stories|presse?|magazine?)[/_-]|/(?:19|20)\d\d/", re.IGNORECASE
)
_THREAD = re.compile(r"viewtopic|showthread|/(?:threads?|topic|forums?|t|questions)/", re.IGNORECASE)
_FEW_WORDS = 3
"""Hyphens in the last part of an address: with more of them it is a sentence."""


def is_written(thing: Thing) -> bool:
    """Whether a thing of JSON-LD is an article, a posting or a question."""
    return any(map(_WRITTEN.search, json_ld.types(thing)))


def is_article(said: Said, url: str | None) -> bool:
    """Whether a page says that it is an article, or its address does."""
    if said.contents("og:type")[:1] == ["article"] or any(map(is_written, said.linked.things)):
        return True
    path = path_of(url)
    last = path.rstrip("/").rsplit("/", 1)[-1]
    return bool(_PLACE.search(path)) or last.count("-") + last.count("_") >= _FEW_WORDS


def is_thread(url: str | None) -> bool:
    """Whether an address is that of a thread in a forum."""
    return bool(_THREAD.search(path_of(url)))


def is_first(url: str | None) -> bool:
    """Whether an address is that of a site's first page."""
    return host_of(url) != "" and path_of(url) in ("", "/")
