import itertools
import random
from pathlib import Path

import pytest

from winnow.pipelines.annotators.robots_table import Row
from winnow.pipelines.robots import newest
from winnow.pipelines.robots.newest import Newest, newer

OLD, NEW = "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"
RULES = "user-agent: *\ndisallow: /\n"


def row(captured: str, status: int = 200, rules: str | None = RULES, location: str | None = None) -> Row:
    return Row("https://a.org", captured, status, rules, location)


ASCENDING = [
    row("", 503, None), row(OLD, 503, None), row(NEW, 301, None), row(NEW, 503, None), row("", rules=""), row(""),
    row(OLD, 301, None, "https://b.org"), row(NEW, 200, ""), row(NEW), row(NEW, 301, None, "https://b.org"),
    row(NEW, 404, ""),
]  # fmt: skip


def test_which_row_counts() -> None:
    assert sorted(ASCENDING, key=newer) == ASCENDING


@pytest.mark.parametrize("order", [ASCENDING, ASCENDING[::-1]])
@pytest.mark.parametrize("most", [1, 1000, 1 << 26])
def test_the_order_of_rows_does_not_matter(tmp_path: Path, order: list[Row], most: int) -> None:
    found = Newest(str(tmp_path), most)
    for each in order:
        found.add(each)
    assert list(found.rows()) == [ASCENDING[-1]]


def test_many_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newest, "MOST_RUNS", 3)
    rows = [
        Row(f"https://h{n}.org", f"{year}", 200, f"{n % 7}", None) for n in range(200) for year in (2024, 2025, 2026)
    ]
    expected = sorted((each for each in rows if each.captured == "2026"), key=lambda each: each.origin)
    for seed in range(2):
        folder = tmp_path / str(seed)
        folder.mkdir()
        found = Newest(str(folder), most_characters=9000)
        for each in random.Random(seed).sample(rows, len(rows)):
            found.add(each)
        runs = list(itertools.chain.from_iterable(found._runs))
        assert len(found._runs) > 2
        assert sorted(str(path) for path in folder.iterdir()) == sorted(runs)  # those merged are gone
        assert list(found.rows()) == expected


def test_nothing(tmp_path: Path) -> None:
    assert list(Newest(str(tmp_path)).rows()) == []
