"""Who wrote a page, by name, as it declares it.

Sources in order: JSON-LD, meta tags, what a link's preview says; of articles and threads `itemprop`; of articles links
with `rel="author"`, elements whose class says that they hold an author, where all of them hold the same, and what comes
behind "by" near the heading. The first source that gives names gives all of them. No names are addresses, what software
calls its first user, and the site's own name, unless JSON-LD says that it is a person's: of 29 pages of WCXB whose
JSON-LD says that the site wrote them as an organization, 3 have it as their author. A site's first page has none.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from selectolax.lexbor import LexborNode

from winnow.pipelines.extraction.facts import json_ld
from winnow.pipelines.extraction.facts.around import holders, texts_behind
from winnow.pipelines.extraction.facts.json_ld import Thing
from winnow.pipelines.extraction.facts.kind import is_article, is_first, is_thread, is_written
from winnow.pipelines.extraction.facts.said import Said
from winnow.pipelines.extraction.facts.site import Site, squeezed
from winnow.pipelines.extraction.facts.text import cleaned, plain, text_of

MOST = 30
"""Names that are given of one page."""

_META = (
    "author", "article:author", "article:author_name", "og:author", "og:article:author", "parsely-author",
    "sailthru.author", "byl", "authors", "citation_author", "dc.creator", "dcterms.creator", "creator", "rbauthors",
    "cxenseparse:author", "shareaholic:article_author_name",
)  # fmt: skip
_CLASSES = (
    "author-name", "author_name", "authorname", "entry-author", "post-author", "post-author-name", "article-author",
    "byline-name", "byline__name", "author__name", "author", "author-link", "byline",
)  # fmt: skip
"""Of elements that hold an author and nothing else, the most precise first."""
_WRITTEN = re.compile(r"(?:Article|Posting|Report|Question|Page|Recipe|HowTo|CreativeWork)$")
_OF_OTHERS = re.compile(r"Comment|Review|Rating|Answer|Product|Book|Quotation")
_LABEL = re.compile(
    r"written|author|verfasst|geschrieben|\u00e9crit|escrito|scritto|geschreven|autor|auteur", re.IGNORECASE
)
_BY = re.compile(
    r"(?:(?:written|authored|posted|published|words|story|article) +)?(?:by|von|por|par|di|door)(?::|\s)\s*"
    r"|(?:author|autor|auteur|autore)\s*:\s*",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*[;|]\s*|\s+(?:&|and|und|et|y)\s+")
_NO_NAME = re.compile(
    r"[/@:]|\bwww\.|\.(?:com|org|net)\b|(?:19|20)\d\d|^[\W\d]*$|^\w{2,}\.\w{2,}|^(?:written|posted|about|follow|view)\b",
    re.IGNORECASE,
)
_NOBODY = frozenset((
    "admin", "administrator", "author", "authors", "autor", "anonymous", "editor", "guest", "none", "null", "root",
    "superuser", "theauthor", "unknown", "undefined", "user", "webmaster", "website", "wordpress",
))  # fmt: skip
_BEHIND = 300
"""Characters of text behind the beginning of a heading in which an author is looked for."""
_MOST_NAME, _MOST_WORDS = 80, 5
"""Characters of a name, and words of one that stands in a page's body."""


def author_of(said: Said, site: Site, heading: str, url: str | None) -> str | None:
    """Return the names of the authors, joined by "; "; `heading` is the page's."""
    if is_first(url):
        return None
    names = _linked(said, site) or _meta(said, site) or list(_preview(said, site))
    if not names and is_thread(url):
        names = _properties(said, site)
    elif not names and is_article(said, url):
        names = _properties(said, site) or _bylines(said, site) or _beside(said, heading, site)
    return "; ".join(list(dict.fromkeys(names))[:MOST]) or None


def _linked(said: Said, site: Site) -> list[str]:
    things = [thing for thing in said.linked.things if any(map(_WRITTEN.search, json_ld.types(thing)))]
    stated = (list(_of_thing(said, thing, name, site)) for name in ("author", "creator") for thing in things)
    return next(filter(None, stated), [])


def _of_thing(said: Said, thing: Thing, property: str, site: Site) -> Iterator[str]:
    """The authors of a thing; of what is only a page no organization is one."""
    for one in map(said.linked.followed, json_ld.listed(thing.get(property))[: json_ld.MOST_NAMES]):
        kinds = json_ld.types(one) if isinstance(one, dict) else []
        if "Organization" not in kinds or is_written(thing):
            for name in map(cleaned, said.linked.names([one])):
                yield from _names(name, None if "Person" in kinds and " " in name else site)


def _meta(said: Said, site: Site) -> list[str]:
    for name in _META:
        stated = map(cleaned, said.contents(name))
        turned = map(_turned, stated) if name == "citation_author" else stated
        names = [each for text in turned for each in _names(text, site) if " " in each or not each.islower()]
        if names:
            return names
    return []


def _turned(name: str) -> str:
    """A name whose family comes first, behind a comma in citations, as it is spoken."""
    family, comma, given = name.partition(", ")
    return f"{given} {family}" if comma and "," not in given else name


def _preview(said: Said, site: Site) -> Iterator[str]:
    for number in "12":
        pairs = zip(said.contents(f"twitter:label{number}"), said.contents(f"twitter:data{number}"), strict=False)
        for label, stated in pairs:
            if _LABEL.search(label):
                yield from _names(cleaned(stated), site)


def _properties(said: Said, site: Site) -> list[str]:
    """The first author of the page in microdata; not those of comments, reviews and products."""
    for each in said.properties:
        if "author" in each.words("itemprop") and not _is_of_others(each.node):
            named = each.node.css_first("[itemprop~='name' i]")
            of_name = "" if named is None else named.attributes.get("content") or text_of(named)
            return _short_names(each.get("content") or of_name or text_of(each.node), site)
    return []


def _is_of_others(node: LexborNode) -> bool:
    """Whether the innermost item of microdata around a node is what somebody else wrote, or is for sale."""
    items = (attributes for around in holders(node) if "itemscope" in (attributes := around.attributes))
    return _OF_OTHERS.search(next(items, {}).get("itemtype") or "") is not None


def _bylines(said: Said, site: Site) -> list[str]:
    linked = [each for each in said.bylines if "author" in each.words("rel")]
    classes = ([each for each in said.bylines if name in each.words("class")] for name in _CLASSES)
    for sort in (linked, *classes):
        found = {tuple(names) for each in sort if (names := _short_names(text_of(each.node), site))}
        if len(found) == 1:
            return list(found.pop())
    return []


def _beside(said: Said, heading: str, site: Site) -> list[str]:
    """The names behind the first "by" that begins a text near the page's heading."""
    node = said.node_of(heading)
    texts = [text for text in texts_behind(node, _BEHIND) if text] if node is not None else []
    for text, behind in pairwise([*texts, ""]):
        if len(text) <= _MOST_NAME and (by := _BY.match(f"{plain(text)} ")):
            names = _short_names(plain(text)[by.end() :] or plain(behind), site)
            return names if not any(name[0].islower() for name in names) else []
    return []


def _short_names(text: str, site: Site) -> list[str]:
    """The names that a text of the body holds, if it holds nothing else."""
    names = list(_names(text, site))
    is_whole = len(names) == len(_split(text)) and all(len(name.split()) <= _MOST_WORDS for name in names)
    return names if is_whole and (len(names) == 1 or all(" " in name for name in names)) else []


def _names(text: str, site: Site | None) -> Iterator[str]:
    """The names in a text; those of `site` are none."""
    for name in _split(text):
        if (
            len(name) <= _MOST_NAME
            and not _NO_NAME.search(name)
            and squeezed(name) not in _NOBODY
            and not (site and site.is_author(name))
        ):
            yield name


def _split(text: str) -> list[str]:
    """The parts of a text between which "and" stands, or a comma where both sides have a name and a surname."""
    by = _BY.match(text)
    parts = []
    for part in _AND.split(text[by.end() :] if by else text):
        between = [each.strip() for each in part.split(",")]
        parts += between if all(" " in each for each in between) else [part.strip(" ,")]
    return [part for part in parts if part]
