"""The charset that a page names itself: in an XML declaration, or in a `<meta>` that is one.

It is searched as browsers do (https://html.spec.whatwg.org/#prescan-a-byte-stream-to-determine-its-encoding), but for
what is script, style or text to a parser: a string there that reads like a `<meta>` says nothing of the page.
"""

import re
from collections.abc import Iterator

from winnow.pipelines.sources.web.labels import codec_of, header_charset

_PRESCAN = 8192
"""Bytes in which the page may say its charset; the standard asks for 1024, pages do not keep to it."""
_XML = re.compile(rb"\s*<\?xml\b[^>]{0,256}?\bencoding\s*=\s*[\"']([A-Za-z0-9_.:+-]+)")
_NAME, _VALUE = rb"[^\s/>][^\s/>=]*+", rb"\"[^\"]*+\"|'[^']*+'|(?![\"'])[^\s>]*+"
_TAG = re.compile(
    rb"<(/?[a-z][^\s/>]*+)((?:[\s/]*+%b(?:\s*+=\s*+(?:%b))?+)*+)[\s/]*+>" % (_NAME, _VALUE), re.IGNORECASE
)
_ATTRIBUTE = re.compile(rb"(%b)(?:\s*+=\s*+(%b))?+" % (_NAME, _VALUE))
_TEXT_ENDS = {
    name: re.compile(rb"</%b(?=[\s/>])" % name, re.IGNORECASE)
    for name in (b"script", b"style", b"title", b"textarea", b"xmp", b"iframe", b"noembed", b"noframes")
}
"""Elements in which there is text only, and how each ends."""


def page_charset(body: bytes) -> str | None:
    """Return the codec that the page names, of several the first that is known."""
    start = body[:_PRESCAN]
    if declaration := _XML.match(start):
        codec = codec_of(declaration.group(1).decode("ascii"))
    elif b"charset" not in start.lower():
        return None
    else:
        codec = next((codec for attributes in _metas(start) if (codec := _named(attributes))), None)
    # who can read this in ASCII is not reading UTF-16
    return "utf-8" if codec in ("utf-16-le", "utf-16-be") else codec


def _metas(start: bytes) -> Iterator[dict[bytes, bytes]]:
    """The attributes of every `<meta>`; what is not closed ends the search."""
    at = start.find(b"<")
    while at >= 0:
        kind = start[at + 1 : at + 2]
        if start.startswith(b"<!--", at):
            at = start.find(b"-->", at + 2)  # <!--> is a whole comment
            if at < 0:
                return
        elif kind in (b"!", b"?"):
            at = start.find(b">", at)
        elif kind == b"/" or kind.isalpha():
            tag = _TAG.match(start, at)
            if tag is None and kind != b"/":
                return
            at = at + 1 if tag is None else tag.end()
            name = b"" if tag is None else tag.group(1).lower()
            if tag is not None and name == b"meta":
                yield _attributes(tag.group(2))
            elif (ends := _TEXT_ENDS.get(name)) is not None:
                end = ends.search(start, at)
                if end is None:
                    return
                at = end.start()
        else:
            at += 1
        if at < 0:
            return
        at = start.find(b"<", at)


def _attributes(text: bytes) -> dict[bytes, bytes]:
    """By lower-case name; of a repeated one the first counts."""
    found: dict[bytes, bytes] = {}
    for name, value in _ATTRIBUTE.findall(text.strip(b" \t\r\n\f/")):
        found.setdefault(name.lower(), value.strip(b"\"'"))
    return found


def _named(attributes: dict[bytes, bytes]) -> str | None:
    if b"charset" in attributes:
        return codec_of(attributes[b"charset"].decode("latin-1"))
    if attributes.get(b"http-equiv", b"").strip().lower() != b"content-type":
        return None
    return header_charset(attributes.get(b"content", b"").decode("latin-1"))
