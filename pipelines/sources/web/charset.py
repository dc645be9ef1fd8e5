"""From bytes to text: which charset a page is in.

The order: a byte order mark, the header's charset, the page's own (`<meta>` or XML declaration), UTF-8 where the bytes
are valid UTF-8, then detection. A byte order mark goes first because it overrides the header in the standard too
(https://encoding.spec.whatwg.org/#decode). Labels mean what they mean to browsers: iso-8859-1 is windows-1252.
Two departures from browsers, which never look back:
- a charset that the bytes contradict is passed over; so is a legacy one where they are valid UTF-8 beyond chance;
- NUL is taken out of the text, wherever it stands.
"""

import codecs
import re
from dataclasses import dataclass

import charset_normalizer

_LABELS = {
    "ascii": "cp1252", "us-ascii": "cp1252", "ansi_x3.4-1968": "cp1252", "iso-8859-1": "cp1252", "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "l1": "cp1252", "x-cp1252": "cp1252",
    "x-user-defined": "cp1252", "ansi": "cp1252", "iso-8859-9": "cp1254", "iso8859-9": "cp1254", "latin5": "cp1254",
    "iso-8859-11": "cp874", "tis-620": "cp874", "windows-874": "cp874", "gb2312": "gb18030", "gb_2312-80": "gb18030",
    "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030", "chinese": "gb18030", "shift_jis": "cp932",
    "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "ms_kanji": "cp932", "windows-31j": "cp932",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "ksc5601": "cp949", "windows-949": "cp949", "korean": "cp949",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "x-x-big5": "big5hkscs", "cn-big5": "big5hkscs",
    "x-euc-jp": "euc_jp", "iso-8859-8-i": "iso8859-8", "macintosh": "mac-roman", "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic", "unicode": "utf-16-le", "utf-16": "utf-16-le", "x-cp1251": "cp1251",
    "x-cp1250": "cp1250", "unicode-1-1-utf-8": "utf-8", "utf8mb4": "utf-8",
}  # fmt: skip
"""Labels that Python knows otherwise than browsers, or not at all (https://encoding.spec.whatwg.org/#names-and-labels)."""

_SINGLE_BYTE = frozenset({f"cp{n}" for n in (866, 874, *range(1250, 1259))}
                         | {f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)}
                         | {"koi8-r", "koi8-u", "mac-roman", "mac-cyrillic"})  # fmt: skip
_MULTI_BYTE = frozenset({"gb18030", "big5hkscs", "cp932", "euc_jp", "iso2022_jp", "cp949"})
_UNICODE = frozenset({"utf-8", "utf-16-le", "utf-16-be"})
_DETECTED = ["cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r", "cp932",
             "euc_jp", "gb18030", "big5hkscs", "cp949", "iso8859_2", "cp874"]  # fmt: skip
"""Among which detection chooses: what the web is written in."""

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LABEL = re.compile(r"[a-z0-9_.:+-]{2,40}")
_PARAMETER = re.compile(r"charset\s*=\s*[\"']?\s*([^\s;,\"']+)", re.IGNORECASE)
_META = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([A-Za-z0-9_.:+-]+)", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml\b[^>]{0,256}?\bencoding\s*=\s*[\"']([A-Za-z0-9_.:+-]+)")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_PRESCAN = 8192
"""Bytes in which the page may say its charset; the standard asks for 1024, pages do not keep to it."""
_SAMPLE = 8192
_DETECT_IN = 1 << 20
_MARKUP = re.compile(rb"<[^<>]{0,1024}>")
_HIGH = bytes(range(0x80, 0x100))
_ACCIDENT = 16
"""Fewer characters outside ASCII can be valid UTF-8 by accident in a legacy multi-byte page; elsewhere one cannot."""
_TOO_FEW_TO_TELL = 8
"""With fewer bytes outside ASCII nothing is detected: windows-1252 it is, as for browsers."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text without NULs and lone surrogates, and how it was decoded."""

    text: str
    charset: str
    """The codec's name in Python."""
    origin: str
    """What named it: `bom`, `header`, `page`, `bytes` (valid UTF-8), or `detected`."""
    errors: int = 0
    """Bytes or sequences replaced with U+FFFD."""


def codec_of(label: str | None) -> str | None:
    """Return the Python codec for a charset label as browsers read it, or None for an unknown one."""
    name = (label or "").strip(" \t\r\n\"'").lower()
    if not _LABEL.fullmatch(name):
        return None
    if name in _LABELS:
        return _LABELS[name]
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        return None
    return codec if codec in _SINGLE_BYTE or codec in _MULTI_BYTE or codec in _UNICODE else _LABELS.get(codec)


def header_charset(content_type: str | None) -> str | None:
    """Return the codec named by the charset parameter of a Content-Type."""
    match = _PARAMETER.search(content_type or "")
    return codec_of(match.group(1)) if match else None


def page_charset(body: bytes) -> str | None:
    """Return the codec that the page itself names: an XML declaration, else the first `<meta>` outside comments."""
    start = body[:_PRESCAN]
    match = _XML.match(start) or _META.search(_COMMENT.sub(b"", start))
    codec = codec_of(match.group(1).decode("ascii")) if match else None
    # who can read this in ASCII is not reading UTF-16
    return "utf-8" if codec in ("utf-16-le", "utf-16-be") else codec


def decode(body: bytes, content_type: str | None, *, markup: bool = True) -> Decoded | None:
    """Return the text of `body`, or None where no charset can be found that fits. `markup`: pages name theirs."""
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return _forgive(body[len(mark) :], [(codec, "bom")])
    if (utf16 := wide(body)) is not None:
        return _strict(body, utf16, "bytes")
    named = [(header_charset(content_type), "header"), (page_charset(body) if markup else None, "page")]
    # markup is ASCII: in UTF-16 it would have been seen to be wide
    declared = [(codec, origin) for codec, origin in named if codec and not codec.startswith("utf-16")]
    utf8 = _strict(body, "utf-8", "bytes")
    if utf8 is not None:
        return _prefer(utf8, body, declared)
    for codec, origin in declared:
        decoded = _strict(body, codec, origin) or _nearly(body, codec, origin)
        if decoded is not None:
            return decoded
    return _nearly(body, "utf-8", "bytes") or _detect(body) or _forgive(body, declared)


def _prefer(utf8: Decoded, body: bytes, declared: list[tuple[str, str]]) -> Decoded:
    """Of valid UTF-8 and what was declared: the declared charset only where UTF-8 can be an accident."""
    if not declared:
        return utf8
    codec, origin = declared[0]
    if codec == "utf-8":
        return Decoded(utf8.text, codec, origin)
    outside = _outside_ascii(utf8.text)
    shifts = codec == "iso2022_jp" and b"\x1b" in body
    if (outside == 0 and not shifts) or (outside and (codec in _SINGLE_BYTE or outside >= _ACCIDENT)):
        return utf8
    return _strict(body, codec, origin) or utf8


def _strict(body: bytes, codec: str, origin: str) -> Decoded | None:
    try:
        text = body.decode(codec)
    except UnicodeDecodeError:
        return None
    return _clean(text, codec, origin, 0)


def _nearly(body: bytes, codec: str, origin: str) -> Decoded | None:
    """Decode with replacement where at most every tenth character outside ASCII is broken: the charset is right."""
    text, errors = _replaced(body, codec)
    return _clean(text, codec, origin, errors) if 10 * errors <= _outside_ascii(text) else None


def _forgive(body: bytes, declared: list[tuple[str, str]]) -> Decoded | None:
    """The last resort: the first declared charset, if no more than one character in a hundred is broken."""
    for codec, origin in declared[:1]:
        text, errors = _replaced(body, codec)
        if 100 * errors <= len(text):
            return _clean(text, codec, origin, errors)
    return None


def _replaced(body: bytes, codec: str) -> tuple[str, int]:
    text = body.decode(codec, "replace")
    own = body.count("\ufffd".encode()) if codec == "utf-8" else 0
    return text, text.count("\ufffd") - own


def _clean(text: str, codec: str, origin: str, errors: int) -> Decoded | None:
    if "\0" in text:
        nuls = text.count("\0")
        if 10 * nuls > len(text):
            return None
        text = text.replace("\0", "")
    if codec != "utf-8":
        text = _SURROGATE.sub("\ufffd", text)
    return Decoded(text, codec, origin, errors)


def _outside_ascii(text: str) -> int:
    return 0 if text.isascii() else len(text) - len(text.encode("ascii", "ignore"))


def wide(body: bytes) -> str | None:
    """Return the UTF-16 codec where many bytes are NUL, and more of every other one."""
    start = body[:_SAMPLE]
    if start.count(b"\0") * 4 < len(start) or len(start) < 4:
        return None
    return "utf-16-le" if start[1::2].count(b"\0") > start[::2].count(b"\0") else "utf-16-be"


def _detect(body: bytes) -> Decoded | None:
    """Ask charset-normalizer about the lines that are not all ASCII."""
    lines = [line for line in _MARKUP.sub(b" ", body[:_DETECT_IN]).split(b"\n") if not line.isascii()]
    sample = b"\n".join(lines)[:_SAMPLE]
    if len(sample) == _SAMPLE:
        sample = sample.rstrip(_HIGH)  # half a character at the end would rule the right charset out
    if len(sample) - len(sample.translate(None, _HIGH)) < _TOO_FEW_TO_TELL:
        return _strict(body, "cp1252", "detected")
    best = charset_normalizer.from_bytes(
        sample, cp_isolation=_DETECTED, preemptive_behaviour=False, enable_fallback=False
    ).best()
    codec = None if best is None else codec_of(best.encoding)
    return None if codec is None else _strict(body, codec, "detected") or _nearly(body, codec, "detected")
