from pathlib import Path

import pytest

from winnow.filters.document import Document
from winnow.filters.families.url import Url, host_of
from winnow.filters.rules import judge
from winnow.filters.text import Text

NAMES = [rule.name for rule in Url.RULES]


def measure(step: Url, url: str | None) -> dict[str, float | None]:
    return step.measure(Document(id="0" * 32, text="", source="test", url=url), Text(""))


def listing(tmp_path: Path, *lines: str) -> str:
    path = tmp_path / "list"
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("url", "domain", "host"),
    [
        ("http://bad.com/a", 1.0, 1.0),
        ("https://www.bad.com", 1.0, 0.0),
        ("HTTPS://user@A.B.BAD.com.:8080/x?y#z", 1.0, 0.0),
        ("bad.com/a", 1.0, 1.0),
        ("http://notbad.com/", 0.0, 0.0),
        ("http://bad.com.org/", 0.0, 0.0),
        ("http://example.org/bad.com", 0.0, 0.0),
        ("http://eb.com/", 0.0, 0.0),  # web.com is listed: no letters are stripped from a host
        ("http://www.web.com/", 1.0, 0.0),
        ("http://blog.site.org/", 1.0, 1.0),
        ("http://site.org/", 0.0, 0.0),
        ("http://[bad.com/", None, None),
        ("mailto:", 0.0, 0.0),
        ("", None, None),
        (None, None, None),
    ],
)
def test_domains(tmp_path: Path, url: str | None, domain: float | None, host: float | None) -> None:
    measures = measure(Url(domains=listing(tmp_path, "Bad.com", "web.com", "blog.site.org")), url)
    assert (measures["listed_domain"], measures["listed_host"]) == (domain, host)


@pytest.mark.parametrize(
    ("url", "expected"),
    [("http://a.com/X", 1.0), ("http://a.com/x", 0.0), ("http://a.com/X/", 0.0), ("https://a.com/X", 0.0)],
)
def test_urls_are_not_normalised(tmp_path: Path, url: str, expected: float) -> None:
    assert measure(Url(urls=listing(tmp_path, "http://a.com/X")), url)["listed_url"] == expected


@pytest.mark.parametrize(
    ("url", "hard", "subwords"),
    [
        ("http://foo.com/", 1.0, 1.0),
        ("http://a.com/FOO_bar?foo", 2.0, 2.0),
        ("http://a.com/foobar", 0.0, 2.0),
        ("http://a.com/f-o-o", 0.0, 1.0),
        ("http://a.com/fo", 0.0, 0.0),
        ("http://a.com/🙂é", 0.0, 0.0),
        ("x" * 1_000_000, 0.0, 0.0),
    ],
)
def test_words(tmp_path: Path, url: str, hard: float, subwords: float) -> None:
    path = listing(tmp_path, "foo", "Bar", "--")
    measures = measure(Url(hard_words=path, soft_words=path, subwords=path), url)
    assert (measures["hard_words"], measures["soft_words"], measures["subwords"]) == (hard, hard, subwords)


@pytest.mark.parametrize(("url", "broken"), [("http://a.com/foo-foo", []), ("http://a.com/foo/bar", ["soft_words"])])
def test_two_different_soft_words_are_too_many(tmp_path: Path, url: str, broken: list[str]) -> None:
    measures = measure(Url(soft_words=listing(tmp_path, "foo", "bar")), url)
    assert [r.rule for r in judge(measures, Url.RULES)] == broken


def test_thousands_of_subwords(tmp_path: Path) -> None:
    step = Url(subwords=listing(tmp_path, *(f"word{i:05}" for i in range(20_000))))
    assert measure(step, "http://a.com/word-00042/w.o.r.d.19999")["subwords"] == 2.0


def test_without_a_list_or_a_url_nothing_is_known(tmp_path: Path) -> None:
    path = listing(tmp_path, "a")
    assert measure(Url(), "http://a.com") == dict.fromkeys(NAMES)
    assert measure(Url(path, path, path, path, path), None) == dict.fromkeys(NAMES)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("//Example.COM:80/", "example.com"),
        ("http://[::1]:80/", "::1"),
        ("http://münchen.de/", "münchen.de"),
        ("http://", None),
        ("http://./", None),
        ("http://a\u2100.com/", None),  # normalises to "a/c"
    ],
)
def test_host_of(url: str, host: str | None) -> None:
    assert host_of(url) == host
