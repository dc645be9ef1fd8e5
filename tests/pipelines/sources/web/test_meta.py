import pytest

from winnow.pipelines.sources.web.meta import page_charset


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
        # the first that is known, of those that are read as one
        (b'<meta charset="nonsense"><meta charset=koi8-r>', "koi8-r"),
        (b"<meta charset = 'koi8-r'/>", "koi8-r"),
        (b"<meta\ncharset\n=\nkoi8-r>", "koi8-r"),
        (b"<meta/charset=koi8-r/>", "koi8-r"),
        (b"<meta charset=koi8-r charset=gbk>", "koi8-r"),
        (b'<meta content="text/html; charset=koi8-r" http-equiv="content-type">', "koi8-r"),
        (b'<meta data-a="x>y" charset="koi8-r">', "koi8-r"),
        (b'<meta data-a="x"">" charset="koi8-r">', None),
        (
            b'<!DOCTYPE html><?php ?><html lang="ru"><head prefix="og: http://ogp.me/ns#"><meta charset=koi8-r>',
            "koi8-r",
        ),
        (b"<title>a</title ><meta charset=koi8-r>", "koi8-r"),
        (b"<p>1 < 2 <meta charset=koi8-r>", "koi8-r"),
        (b"</><meta charset=koi8-r>", "koi8-r"),
        (b"<!--><meta charset=koi8-r>", "koi8-r"),
        # what is none
        (b'<meta name="description" content="text/html; charset=koi8-r">', None),
        (b'<meta name="viewport" content="x" data-charset="koi8-r">', None),
        (b'<link charset="koi8-r"><script charset="gbk" src="a.js"></script>', None),
        (b"<p>write charset=koi8-r into the head</p>", None),
        (b"<p>&lt;meta charset=koi8-r&gt;</p>", None),
        (b"<metadata charset=koi8-r>", None),
        (b"<script>document.write('<meta charset=koi8-r>')</script><meta charset=gbk>", "gb18030"),
        (b"<SCRIPT>'<meta charset=koi8-r>'</Script\n>", None),
        (b"<script>'<meta charset=koi8-r>'", None),
        (b"<style>/*<meta charset=koi8-r>*/</style>", None),
        (b"<title><meta charset=koi8-r></title>", None),
        (b"<textarea><meta charset=koi8-r></textarea>", None),
        (b"<xmp><meta charset=koi8-r></xmp><iframe><meta charset=koi8-r></iframe>", None),
        (b"<a title='<meta charset=koi8-r>'>", None),
        (b"<!-- <meta charset=koi8-r>", None),
        (b"<!-- > <meta charset=koi8-r> -->", None),
        (b"<meta charset=koi8-r", None),
        (b'<meta charset="koi8-r>', None),
        (b"<meta http-equiv=refresh content='0; charset=koi8-r'>", None),
        (b"<meta \xff\xfe charset=\xe9>", None),
    ],
)
def test_page_charset(body, codec):
    assert page_charset(body) == codec


@pytest.mark.parametrize(
    "piece", [b"<a '", b'<a b="', b"<!--", b"<script>", b"<", b"</", b"<meta charset=", b"<a =", b"<a\t/", b"<!"]
)
def test_what_is_never_closed_names_nothing(piece):
    assert page_charset(piece * 8192 + b"charset") is None
