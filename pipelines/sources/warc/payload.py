"""The payload in the block of a record, which HTTP may have wrapped: what is wrong is a Refused."""

from dataclasses import dataclass

from winnow.pipelines.sources.base import MAX_DETAIL
from winnow.pipelines.sources.refused import Refused
from winnow.pipelines.sources.warc.digests import agrees
from winnow.pipelines.sources.warc.facts import WarcHeader
from winnow.pipelines.sources.web import http, mime


@dataclass(frozen=True, slots=True)
class Payload:
    """The body as stored, put together from its chunks (or why not), and the HTTP header in front of it, if any."""

    stored: bytes
    entity: bytes = b""
    broken: str | None = None
    head: http.Head | None = None

    def notes(self) -> dict[str, str]:
        """What a reader of the row should know, and what the server asks of robots and of text and data mining."""
        if self.head is None:
            return {}
        found = {
            "http_status": self.head.code, "x_robots_tag": "; ".join(self.head.fields("x-robots-tag")),
            "tdm_reservation": "".join(self.head.fields("tdm-reservation")[:1]),
        }  # fmt: skip
        return {name: value[:MAX_DETAIL] for name, value in found.items() if value or name == "http_status"}


def payload_of(header: WarcHeader, kind: str, block: bytes) -> Payload:
    if kind != "response" or not http.begins(block):
        if kind == "response" and mime.essence(header.content_type) == "application/http":
            raise Refused("http.head", detail=f"the block begins {block[:40]!r}")
        return Payload(block, block)
    try:
        head = http.Head(block)
    except http.Undecodable as error:
        raise Refused("http.head", detail=str(error)) from error
    stored = block[head.body_at :]
    if "chunked" not in head.tokens("transfer-encoding"):
        return Payload(stored, stored, None, head)
    try:
        entity = http.dechunk(stored)
    except http.Undecodable as error:
        return Payload(stored, stored, str(error), head)
    return Payload(stored, stored if entity is None else entity, None, head)


def check_digests(header: WarcHeader, block: bytes, payload: Payload, what: str) -> dict[str, str]:
    """Compare the digests that the record carries; a payload may have been digested before or after its chunking.

    A block that is what was written is so with its payload: whatever a crawler digested as that, it is a note only.
    """
    if what == "ignore":
        return {}
    whole = None if header.block_digest is None else agrees(header.block_digest, block)
    if whole is False:
        return _disagrees(f"the block is not {header.block_digest}", what)
    label = header.payload_digest
    bodies = [payload.stored] if payload.entity is payload.stored else [payload.stored, payload.entity]
    if label is not None and all(agrees(label, body) is False for body in bodies):
        return _disagrees(f"the payload is not {label}", "note" if whole else what)
    return {}


def _disagrees(said: str, what: str) -> dict[str, str]:
    if what == "reject":
        raise Refused("warc.digest", detail=said)
    return {"warc_digest": said[:MAX_DETAIL]}


def body_of(payload: Payload, cap: int) -> bytes:
    """Return the entity with its codings undone."""
    head = payload.head
    codings = [] if head is None else head.tokens("content-encoding") + head.tokens("transfer-encoding")
    try:
        if payload.broken is not None:
            raise http.Undecodable(payload.broken)
        return http.decode(payload.entity, codings, cap)
    except http.TooLarge as error:
        raise Refused("http.too_large", error.seen, cap) from error
    except http.Undecodable as error:
        raise Refused("http.encoding", detail=str(error)) from error
