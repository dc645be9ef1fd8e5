# ruff: noqa: RUF001  (other scripts are what this is about)
import codecs
import collections
import gzip
import json

import pytest
from warc_files import SHARED

from winnow.pipelines.sources.web.charset import Decoded, decode

RUSSIAN = "Все люди рождаются свободными и равными в своем достоинстве и правах. " * 3
JAPANESE = "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。" * 2
CHINESE = "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心。" * 2
GERMAN = "Alle Menschen sind frei und gleich an Würde und Rechten geboren, größer über Öl. " * 4


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
        (GERMAN.encode("cp1252"), HEADER + "utf-8", Decoded(GERMAN, "cp1252", "detected")),
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
        (b"it\xe2\x80\x99s \x92 here", HEADER + "utf-8", Decoded("it’s \ufffd here", "utf-8", "header", 1)),
        (
            b"<meta charset=utf-8>it\xe2\x80\x99s \x92 \x93 \xa0",
            None,
            Decoded("<meta charset=utf-8>it’s \ufffd \ufffd \ufffd", "utf-8", "page", 3),
        ),
        # one character of three bytes outweighs ten bytes, of two bytes one
        (b"\xe2\x80\x99" + b"\xe9 " * 10, HEADER + "utf-8", Decoded("’" + "\ufffd " * 10, "utf-8", "header", 10)),
        (b"\xe2\x80\x99" + b"\xe9 " * 11, HEADER + "utf-8", Decoded("â€™" + "é " * 11, "cp1252", "detected")),
        (b"\xc9\xbb \xe9 ", HEADER + "utf-8", Decoded("\u027b \ufffd ", "utf-8", "header", 1)),
        (b"\xc9\xbb \xe9 \xe9 ", HEADER + "utf-8", Decoded("É» é é ", "cp1252", "detected")),
        (
            b"na\xefve caf\xe9 \x97 d\xe9j\xe0 vu",
            HEADER + "utf-8",
            Decoded("naïve café — déjà vu", "cp1252", "detected"),
        ),
        # nothing is whole: up to three bytes may be broken, one in 500 characters
        (b"x" * 499 + b"\x92", HEADER + "utf-8", Decoded("x" * 499 + "\ufffd", "utf-8", "header", 1)),
        (b"x" * 498 + b"\x92", HEADER + "utf-8", Decoded("x" * 498 + "’", "cp1252", "detected")),
        (b"\x92 " * 3 + b"x" * 1494, HEADER + "utf-8", Decoded("\ufffd " * 3 + "x" * 1494, "utf-8", "header", 3)),
        (b"\x92 " * 4 + b"x" * 9999, HEADER + "utf-8", Decoded("’ " * 4 + "x" * 9999, "cp1252", "detected")),
        (b"x" * 499 + b"\x92", None, Decoded("x" * 499 + "’", "cp1252", "detected")),
        # nobody said UTF-8: a third as much may be broken
        ("é ".encode() * 3 + b"\xe9 ", None, Decoded("é " * 3 + "\ufffd ", "utf-8", "bytes", 1)),
        ("É ".encode() * 2 + b"\xe9 ", None, Decoded("Ã‰ " * 2 + "é ", "cp1252", "detected")),
        ("’ ".encode() + b"\x92 " * 3, None, Decoded("’ " + "\ufffd " * 3, "utf-8", "bytes", 3)),
        ("’ ".encode() + b"\x92 ", HEADER + "latin-1", Decoded("’ \ufffd ", "utf-8", "bytes", 1)),
        (JAPANESE.encode("euc_jp"), HEADER + "utf-8", Decoded(JAPANESE, "euc_jp", "detected")),
        (JAPANESE.encode("cp932"), HEADER + "utf-8", Decoded(JAPANESE, "cp932", "detected")),
        # a header of Latin-1 over a page of UTF-8 with a stray byte
        (
            b"<meta charset=utf-8>it\xe2\x80\x99s \x92 ",
            HEADER + "iso-8859-1",
            Decoded("<meta charset=utf-8>it’s \ufffd ", "utf-8", "page", 1),
        ),
        # the last character is cut off
        (b"word \xe2\x80", HEADER + "utf-8", Decoded("word \ufffd", "utf-8", "header", 1)),
        (b"word \xf0\x9f\x98", HEADER + "utf-8", Decoded("word \ufffd", "utf-8", "header", 1)),
        (b"<meta charset=utf-8>word \xc3", None, Decoded("<meta charset=utf-8>word \ufffd", "utf-8", "page", 1)),
        (b"it\xe2\x80\x99s \xe2\x80", None, Decoded("it’s \ufffd", "utf-8", "bytes", 1)),
        (b"it\xe2\x80\x99s \xe2\x80", HEADER + "latin1", Decoded("it’s \ufffd", "utf-8", "bytes", 1)),
        (
            CHINESE.encode("gbk")[:-1],
            HEADER + "gb2312",
            Decoded(CHINESE[:-1] + "\ufffd", "gb18030", "header", 1),
        ),
        ("联通".encode("gbk")[:-1], HEADER + "gbk", Decoded("联\ufffd", "gb18030", "header", 1)),
        # ISO-2022-JP by its escapes, whatever was declared
        (JAPANESE.encode("iso2022_jp"), None, Decoded(JAPANESE, "iso2022_jp", "bytes")),
        (JAPANESE.encode("iso2022_jp"), HEADER + "utf-8", Decoded(JAPANESE, "iso2022_jp", "bytes")),
        (JAPANESE.encode("iso2022_jp")[:-4], None, Decoded(JAPANESE[:-1] + "\ufffd", "iso2022_jp", "bytes", 1)),
        (b"\x1b[1m\x1b(Bbold\x1b[m", None, Decoded("\x1b[1m\x1b(Bbold\x1b[m", "utf-8", "bytes")),
        # NUL is taken out, a body full of it is no text
        (b"a\0" + b"b" * 20, None, Decoded("a" + "b" * 20, "utf-8", "bytes")),
        (b"\0" * 100, None, None),
        (b"\0\0ab" * 100, HEADER + "utf-8", None),
    ],
)
def test_decode(body, content_type, expected):
    found = decode(body, content_type)
    assert found == expected
    assert found is None or found.utf8 in (None, expected.text.encode())


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(RUSSIAN.encode(), None), (RUSSIAN.encode(), HEADER + "utf-8"), ("é".encode(), HEADER + "latin-1"), (b" ", None)],
)
def test_what_is_utf8_need_not_be_encoded_again(body, content_type):
    assert decode(body, content_type).utf8 is body


@pytest.mark.parametrize(
    "body", [b"a\0" + b"b" * 20, "ü".encode() + b"\xff", GERMAN.encode("cp1252"), "ü\0".encode() * 9]
)
def test_what_is_not_has_to_be(body):
    found = decode(body, None)
    assert found is None or found.utf8 is None


@pytest.mark.parametrize(
    ("text", "label", "codec", "expected"),
    [
        # Latin-1 that reads in no Western language gives way to what the page says and fits
        (RUSSIAN, "windows-1251", "cp1251", "cp1251"),
        (CHINESE, "gb2312", "gbk", "gb18030"),
        (JAPANESE, "shift_jis", "cp932", "cp932"),
        ("Wszyscy ludzie rodzą się wolni i równi pod względem godności", "iso-8859-2", "iso8859-2", "iso8859-2"),
        (GERMAN, "windows-1251", "cp1252", "cp1252"),
        (GERMAN, "nonsense", "cp1252", "cp1252"),
        (GERMAN, "utf-8", "cp1252", "cp1252"),
    ],
)
def test_a_header_of_latin_1_over_a_page(text, label, codec, expected):
    page = f"<meta charset={label}>".encode() + text.encode(codec)
    decoded = decode(page, HEADER + "iso-8859-1")
    assert (decoded.text, decoded.charset) == (f"<meta charset={label}>{text}", expected)


def test_any_other_header_stands_over_a_page():
    decoded = decode(b"<meta charset=koi8-r>" + RUSSIAN.encode("cp1251"), HEADER + "windows-1251")
    assert (decoded.charset, decoded.origin) == ("cp1251", "header")


@pytest.mark.parametrize(
    ("body", "content_type", "identified", "expected"),
    [
        (RUSSIAN.encode("iso8859-5"), None, "iso8859-5", Decoded(RUSSIAN, "iso8859-5", "crawler")),
        (RUSSIAN.encode("iso8859-5"), HEADER + "nonsense", "iso8859-5", Decoded(RUSSIAN, "iso8859-5", "crawler")),
        (RUSSIAN.encode("cp1251"), HEADER + "windows-1251", "koi8-r", Decoded(RUSSIAN, "cp1251", "header")),
        (RUSSIAN.encode(), None, "iso8859-5", Decoded(RUSSIAN, "utf-8", "bytes")),
        (RUSSIAN.encode("cp1251"), None, "utf-8", Decoded(RUSSIAN, "cp1251", "detected")),
        (RUSSIAN.encode("cp1251"), None, None, Decoded(RUSSIAN, "cp1251", "detected")),
    ],
)
def test_what_a_crawler_found_counts_where_nobody_said_anything(body, content_type, identified, expected):
    assert decode(body, content_type, identified=identified) == expected


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


UDHR = SHARED / "language/udhr.jsonl.gz"
LEGACY = {
    "cp1252": "de fr es pt it nl sv da no nn fi is ca gl et", "cp1250": "pl cs sk hu ro hr sl",
    "iso8859_2": "pl cs sk hu ro sl", "cp1254": "tr", "cp1257": "lt lv et", "cp1258": "vi", "cp1251": "ru uk bg sr",
    "koi8_r": "ru", "koi8_u": "uk", "cp1253": "el", "cp1255": "he", "cp1256": "ar fa", "cp874": "th", "cp932": "ja",
    "euc_jp": "ja", "gb18030": "zh", "big5hkscs": "zh", "cp949": "ko",
}  # fmt: skip


@pytest.mark.skipif(not UDHR.exists(), reason="the shared data are not there")
def test_what_nobody_declares_is_detected():
    """Four paragraphs at a time of the declaration of human rights, in every charset that its language was written in:
    nearly all are read right; the rest hold few letters outside ASCII, and read as well in another charset."""
    texts: dict[str, list[str]] = collections.defaultdict(list)
    for line in gzip.decompress(UDHR.read_bytes()).splitlines():
        row = json.loads(line)
        texts[row["language"]].append(row["text"].translate({ord("ș"): "ş", ord("ț"): "ţ"}))
    found = collections.Counter[bool]()
    for codec, languages in LEGACY.items():
        for language in languages.split():
            for at in range(0, len(texts[language]), 4):
                body = "\n".join(texts[language][at : at + 4]).encode(codec, "ignore")
                if not body.isascii():
                    decoded = decode(body, None)
                    found[decoded is not None and decoded.text == body.decode(codec)] += 1
    assert found.total() > 600
    assert found[False] <= 5
