"""From bytes to text: which charset a page is in.

The order: a byte order mark, the header's charset, the page's own (`<meta>` or XML declaration), what the crawler
found, UTF-8 where the bytes are valid UTF-8, then detection. A byte order mark goes first because it overrides the
header in the standard too (https://encoding.spec.whatwg.org/#decode). Labels mean what they mean to browsers:
iso-8859-1 is windows-1252. Departures from browsers, which never look back:
- a charset that the bytes contradict is passed over; so is a legacy one where they are UTF-8 beyond chance;
- UTF-8 that was declared stays UTF-8, a character cut off at the end or not, until more in it is broken than whole,
  and more than a few bytes in a long text;
- seven bits with the escapes of ISO-2022-JP are that, whatever was declared;
- a header that says Latin-1, as servers do of everything, gives way to the page's own charset where the bytes read in
  no Western language;
- NUL is taken out of the text, wherever it stands.
"""

import codecs
import re
from dataclasses import dataclass, field, replace

import charset_normalizer

from winnow.pipelines.sources.web import iso2022jp, latin
from winnow.pipelines.sources.web.labels import codec_of as codec_of
from winnow.pipelines.sources.web.labels import header_charset as header_charset
from winnow.pipelines.sources.web.labels import is_single_byte
from winnow.pipelines.sources.web.meta import page_charset as page_charset
from winnow.pipelines.sources.web.utf8 import HIGH, BrokenUtf8, high, outside_ascii

_DETECTED = ["cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r", "koi8_u",
             "cp932", "euc_jp", "gb18030", "big5hkscs", "cp949", "iso8859_2", "cp874"]  # fmt: skip
"""Among which detection chooses: what the web is written in."""

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHIFTING = "iso2022_jp"
_SAMPLE = 8192
_DETECT_IN = 1 << 20
_MARKUP = re.compile(rb"<[^<>]{0,1024}>")
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
    """What named it: `bom`, `header`, `page`, `crawler`, `bytes` (they can be nothing else), or `detected`."""
    errors: int = 0
    """Bytes or sequences replaced with U+FFFD."""
    utf8: bytes | None = field(default=None, compare=False, repr=False)
    """The text in UTF-8, where it was read so."""


def decode(
    body: bytes, content_type: str | None, *, markup: bool = True, identified: str | None = None
) -> Decoded | None:
    """Return the text of `body`, or None where no charset can be found that fits.

    `markup`: pages name theirs. `identified` is the codec that a crawler found.
    """
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return _forgive(body[len(mark) :], [(codec, "bom")])
    if (utf16 := wide(body)) is not None:
        return _strict(body, utf16, "bytes")
    named = [(header_charset(content_type), "header"), (page_charset(body) if markup else None, "page"),
             (identified, "crawler")]  # fmt: skip
    # markup is ASCII: in UTF-16 it would have been seen to be wide
    declared = [(codec, origin) for codec, origin in named if codec and not codec.startswith("utf-16")]
    utf8 = _strict(body, "utf-8", "bytes")
    if utf8 is None:
        return _legacy(body, declared)
    if utf8.text.isascii() and iso2022jp.escaped(body):
        return _nearly(body, _SHIFTING, _origin_of(_SHIFTING, declared)) or utf8
    return _prefer(utf8, body, declared)


def _legacy(body: bytes, declared: list[tuple[str, str]]) -> Decoded | None:
    """The text of bytes that are not UTF-8 throughout."""
    broken = BrokenUtf8(body)
    utf8 = _clean(body, broken.text, "utf-8", "bytes", broken.errors)
    if broken.holds_as_declared and (origin := _origin_of("utf-8", declared)) != "bytes":
        return utf8 and replace(utf8, origin=origin)
    if broken.holds and all(is_single_byte(codec) for codec, _ in declared):
        return utf8
    for codec, origin in _ranked(body, [(codec, origin) for codec, origin in declared if codec != "utf-8"]):
        decoded = _strict(body, codec, origin) or _nearly(body, codec, origin)
        if decoded is not None:
            return decoded
    return (utf8 if broken.holds else None) or _detect(body) or _forgive(body, declared)


def _origin_of(codec: str, declared: list[tuple[str, str]]) -> str:
    """What declared a charset; `bytes` where nothing did."""
    return next((origin for named, origin in declared if named == codec), "bytes")


def _ranked(body: bytes, declared: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What was declared, a header's Latin-1 last where a page says something else and reads in no Western language."""
    if len(declared) > 1 and declared[0] == ("cp1252", "header") and declared[1][0] != "cp1252":
        sample = _sample(body)
        if not latin.is_latin(sample) or latin.reads(sample, "cp1252") < latin.READS:
            return [*declared[1:], declared[0]]
    return declared


def _prefer(utf8: Decoded, body: bytes, declared: list[tuple[str, str]]) -> Decoded:
    """Of valid UTF-8 and what was declared: the declared charset only where UTF-8 can be an accident."""
    if not declared:
        return utf8
    codec, origin = declared[0]
    if codec == "utf-8":
        return replace(utf8, charset=codec, origin=origin)
    outside = outside_ascii(utf8.text)
    if outside == 0 or is_single_byte(codec) or outside >= _ACCIDENT:
        return utf8
    return _strict(body, codec, origin) or utf8


def _strict(body: bytes, codec: str, origin: str) -> Decoded | None:
    if codec == _SHIFTING:
        decoded = _nearly(body, codec, origin)
        return decoded if decoded is not None and not decoded.errors else None
    try:
        text = body.decode(codec)
    except UnicodeDecodeError:
        return None
    if codec == "utf-8" and b"\0" not in body:
        return Decoded(text, codec, origin, utf8=body)
    return _clean(body, text, codec, origin, 0)


def _nearly(body: bytes, codec: str, origin: str) -> Decoded | None:
    """Decode with replacement where at most every tenth character outside ASCII is broken: the charset is right. One
    that is cut off at the end says nothing against it."""
    text, errors = _replaced(body, codec)
    broken = errors - (errors and not is_single_byte(codec) and text.endswith("\ufffd"))
    return _clean(body, text, codec, origin, errors) if 10 * broken <= outside_ascii(text) else None


def _forgive(body: bytes, declared: list[tuple[str, str]]) -> Decoded | None:
    """The last resort: the first declared charset, if no more than one character in a hundred is broken."""
    for codec, origin in declared[:1]:
        text, errors = _replaced(body, codec)
        if 100 * errors <= len(text):
            return _clean(body, text, codec, origin, errors)
    return None


def _replaced(body: bytes, codec: str) -> tuple[str, int]:
    text = iso2022jp.decoded(body) if codec == _SHIFTING else body.decode(codec, "replace")
    own = body.count("\ufffd".encode()) if codec == "utf-8" else 0
    return text, text.count("\ufffd") - own


def _clean(body: bytes, text: str, codec: str, origin: str, errors: int) -> Decoded | None:
    if b"\0" in body and "\0" in text:
        nuls = text.count("\0")
        if 10 * nuls > len(text):
            return None
        text = text.replace("\0", "")
    if codec != "utf-8":
        text = _SURROGATE.sub("\ufffd", text)
    return Decoded(text, codec, origin, errors)


def wide(body: bytes) -> str | None:
    """Return the UTF-16 codec where many bytes are NUL, and more of every other one."""
    start = body[:_SAMPLE]
    if start.count(b"\0") * 4 < len(start) or len(start) < 4:
        return None
    return "utf-16-le" if start[1::2].count(b"\0") > start[::2].count(b"\0") else "utf-16-be"


def _detect(body: bytes) -> Decoded | None:
    """Latin scripts are told apart by their alphabets, others by charset-normalizer."""
    sample = _sample(body)
    if high(sample) < _TOO_FEW_TO_TELL:
        return _strict(body, "cp1252", "detected")
    is_latin = latin.is_latin(sample)
    codec, share = latin.best(sample) if is_latin else ("", 0.0)
    if share < latin.READS:
        best = charset_normalizer.from_bytes(
            sample, cp_isolation=_DETECTED, preemptive_behaviour=False, enable_fallback=False
        ).best()
        found = None if best is None else codec_of(best.encoding)
        if found is None or not (is_latin and found in latin.CODECS):
            codec = found or ""
    return (_strict(body, codec, "detected") or _nearly(body, codec, "detected")) if codec else None


def _sample(body: bytes) -> bytes:
    """Lines of a page that are not all ASCII, without their markup."""
    lines = [line for line in _MARKUP.sub(b" ", body[:_DETECT_IN]).split(b"\n") if not line.isascii()]
    sample = b"\n".join(lines)[:_SAMPLE]
    # half a character at the end would rule the right charset out
    return sample.rstrip(HIGH) if len(sample) == _SAMPLE else sample
