"""Numbers and lines as people read them."""

import pytest

from winnow.pipelines.views import tabular
from winnow.pipelines.views.tabular import NOTHING


@pytest.mark.parametrize(
    ("text", "most", "expected"), [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("a bcd", 3, "a…"), ("", 3, "")]
)
def test_shorten(text: str, most: int, expected: str) -> None:
    assert tabular.shorten(text, most) == expected


@pytest.mark.parametrize(("text", "expected"), [("", 0), ("abc", 3), ("新聞", 4), ("e\N{COMBINING ACUTE ACCENT}", 1)])
def test_width(text: str, expected: int) -> None:
    assert tabular.width(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []), ("abcd", ["> abcd"]), ("abcd ef", ["> abcd", "> ef"]), ("ab c", ["> ab c"]),
        ("a  b cd", ["> a  b", "> cd"]),
        ("abcdef g", ["> abcd", "> ef g"]), ("新聞紙", ["> 新聞", "> 紙"]), ("a 新聞", ["> a", "> 新聞"]),
        ("e\N{COMBINING ACUTE ACCENT}" * 4, ["> " + "e\N{COMBINING ACUTE ACCENT}" * 4]),
    ],
)  # fmt: skip
def test_wrap(text: str, expected: list[str]) -> None:
    assert tabular.wrap(text, 6, "> ") == expected


def test_wide_characters_that_do_not_fit_have_a_line_each() -> None:
    assert tabular.wrap("新聞", 1) == ["新", "聞"]


def test_align() -> None:
    assert tabular.align([["a", "1"], ["新聞", "1,000"]], "lr", "> ") == ["> a         1", "> 新聞  1,000"]
    assert tabular.align([], "lr") == []


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (0, 0, NOTHING), (0, 5, "0.0 %"), (1, 3, "33.3 %"), (3, 3, "100.0 %"),
        (1, 100_000, "< 0.1 %"), (99_999, 100_000, "> 99.9 %"), (1, 2001, "< 0.1 %"), (1, 1000, "0.1 %"),
    ],
)  # fmt: skip
def test_share(part: int, whole: int, expected: str) -> None:
    assert tabular.share(part, whole) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "0 B"), (1023, "1,023 B"), (1024, "1.0 KiB"), (1 << 20, "1.0 MiB"), (1 << 60, "1,048,576.0 TiB")],
)
def test_size(number: int, expected: str) -> None:
    assert tabular.size(number) == expected


@pytest.mark.parametrize(
    ("number", "expected"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (12345, "12,345 files")]
)
def test_plural(number: int, expected: str) -> None:
    assert tabular.plural(number, "file") == expected


def test_plural_of_another_word() -> None:
    assert tabular.plural(2, "copy", "copies") == "2 copies"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, NOTHING), (0.0, "0"), (12.0, "12"), (1234567.0, "1,234,567"), (0.123456, "0.1235"), (0.5, "0.5"),
        (12345.678, "12,346"), (0.0000012345, "0.000001234"), (float("inf"), "inf"),
    ],
)  # fmt: skip
def test_measure(value: float | None, expected: str) -> None:
    assert tabular.measure(value) == expected


@pytest.mark.parametrize(
    ("value", "limits", "expected"),
    [
        (0.5, (0.8,), "0.5"), (0.79999999, (0.8,), "0.79999999"), (0.80000001, (None, 0.8), "0.80000001"),
        (0.8, (0.8, None), "0.8"), (None, (1.0,), NOTHING), (0.1 + 0.2, (0.3,), "0.30000000000000004"),
    ],
)  # fmt: skip
def test_a_value_is_never_rounded_onto_its_limit(
    value: float | None, limits: tuple[float | None, ...], expected: str
) -> None:
    assert tabular.measure_beside(value, limits) == expected


@pytest.mark.parametrize(
    ("least", "most", "expected"),
    [(None, None, NOTHING), (50, None, "at least 50"), (None, 0.1, "at most 0.1"), (50, 100_000, "50 to 100,000"),
     (0, None, "at least 0"), (None, 0, "at most 0")],
)  # fmt: skip
def test_limit(least: float | None, most: float | None, expected: str) -> None:
    assert tabular.limit(least, most) == expected


@pytest.mark.parametrize(
    ("value", "broken", "expected"),
    [(None, None, ""), (None, 5.0, ""), (404.0, None, "404"), (49.0, 50.0, "49, at least 50"),
     (51.0, 50.0, "51, at most 50")],
)  # fmt: skip
def test_verdict(value: float | None, broken: float | None, expected: str) -> None:
    assert tabular.verdict(value, broken) == expected
