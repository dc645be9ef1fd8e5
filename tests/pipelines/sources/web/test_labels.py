import pytest

from winnow.pipelines.sources.web.labels import codec_of, header_charset


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
