import pytest

from winnow.pipelines.extraction.facts.address import MOST, host_of, path_of


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        (None, "", ""),
        ("", "", ""),
        ("https://WWW.Valley.example:80/a%20b/?c", "www.valley.example", "/a b/"),
        ("hard::page.html", "", ":page.html"),
        ("http://[::1", "", ""),
        ("http://a.example/" + "x" * MOST, "a.example", "/" + "x" * (MOST - 17)),
    ],
)
def test_parts(url: str | None, host: str, path: str) -> None:
    assert (host_of(url), path_of(url)) == (host, path)
