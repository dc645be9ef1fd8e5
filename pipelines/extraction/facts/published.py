"""The day on which a page was published, as it declares it; of articles also as it stands beside their heading.

Sources in order: meta tags, JSON-LD of what was written, `itemprop`, the address, `time` and `abbr` elements that say
that they are the day of publication; then, of articles alone, the only day that `time` elements give, a day in a short
text near the heading, and the text of an element whose class or id speaks of a date; of threads the first `time` that
has a day. When a page was changed is not when it was published; and what a site's software says of any page (`WebPage`
in JSON-LD) is passed over: of WCXB's pages that have nothing else, four in five have no date.
"""

import re
from collections.abc import Iterator
from datetime import date
from itertools import chain

from winnow.pipelines.extraction.facts.address import path_of
from winnow.pipelines.extraction.facts.around import texts_before, texts_behind
from winnow.pipelines.extraction.facts.calendar_days import day_of, greenwich
from winnow.pipelines.extraction.facts.kind import is_article, is_thread, is_written
from winnow.pipelines.extraction.facts.said import Element, Said
from winnow.pipelines.extraction.facts.text import plain, text_of

LAST = date(2099, 12, 31)
"""No page is dated later, where its capture is unknown. Never today: the same build would differ tomorrow."""

_META = (
    "article:published_time", "og:article:published_time", "og:published_time", "article:published", "datepublished",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "rnews:datepublished", "bt:pubdate",
    "citation_publication_date", "citation_online_date", "citation_date", "dc.date.issued", "dcterms.issued",
    "dc.date.created", "dcterms.created", "dc.date", "dcterms.date", "pubdate", "publish_date", "publish-date",
    "publishdate", "published", "published-date", "publication_date", "date_published", "originalpublicationdate",
    "displaydate", "created", "datecreated", "date.created", "og:release_date", "date",
)  # fmt: skip
_LINKED = ("datePublished", "dateCreated")
_PROPERTIES = ("datepublished", "datecreated")
_ADDRESS = re.compile(
    r"/((?:19|20)\d\d)(?:[/-]?([01]\d)[/-]?([0-3]\d)(?!\d)|/(\d\d?)/(\d\d?)(?!\d)|/([a-z]{3,9})/(\d\d?)(?!\d))",
    re.IGNORECASE,
)
_SAYS_SO = re.compile(r"publish|entry-date|posted", re.IGNORECASE)
_MARKED = (
    ":is([class~='date' i], [class*='-date' i], [class*='pubdate' i], [class*='publish' i], [class*='posted' i],"
    "[class*='datum' i], [id*='date' i], [id*='datum' i])"
)
_MOST_MARKED = 3
_BEHIND, _BEFORE = 1_000, 200
"""Characters of text behind the beginning of a heading, and before it, in which a day is looked for."""
_MOST_BESIDE = 60
"""Characters of a text that says a day and little else."""


def published(said: Said, heading: str, url: str | None, captured: str | None) -> str | None:
    """Return the day of publication in ISO 8601, never after that of the capture; `heading` is the page's."""
    last = _last(captured)
    days = filter(None, (_up_to(last, text) for text in _declared(said, url)))
    day = next(days, None) or _suggested(said, heading, url, last)
    return day.isoformat() if day else None


def _declared(said: Said, url: str | None) -> Iterator[str]:
    yield from said.contents(*_META)
    for thing in filter(is_written, said.linked.things):
        yield from (value for name in _LINKED if isinstance(value := thing.get(name), str))
    yield from (_value(each) for each in said.properties if _named(each) in _PROPERTIES)
    if found := _ADDRESS.search(path_of(url)):
        yield "-".join(filter(None, found.groups()))
    yield from (
        _value(each) for each in said.times if "pubdate" in each.attributes or _SAYS_SO.search(each.get("class"))
    )


def _suggested(said: Said, heading: str, url: str | None, last: date) -> date | None:
    """The day that an article's or a thread's elements suggest."""
    if is_thread(url):
        return next(filter(None, (_up_to(last, each.get("datetime")) for each in said.times)), None)
    if not is_article(said, url):
        return None
    days = {day for each in said.times if (day := _up_to(last, _value(each)))}
    if len(days) == 1:
        return days.pop()
    texts = chain(_beside(said, heading), _marked(said))
    return next(filter(None, (_up_to(last, text) for text in texts if len(text) <= _MOST_BESIDE)), None)


def _beside(said: Said, heading: str) -> Iterator[str]:
    """The texts around the page's heading, those behind it first."""
    if (node := said.node_of(heading)) is not None:
        yield from texts_behind(node, _BEHIND)
        yield from texts_before(node, _BEFORE)


def _marked(said: Said) -> Iterator[str]:
    """The texts of the first elements whose class or id says that they hold a day."""
    return map(text_of, said.tree.css(_MARKED)[:_MOST_MARKED])


def _named(element: Element) -> str:
    """The name of a property, without what stands before it in RDFa."""
    return (element.get("itemprop") or element.get("property")).lower().rpartition(":")[2]


def _value(element: Element) -> str:
    stated = next(filter(None, map(element.get, ("datetime", "content", "title"))), "")
    return stated or text_of(element.node)


def _up_to(last: date, text: str) -> date | None:
    """The day that a text states, in UTC where it would be later than `last` otherwise; None of a later one."""
    text = plain(text)
    day = day_of(text)
    if day is not None and day > last:
        day = greenwich(text)
    return day if day is not None and day <= last else None


def _last(captured: str | None) -> date:
    try:
        return date.fromisoformat((captured or "")[:10])
    except ValueError:
        return LAST
