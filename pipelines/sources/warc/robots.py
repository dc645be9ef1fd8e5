"""The robots.txt in WARC and ARC files: what a server answered to who asked for its rules, and when."""

from dataclasses import dataclass
from urllib.parse import urljoin

from winnow.filters.robots import is_robots_txt
from winnow.filters.rules import Reject
from winnow.pipelines.sources.base import Item
from winnow.pipelines.sources.inflate import Bytes
from winnow.pipelines.sources.refused import Refused
from winnow.pipelines.sources.warc.block import block_of, opened
from winnow.pipelines.sources.warc.facts import WarcHeader
from winnow.pipelines.sources.warc.payload import Payload, body_of, check_digests, payload_of
from winnow.pipelines.sources.warc.settings import WarcSettings

RESPONSE = "response"


@dataclass(frozen=True, slots=True)
class Answer:
    """One capture of a robots.txt."""

    url: str
    captured: str
    """Empty where the record has no date."""
    status: int
    text: bytes | None = None
    """The file, where there was one."""
    cut: bool = False
    """Whether the crawler did not keep all of it."""
    location: str = ""
    """Where a redirect leads."""


def answer(data: Bytes, item: Item, settings: WarcSettings) -> Answer | Reject | None:
    """The answer in a record of the kind `response`, or what is wrong with it; None where it is of another page."""
    try:
        record = opened(data, item)
        header = WarcHeader(record.raw)
        if not is_robots_txt(header.url):
            return None
        block = block_of(record, settings)
        payload = payload_of(header, RESPONSE, block)
        check_digests(header, block, payload, settings.digest)
        return _answer(header, payload, settings)
    except Refused as refused:
        return refused.reject


def _answer(header: WarcHeader, payload: Payload, settings: WarcSettings) -> Answer:
    url, captured, head = header.url or "", header.captured or "", payload.head
    if head is None:  # of an ARC file whose crawler left HTTP out
        return Answer(url, captured, 200, payload.entity)
    if len(head.code) != 3 or not head.code.isascii() or not head.code.isdecimal():
        raise Refused("http.status", detail=head.code)
    status = int(head.code)
    if status // 100 == 3:
        return Answer(url, captured, status, location=_joined(url, head.get("location") or ""))
    if status // 100 != 2:
        return Answer(url, captured, status)
    text = body_of(payload, settings.max_payload_bytes)
    return Answer(url, captured, status, text, cut="warc_truncated" in header.notes())


def _joined(url: str, location: str) -> str:
    """Where a redirect leads; empty where it does not say."""
    try:
        return urljoin(url, location.strip()) if location.strip() else ""
    except ValueError:  # brackets that hold no IPv6 address
        return ""
