import pytest
from said_of import read
from test_extract import ARTICLE, WEB, real_pages
from trafilatura.metadata import extract_license

from winnow.pipelines.extraction.main_text import parse

LINK = '<a href="https://creativecommons.org/licenses/by/4.0/">CC</a>'


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (ARTICLE, "CC BY-SA 4.0"),
        (f"<body>{LINK}<footer>none</footer>", None),
        (f"<body><footer><footer><p>{LINK}", "CC BY 4.0"),
        (f'<body><div class="site-footer"><div><a href="x">cc by-sa 3.0</a></div></div>{LINK}', "cc by-sa 3.0"),
        (f'<body><div class="x" id="the-footer">a</div>{LINK}', None),
        (f'<body><div class="x" id="the-footer">a<footer>b</footer>{LINK}</div>', "CC BY 4.0"),
        (f'<body><span class="footer">{LINK}</span><footer><a name="x">cc by</a></footer>', None),
        ('<body><a rel="license" href="x"></a><a rel="nofollow License" href="y">All rights</a>', "All rights"),
        ('<body><footer><a href="x">Creative\n Commons <b>by-nc</b></a></footer>', "Creative Commons by-nc"),
        ("<footer>" * 9 + f"{LINK}", "CC BY 4.0"),
        ("<footer></footer>" * 19 + f"<footer>{LINK}</footer>", "CC BY 4.0"),
        ("<footer></footer>" * 20 + f"<footer>{LINK}</footer>", None),
    ],
)
def test_licenses(html: str, expected: str | None) -> None:
    assert read(html).license == expected


@pytest.mark.skipif(not WEB.exists(), reason="the shared web pages are not here")
def test_licenses_of_real_pages_are_trafilaturas() -> None:
    for _, html in real_pages(40):
        assert read(html).license == extract_license(parse(html.encode("utf-8", "replace")))
