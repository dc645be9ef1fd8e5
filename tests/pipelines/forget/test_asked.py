"""What is asked for, in whatever spelling, and which rows it names."""

from pathlib import Path

import pyarrow as pa
import pytest

from winnow.pipelines.errors import BadCall
from winnow.pipelines.forget.asked import Asked, Matches, asked

ONE, TWO = "1" * 32, "ab" * 16


def kinds(of: Asked, *urls: str | None, id: str = ONE) -> list[str | None]:
    columns = {"id": pa.array([id] * len(urls)), "url": pa.array(urls, pa.string())}
    return Matches(of).kinds(pa.table(columns))


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("https://example.org/a", True), ("http://EXAMPLE.org/a/", True), ("https://www.example.org:443/a#top", True),
        ("https://example.org/a?b=1", False), ("https://example.org/A", False), ("https://example.org/ab", False),
        ("https://example.org/", False), ("https://example.org:8080/a", False), ("https://a.example.org/a", False),
        ("example.org/a", True), ("", False), (None, False), ("https://[broken/a", False),
    ],
)  # fmt: skip
def test_an_address(url: str | None, named: bool) -> None:
    assert kinds(asked(["http://example.org/a"], [], None), url) == ["url" if named else None]


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("https://example.org/a", True), ("http://deep.below.Example.ORG", True), ("https://example.org.", True),
        ("https://example.org:81/", True), ("https://me@example.org/", True), ("https://anexample.org/", False),
        ("https://example.org.evil.net/", False), ("https://other.net/?example.org", False), ("https://org/", False),
        (None, False),
    ],
)  # fmt: skip
def test_a_domain(url: str | None, named: bool) -> None:
    assert kinds(asked([], [" Example.org."], None), url) == ["domain" if named else None]


def test_a_domain_of_another_script() -> None:
    for given in ("bücher.example", "xn--bcher-kva.example"):
        urls = ["https://bücher.example/", "https://xn--bcher-kva.example/a", "https://buecher.example/"]
        assert kinds(asked([], [given], None), *urls) == ["domain", "domain", None]


def test_ids_and_what_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "ids").write_text(f"{TWO.upper()}\n\n  {ONE} \n{TWO}\n", encoding="utf-8")
    matches = Matches(asked([], [], str(tmp_path / "ids")))
    rows = pa.table({"id": [TWO, "2" * 32], "url": pa.array([None, None], pa.string())})
    assert (matches.kinds(rows), matches.unknown_ids) == (["id", None], [ONE])


def test_the_first_kind_that_names_a_row_counts_and_all_are_found() -> None:
    of = Asked(frozenset({"example.org/a"}), frozenset({"example.org", "org", "net"}), frozenset({ONE}))
    matches = Matches(of)
    rows = pa.table({"id": [ONE, TWO, TWO], "url": ["https://example.org/a", "https://x.org", "https://x.com"]})
    assert matches.kinds(rows) == ["url", "domain", None]
    assert matches.found == {"url": {"example.org/a"}, "domain": {"example.org", "org"}, "id": {ONE}}


def test_many_hosts() -> None:
    of = Asked(domains=frozenset(f"host{n}.example" for n in range(2000)))
    assert kinds(of, "https://host1999.example/", "https://host2000.example/", None) == ["domain", None, None]


@pytest.mark.parametrize(
    ("urls", "domains", "said"),
    [
        ([], [], "nothing is to be forgotten"), (["/a/b"], [], "is no address"), ([""], [], "is no address"),
        ([], [""], "is no host's name"), ([], ["a/b"], "is no host's name"), ([], ["http://a.org"], "is no host"),
    ],
)  # fmt: skip
def test_what_is_none_of_its_kind(urls: list[str], domains: list[str], said: str) -> None:
    with pytest.raises(BadCall, match=said):
        asked(urls, domains, None)


@pytest.mark.parametrize("line", ["abc", "g" * 32, "1" * 33])
def test_a_file_of_ids_with_other_lines(tmp_path: Path, line: str) -> None:
    (tmp_path / "ids").write_text(f"{ONE}\n{line}\n", encoding="utf-8")
    with pytest.raises(BadCall, match=r"line 2: .* is no id"):
        asked([], [], str(tmp_path / "ids"))
