# ruff: noqa: RUF001  (other scripts are what this is about)
import codecs

import pytest

from winnow.pipelines.sources.web.charset import Decoded, codec_of, decode, header_charset, page_charset

RUSSIAN = "Все люди рождаются свободными и равными в своем достоинстве и правах. " * 3
JAPANESE = "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。" * 2
CHINESE = "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心。" * 2
GERMAN = "Alle Menschen sind frei und gleich an Würde und Rechten geboren, größer über Öl. " * 4


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("UTF-8", "utf-8"),
        ("utf8", "utf-8"),
        (' "utf-8" ', "utf-8"),
        ("ISO-8859-1", "cp1252"),
        ("latin1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("windows-1252", "cp1252"),
        ("gb2312", "gb18030"),
        ("GBK", "gb18030"),
        ("shift_jis", "cp932"),
        ("x-sjis", "cp932"),
        ("euc-kr", "cp949"),
        ("ks_c_5601-1987", "cp949"),
        ("iso-8859-9", "cp1254"),
        ("iso-8859-2", "iso8859-2"),
        ("koi8-r", "koi8-r"),
        ("Big5", "big5hkscs"),
        ("euc-jp", "euc_jp"),
        ("iso-2022-jp", "iso2022_jp"),
        ("utf-16", "utf-16-le"),
        ("x-user-defined", "cp1252"),
        ("windows-1251", "cp1251"),
        ("macintosh", "mac-roman"),
        ("tis-620", "cp874"),
        ("iso-8859-15", "iso8859-15"),
        ("rot13", None),
        ("base64", None),
        ("utf-7", None),
        ("idna", None),
        ("punycode", None),
        ("unicode_escape", None),
        ("", None),
        (" ", None),
        ("none", None),
        ("\0", None),
        ("ü", None),
        ("../../etc", None),
        (None, None),
    ],
)
def test_labels_mean_what_they_mean_to_browsers(label, codec):
    assert codec_of(label) == codec


@pytest.mark.parametrize(
    ("content_type", "codec"),
    [
        ("text/html; charset=UTF-8", "utf-8"),
        ("text/html;charset='gbk'", "gb18030"),
        ('text/html; Charset = "koi8-r"; x=y', "koi8-r"),
        ("text/html; charset=", None),
        ("text/html", None),
        (None, None),
    ],
)
def test_header_charset(content_type, codec):
    assert header_charset(content_type) == codec


@pytest.mark.parametrize(
    ("body", "codec"),
    [
        (b'<meta charset="koi8-r">', "koi8-r"),
        (b"<META http-equiv=Content-Type content='text/html; charset=koi8-r'>", "koi8-r"),
        (b'<meta name="a" content="b"><meta charset=gbk>', "gb18030"),
        (b'<?xml version="1.0" encoding="koi8-r"?><html>', "koi8-r"),
        (b'<!-- <meta charset="gbk"> --><meta charset="koi8-r">', "koi8-r"),
        (b'<meta charset="utf-16">', "utf-8"),
        (b'<meta charset="nonsense">', None),
        (b" " * 8000 + b'<meta charset="koi8-r">', "koi8-r"),
        (b" " * 8192 + b'<meta charset="koi8-r">', None),
        (b"", None),
    ],
)
def test_page_charset(body, codec):
    assert page_charset(body) == codec


HEADER = "text/html; charset="


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        # the order: mark, header, page, bytes, detection
        (codecs.BOM_UTF8 + "ä".encode(), HEADER + "koi8-r", Decoded("ä", "utf-8", "bom")),
        (codecs.BOM_UTF16_LE + RUSSIAN.encode("utf-16-le"), None, Decoded(RUSSIAN, "utf-16-le", "bom")),
        (codecs.BOM_UTF16_BE + RUSSIAN.encode("utf-16-be"), None, Decoded(RUSSIAN, "utf-16-be", "bom")),
        (
            b"<meta charset=koi8-r>" + RUSSIAN.encode("cp1251"),
            HEADER + "windows-1251",
            Decoded("<meta charset=koi8-r>" + RUSSIAN, "cp1251", "header"),
        ),
        (
            b"<meta charset=koi8-r>" + RUSSIAN.encode("koi8-r"),
            None,
            Decoded("<meta charset=koi8-r>" + RUSSIAN, "koi8-r", "page"),
        ),
        (RUSSIAN.encode(), None, Decoded(RUSSIAN, "utf-8", "bytes")),
        (RUSSIAN.encode(), HEADER + "utf-8", Decoded(RUSSIAN, "utf-8", "header")),
        (b"ascii", HEADER + "utf-8", Decoded("ascii", "utf-8", "header")),
        (b"ascii", HEADER + "gbk", Decoded("ascii", "utf-8", "bytes")),
        (b"", None, Decoded("", "utf-8", "bytes")),
        (b" ", None, Decoded(" ", "utf-8", "bytes")),
        (CHINESE.encode("gbk"), HEADER + "gb2312", Decoded(CHINESE, "gb18030", "header")),
        (JAPANESE.encode("cp932"), HEADER + "shift_jis", Decoded(JAPANESE, "cp932", "header")),
        (JAPANESE.encode("iso2022_jp"), HEADER + "iso-2022-jp", Decoded(JAPANESE, "iso2022_jp", "header")),
        (b"caf\xe9 \x96", HEADER + "iso-8859-1", Decoded("café –", "cp1252", "header")),
        # a charset that the bytes contradict
        # (windows-1250 has the same German letters in the same places)
        (GERMAN.encode("cp1252"), HEADER + "utf-8", Decoded(GERMAN, "cp1250", "detected")),
        (
            b"<meta charset=windows-1252>" + GERMAN.encode("cp1252"),
            HEADER + "utf-8",
            Decoded("<meta charset=windows-1252>" + GERMAN, "cp1252", "page"),
        ),
        ("é".encode(), HEADER + "iso-8859-1", Decoded("é", "utf-8", "bytes")),
        (CHINESE.encode(), HEADER + "gbk", Decoded(CHINESE, "utf-8", "bytes")),
        ("联通".encode("gbk"), HEADER + "gbk", Decoded("联通", "gb18030", "header")),
        (b"plain", HEADER + "utf-16", Decoded("plain", "utf-8", "bytes")),
        # detection
        (RUSSIAN.encode("cp1251"), None, Decoded(RUSSIAN, "cp1251", "detected")),
        (RUSSIAN.encode("koi8-r"), HEADER + "nonsense", Decoded(RUSSIAN, "koi8-r", "detected")),
        (JAPANESE.encode("euc_jp"), None, Decoded(JAPANESE, "euc_jp", "detected")),
        (b"it\x92s", HEADER + "utf-8", Decoded("it’s", "cp1252", "detected")),
        ("Hello".encode("utf-16-le"), None, Decoded("Hello", "utf-16-le", "bytes")),
        ("Hello".encode("utf-16-be"), HEADER + "utf-8", Decoded("Hello", "utf-16-be", "bytes")),
        # a few broken bytes
        (RUSSIAN.encode() + b"\xd0", HEADER + "utf-8", Decoded(RUSSIAN + "\ufffd", "utf-8", "header", 1)),
        (
            (RUSSIAN + "\ufffd").encode() + b"\xd0 \xff",
            None,
            Decoded(RUSSIAN + "\ufffd\ufffd \ufffd", "utf-8", "bytes", 2),
        ),
        (RUSSIAN.encode() + b"\xed\xa0\x80", None, Decoded(RUSSIAN + "\ufffd\ufffd\ufffd", "utf-8", "bytes", 3)),
        # NUL is taken out, a body full of it is no text
        (b"a\0" + b"b" * 20, None, Decoded("a" + "b" * 20, "utf-8", "bytes")),
        (b"\0" * 100, None, None),
        (b"\0\0ab" * 100, HEADER + "utf-8", None),
    ],
)
def test_decode(body, content_type, expected):
    assert decode(body, content_type) == expected


def test_plain_text_names_no_charset_of_its_own():
    body = b"<meta charset=koi8-r>" + RUSSIAN.encode("cp1251")
    assert decode(body, None, markup=False).charset == "cp1251"


def test_noise_has_no_charset():
    assert decode(bytes(range(128, 256)) * 64, "text/html; charset=utf-8") is None


def test_a_long_line_is_decoded_whole():
    text = "é" + "word " * 200_000
    assert decode(text.encode(), None) == Decoded(text, "utf-8", "bytes")


@pytest.mark.parametrize(
    "codec", ["cp932", "euc_jp", "gb18030", "big5hkscs", "cp949", "iso2022_jp", "utf-16-le", "utf-16"]
)
def test_text_never_holds_lone_surrogates(codec):
    noise = bytes((i * 7919 >> 3) & 0xFF for i in range(4000))
    for body in (noise, JAPANESE.encode() + noise[:9], codecs.BOM_UTF16_LE + b"\0\xd8a\0" * 9):
        decoded = decode(body, HEADER + codec)
        if decoded is not None:
            decoded.text.encode("utf-8")
