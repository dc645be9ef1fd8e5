import gzip
import json
from pathlib import Path

import pytest

from benchmarks.facts import KNOWN, known, ours, shares, trafilaturas, verdict
from benchmarks.saved_pages import SavedPage

HTML = (
    "<html><head><title>High water | Valley</title><meta name='author' content='Ada Miller'>"
    "<meta property='article:published_time' content='2019-05-04'></head><body><h1>High water</h1><p>x"
)
PAGE = SavedPage("https://valley.example/a", "2026-01-31", HTML, "article", "High water", None, (), ())


@pytest.mark.parametrize(
    ("kind", "found", "truth", "expected"),
    [
        ("title", "High-water!", "high  WATER", "right"),
        ("title", "High water | Valley", "High water", "wrong"),
        ("title", None, "a", "missing"),
        ("title", "a", None, "undue"),
        ("title", None, None, "rightly none"),
        ("date", "2019-05-04", "2019-05-04T10:00", "right"),
        ("date", "2019-05-05", "2019-05-04", "wrong"),
        ("author", "Ben Stone; Ada Miller", "By Ada Miller and Ben Stone", "right"),
        ("author", "Ada Miller", "Ada Miller, Ben Stone", "wrong"),
    ],
)
def test_verdicts(kind: str, found: str | None, truth: str | None, expected: str) -> None:
    assert verdict(kind, found, truth) == expected


def test_shares_are_of_what_is_stated_or_not() -> None:
    found = [{"date": "2019-05-04"}, {"date": None}, {"date": "2019-05-04"}, {"date": None}]
    truth = [{"date": "2019-05-04"}, {"date": "2019-05-04"}, {"date": None}, {"date": None}]
    assert shares("date", found, truth) == {
        "stated": 2, "unstated": 2, "right": 0.5, "wrong": 0.0, "missing": 0.5, "rightly none": 0.5, "undue": 0.5,
    }  # fmt: skip


@pytest.mark.parametrize("read", [ours, trafilaturas])
def test_both_read_a_page(read: object) -> None:
    assert callable(read)
    assert read(PAGE) == {"title": "High water", "date": "2019-05-04", "author": "Ada Miller"}


def test_what_is_known(tmp_path: Path) -> None:
    path = tmp_path / KNOWN
    assert known([PAGE], path) == [{"title": "High water"}]
    with gzip.open(path, "wt") as lines:
        lines.write(json.dumps({"url": PAGE.url, "author": None, "date": "2019-05-04"}) + "\n")
    assert known([PAGE], path) == [{"title": "High water", "author": None, "date": "2019-05-04"}]
