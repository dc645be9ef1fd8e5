import codecs

import pytest

from winnow.filters.rules import Reject
from winnow.pipelines.sources.code.decode import Decoded, decode

FRENCH = "# garçon, où, forêt\nx = 'é'\n"
RUSSIAN = "# привет, мир\n"


@pytest.mark.parametrize(
    ("content", "text", "encoding"),
    [
        (b"x = 1\r\n", "x = 1\r\n", "utf-8"),
        (FRENCH.encode(), FRENCH, "utf-8"),
        (codecs.BOM_UTF8 + b"x = 1\n", "x = 1\n", "utf-8"),
        (codecs.BOM_UTF16_LE + FRENCH.encode("utf-16-le"), FRENCH, "utf-16-le"),
        (codecs.BOM_UTF16_BE + FRENCH.encode("utf-16-be"), FRENCH, "utf-16-be"),
        (codecs.BOM_UTF32_LE + FRENCH.encode("utf-32-le"), FRENCH, "utf-32-le"),
        (FRENCH.encode("cp1252"), FRENCH, "cp1252"),
        (b"// \x93quoted\x94 \xa9 2020\n", "// “quoted” © 2020\n", "cp1252"),
        (b"# -*- coding: koi8-r -*-\n" + RUSSIAN.encode("koi8-r"), f"# -*- coding: koi8-r -*-\n{RUSSIAN}", "koi8-r"),
        (b"#!/usr/bin/python\n# coding=cp1251\n" + RUSSIAN.encode("cp1251"), None, "cp1251"),
        (b'<?xml version="1.0" encoding="windows-1251"?>\n' + RUSSIAN.encode("cp1251"), None, "cp1251"),
        (RUSSIAN.encode("cp1251") + b"/* vim: set fileencoding=cp1251 : */\n", None, "cp1251"),
        ("# coding: shift_jis\n# 日本語\n".encode("cp932"), "# coding: shift_jis\n# 日本語\n", "cp932"),
        ("# coding: latin-1\n# 日本語\n".encode(), "# coding: latin-1\n# 日本語\n", "utf-8"),
    ],
)
def test_text(content: bytes, text: str | None, encoding: str) -> None:
    found = decode(content)
    assert isinstance(found, Decoded)
    assert found.encoding == encoding
    assert found.text == (content.decode(encoding) if text is None else text)


@pytest.mark.parametrize(
    ("content", "rule", "detail"),
    [
        (b"abc\0def", "code.binary", "NUL at byte 3"),
        (codecs.BOM_UTF16_LE + b"a", "code.encoding", "it begins as utf-16-le and is none"),
        (codecs.BOM_UTF16_LE + b"a\0\0\0", "code.encoding", "it begins as utf-16-le and is none"),
        (codecs.BOM_UTF8 + b"\xff", "code.encoding", "it begins as utf-8 and is none"),
        (RUSSIAN.encode("cp1251"), "code.encoding", "it is no UTF-8"),
        ("# 日本語です\n".encode("euc_jp"), "code.encoding", "it is no UTF-8"),
        (b"# coding: ascii\n# \x81\n", "code.encoding", "it is no UTF-8, nor cp1252, which it names"),
        (b"# coding: rot13\n# \xe9\xe9\xe9\n", "code.encoding", "it is no UTF-8"),
        (b"caf\xe9 \x01\x02\n", "code.encoding", "it is no UTF-8"),
        (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", "code.encoding", "it is no UTF-8"),
    ],
)
def test_no_text(content: bytes, rule: str, detail: str) -> None:
    assert decode(content) == Reject(rule, detail=detail)
