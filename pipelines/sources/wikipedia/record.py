"""The record of a page, whichever dump it was read from: the same page in both has the same id."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from winnow.filters.rules import Reject
from winnow.pipelines.digest import digest_of_bytes
from winnow.pipelines.sources import facts
from winnow.pipelines.sources.base import MAX_DETAIL, OWN, Content, Record
from winnow.pipelines.sources.wikipedia import content
from winnow.pipelines.sources.wikipedia.settings import PAGE, WikipediaSettings

_NUMBER = re.compile(r"-?\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Known:
    """What a dump says of a page; "" is unknown."""

    site: str = ""
    page: str = ""
    """Its number."""
    revision: str = ""
    """Its text's number."""
    namespace: str = ""
    title: str = ""
    url: str | None = None
    date: str = ""
    language: str = ""
    license: str = ""
    markup: str = ""
    text: str = ""
    namespaces: Mapping[str, str] = field(default_factory=dict)
    """key -> name."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """What else goes into the document's meta."""


def record(offset: int, known: Known, settings: WikipediaSettings, rest: str, reject: Reject | None = None) -> Record:
    """The record of a page, of which so much is known. `rest` tells it from others where its numbers do not."""
    numbers = {"page_id": known.page, "revision_id": known.revision, "namespace": known.namespace, "site": known.site}
    meta = {key: value[:MAX_DETAIL] for key, value in numbers.items() if value} | {**known.notes}
    reject = reject or _refused(known, settings)
    if reject is not None:
        return Record(offset, PAGE, _identity(known, rest), known.url, meta=meta, reject=reject)
    made = Content(
        content.packed(known.markup, known.text, known.namespaces), OWN, known.title, facts.moment(known.date),
        facts.language(known.language), None, known.license or settings.license or None,
    )  # fmt: skip
    return Record(offset, PAGE, _identity(known, rest), known.url, contents=(made,), meta=meta)


def _identity(known: Known, rest: str) -> str:
    """Of the numbers alone, which are the same in every dump; where one lacks, of all that is known."""
    numbers, more = (known.site, known.page, known.revision), (known.title, known.text, rest)
    parts = numbers if all(numbers) else (*numbers, *more)
    return digest_of_bytes(b"page", *(part.encode("utf-8", "surrogatepass") for part in parts))


def _refused(known: Known, settings: WikipediaSettings) -> Reject | None:
    """Why a page that was read well is not kept."""
    if not (known.page and known.title):
        return Reject("wikipedia.unparsable", detail=f"the page has no {'number' if known.title else 'title'}")
    if known.namespace not in settings.namespaces:
        said = known.namespace[:MAX_DETAIL]
        is_number = _NUMBER.fullmatch(said)
        return Reject("wikipedia.namespace", float(said) if is_number else None, detail=None if is_number else said)
    return None if known.text.strip() else Reject("wikipedia.no_text", detail="the text is empty")
