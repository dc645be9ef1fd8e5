"""Which codec a charset label means, as browsers read it (https://encoding.spec.whatwg.org/#names-and-labels)."""

import codecs
import re

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
_LABEL = re.compile(r"[a-z0-9_.:+-]{2,40}")
_PARAMETER = re.compile(r"charset\s*=\s*[\"']?\s*([^\s;,\"']+)", re.IGNORECASE)


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
    return codec if is_single_byte(codec) or codec in _MULTI_BYTE or codec in _UNICODE else _LABELS.get(codec)


def header_charset(content_type: str | None) -> str | None:
    """Return the codec named by the charset parameter of a Content-Type."""
    match = _PARAMETER.search(content_type or "")
    return codec_of(match.group(1)) if match else None


def is_single_byte(codec: str) -> bool:
    return codec in _SINGLE_BYTE
