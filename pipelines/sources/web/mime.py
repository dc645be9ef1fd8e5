"""What a payload is: its declared media type, checked against its first bytes.

The tables are a part of https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type.
"""

import re

from winnow.pipelines.sources.web import charset

_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"OggS\x00", "application/ogg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"%!PS-Adobe-", "application/postscript"),
    (b"{\\rtf", "application/rtf"),
)
BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
"""Bytes that no text has (https://mimesniff.spec.whatwg.org/#binary-data-byte)."""
_CONTROL = re.compile(f"{BINARY.pattern.decode()}|[\ud800-\udfff\ufdd0-\ufdef\ufffd-\uffff]")
"""The same in text, and what stands for no character."""
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.{0,512}?-->\s*|<\?xml[^>]{0,256}>\s*)*"
    rb"<(?:!doctype\s+html|html|head|body|title|meta|link|script|style|table|div|h1|iframe|font|center|p|a|br)[\s>/]",
    re.IGNORECASE | re.DOTALL,
)
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE)
"""What text/plain must begin with to be a page all the same."""
UNKNOWN = "application/octet-stream"
_SNIFF = 1445
"""Bytes looked at: the resource header of the standard."""
_UNSAID = frozenset({
    "", "*/*", UNKNOWN, "application/unknown", "application/x-httpd-php", "application/xml",
    "binary/octet-stream", "content/unknown", "text/plain", "text/xml", "unknown/unknown",
})  # fmt: skip
"""Declared types that HTML is often sent under, or that say nothing."""
_MIME = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")


def sniff(body: bytes) -> str | None:
    """Return the type that the first bytes show, or None; text that is not HTML shows nothing."""
    start = body[:_SNIFF]
    for magic, mime in _MAGIC:
        if start.startswith(magic):
            return mime
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    return "text/html" if _HTML.match(start) else None


def essence(content_type: str | None) -> str:
    """Return `type/subtype` in lower case without parameters; "" if there is none."""
    value = (content_type or "").partition(";")[0].partition(",")[0].strip().lower()
    return value if _MIME.fullmatch(value) else ""


def decide(body: bytes, declared: str | None, identified: str | None = None) -> str:
    """Return the media type of `body`: what it shows where that contradicts the Content-Type, else the Content-Type.

    `identified` is the crawler's own finding (WARC-Identified-Payload-Type), asked where the server said nothing.
    An unknown type is UNKNOWN where there are bytes that no text has, else `text/plain`.
    """
    said, shown = essence(declared), sniff(body)
    if said == "text/plain" and shown == "text/html" and not _PAGE.match(body):
        return said
    if shown is not None and (shown != "text/html" or said in _UNSAID):
        return "application/xhtml+xml" if said.endswith("xml") and shown == "text/html" else shown
    if said not in _UNSAID or said.endswith("/xml"):
        return said
    if said != "text/plain" and (found := essence(identified)):
        return found
    is_text = body.startswith((b"\xff\xfe", b"\xfe\xff")) or BINARY.search(body, 0, _SNIFF) is None
    return "text/plain" if is_text else _shown_wide(body[:_SNIFF]) or UNKNOWN


def few_controls(body: bytes) -> bool:
    """Whether what is taken for binary by its first bytes may be a text with stray control characters."""
    start = body[:_SNIFF]
    return b"\0" not in start and 100 * len(BINARY.findall(start)) <= len(start)


def first_control(body: bytes) -> str:
    """The first byte that no text has, for a message."""
    found = BINARY.search(body, 0, _SNIFF)
    return f"byte 0x{found.group()[0]:02x} at offset {found.start()}" if found else ""


def _shown_wide(start: bytes) -> str | None:
    """What UTF-16 shows that no byte order mark tells of; None where this is none."""
    codec = charset.wide(start)
    text = "" if codec is None else start[: len(start) // 2 * 2].decode(codec, "replace")
    return None if not text or _CONTROL.search(text) else sniff(text.encode()) or "text/plain"
