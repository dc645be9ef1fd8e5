"""One document's way through a build of a few rows, written as a build writes them."""

from pathlib import Path

import pytest
from finished_builds import A, B, write_build

from winnow.pipelines.errors import BadCall
from winnow.pipelines.views.finished import finished
from winnow.pipelines.views.terminal.why import margin, ways


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("build")
    write_build(root)
    return str(root)


@pytest.mark.parametrize(
    ("value", "least", "most", "expected"),
    [
        (5.0, None, None, ""), (5.0, 5.0, None, "on the limit"), (4.0, 5.0, None, "20.0 % beyond"),
        (6.0, 5.0, None, "20.0 % inside"), (3.0, None, 0.0, "3 beyond"), (9.0, 3.0, 10.0, "10.0 % inside"),
    ],
)  # fmt: skip
def test_margin(value: float, least: float | None, most: float | None, expected: str) -> None:
    assert margin(value, least, most) == expected


def test_why_of_a_damaged_file(tmp_path: Path) -> None:
    write_build(tmp_path)
    damaged = tmp_path / "rejected/read/part-00000.parquet"
    damaged.write_bytes(damaged.read_bytes()[:-20])
    with pytest.raises(BadCall, match=r"rejected/read/part-00000\.parquet: cannot be read: .*; build it again"):
        ways(finished(str(tmp_path)), "https://example.org/a")


def test_why_kept(build: str) -> None:
    text, found = ways(finished(build), "https://example.org/a")
    lines = [" ".join(line.split()) for line in text.splitlines() if line]
    assert found is True
    assert lines == [
        "https://example.org/a",
        "KEPT",
        f"id {A}",
        "source web: in/a.warc.gz, offset 0",
        "captured 2026-01-31T00:00:00Z",
        "title A \N{REPLACEMENT CHARACTER}[31mtitle",
        "language en (0.91)",
        "characters 21",
        "measure value limit margin",
        "language.listed 1 at least 1 ok on the limit",
        "language.score 0.91 at least 0.65 ok 40.0 % inside",
        "gopher_quality.words 60 50 to 100,000 ok 20.0 % inside",
        "gopher_quality.mean_word_length 4.5 3 to 10 ok 50.0 % inside",
        "gopher_quality.stop_words 3 at least 2 ok 50.0 % inside",
        "One of 2 copies; similarity is that with the kept one:",
        "id similarity address",
        f"{A} 100.0 % kept, this one https://example.org/a",
        f"{B} 70.0 % dropped https://example.org/copy",
        "The text that stayed.",
    ]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (B, [f"REJECTED at dedup by duplicate.near: 70.0 % similar to {A}, which was kept"]),
        ("d" * 8 + "1", ["REJECTED at gopher_quality by gopher_quality.words: 49, at least 50",
                         "It also broke gopher_quality.stop_words.",
                         "gopher_quality.words 49 50 to 100,000 BROKEN 2.0 % beyond",
                         "gopher_quality.stop_words 1 at least 2 BROKEN 50.0 % beyond",
                         "(the recipe does not keep this text)"]),
        ("d" * 8 + "2" * 24, ["REJECTED at read by warc.gap: 4,096 bytes from offset 300 on are damaged",
                              "(no text)"]),
        ("https://example.org/twice", ["2 rows have this id or address.", "REJECTED at read by http.status: 503",
                                       "KEPT", "Second try."]),
        (A.upper(), ["KEPT"]),
        (A[:8], ["KEPT"]),
    ],
)  # fmt: skip
def test_why(build: str, wanted: str, expected: list[str]) -> None:
    text, found = ways(finished(build), wanted)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert (found, [line for line in lines if line in expected]) == (True, expected)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("http://EXAMPLE.org/a/", "did you mean: https://example.org/a"),
        ("www.example.org/a", "did you mean: https://example.org/a"),
        ("https://example.org:443/copy#part", "did you mean: https://example.org/copy"),
        ("https://example.org/sho", "the nearest are: https://example.org/short, https://example.org/a, "
                                    "https://example.org/copy, https://example.org/twice"),
        ("https://other.example/", "it was not in the 1 input file, or is among the rows that name none (1)"),
        ("http://[broken", "it was not in the 1 input file, or is among the rows that name none (1)"),
        ("", "it was not in the 1 input file, or is among the rows that name none (1)"),
        ("d" * 8, f"2 ids begin with dddddddd; give more digits: {'d' * 8 + '1' * 24}, {'d' * 8 + '2' * 24}"),
        ("abc", "abc is too short for an id: give at least 8 of its 32 digits, or an address"),
        ("0" * 8, f"no document with the id {'0' * 8}"),
    ],
)  # fmt: skip
def test_why_not_found(build: str, wanted: str, expected: str) -> None:
    text, found = ways(finished(build), wanted)
    assert (found, len(text.splitlines()), text.endswith(expected)) == (False, 1, True)
