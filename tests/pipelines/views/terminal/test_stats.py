"""The figures of a build in the terminal: right, as wide as asked for, and nothing in them can draw on it."""

import json
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import duckdb
import pytest
from small_builds import EXACT_ONLY, SMALL_PARTS, finished, recipe

from winnow.pipelines.cli import main
from winnow.pipelines.errors import BadCall
from winnow.pipelines.recipe.model import Source
from winnow.pipelines.sources.tables.jsonl import Jsonl
from winnow.pipelines.views.tabular import width as columns
from winnow.pipelines.views.terminal.run_costs import costs
from winnow.pipelines.views.terminal.stats import bar, sparkline, written

HOSTILE = "h\x1b[31m\u202e" + "\u65b0\u805e" * 40
SOURCES = tuple(Source(name, Jsonl(language="in"), "jsonl") for name in ("a", HOSTILE))
BANGS, LENGTH = "long.bangs", "long.characters"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of source `a` 40 documents with 0, 1, … marks, two of them alike; of the other one is kept, one has no text."""
    root = tmp_path_factory.mktemp("build")
    rows = [{"text": f"text {n}{'!' * (n // 8)}", "in": "th"} for n in range(40)] + [{"text": "text 0", "in": "th"}]
    (root / "a.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    other = [json.dumps({"text": "other", "in": HOSTILE}), json.dumps({"text": "x"}), "7"]
    (root / "b.jsonl").write_text("".join(f"{line}\n" for line in other))
    made = recipe(sources=SOURCES, output=SMALL_PARTS, dedup=EXACT_ONLY)
    finished(root / "out", made, [f"a={root}/a.jsonl", f"{HOSTILE}={root}/b.jsonl"])
    (root / "out/run.json").write_text(json.dumps({"seconds": 12.34, "jobs": {"ingest": 8, "write": 2}, "workers": 2}))
    return root / "out"


def value(built: Path, rule: str | None = None) -> Any:
    return json.loads(written(str(built), rule, True, 100))


def test_figures_are_those_of_the_rows(built: Path) -> None:
    found = value(built)
    kept = duckdb.sql(f"SELECT count(*), sum(characters) FROM '{built}/corpus/**/*.parquet'").fetchall()[0]
    assert found["total"]["kept"] == [*kept]
    assert [(of["source"], of["documents"], of["copies"]) for of in found["sources"]] == [("a", 41, 1), (HOSTILE, 3, 0)]
    assert [(s["name"], s["dropped"], s["left"]) for s in found["funnels"][0]["stages"] if s["dropped"]] == [
        ("read", 1, 43), ("long", 17, 26), ("dedup", 1, 25)]  # fmt: skip
    dropped = duckdb.sql(f"SELECT rule, count(*) FROM '{built}/rejected/**/*.parquet' GROUP BY 1").fetchall()
    rules = {rule["rule"]: rule["dropped"] for rule in found["rules"]}
    assert rules | {"duplicate.exact": 1, "jsonl.no_object": 1} == dict(dropped)
    assert found["duplicates"] == {"exact": 1, "near": 0, "other": {}, "clusters": 1, "members": 2, "largest": 2}
    assert found["lengths"]["kept"]["quantiles"]["p50"] == 8
    assert found["run"]["seconds"] == 12.34
    assert (found["lengths"]["dropped"]["documents"], found["lengths"]["dropped"]["quantiles"]["p1"]) == (18, 1)


def test_a_rule_shows_its_values_and_what_other_limits_would_do(built: Path) -> None:
    (group,) = value(built, BANGS)["groups"]
    query = f"""SELECT long.bangs, count(*) FROM (SELECT long, language FROM '{built}/corpus/**/*.parquet'
        UNION ALL SELECT long, language FROM '{built}/rejected/**/*.parquet')
        WHERE long.bangs IS NOT NULL GROUP BY 1 ORDER BY 1"""
    counted = duckdb.sql(query).fetchall()
    assert [(of["low"], sum(of[name] for name in ("kept", "alone", "first", "another")))
            for of in group["bins"]] == counted  # fmt: skip
    others = {of["limit"]: (of["more"], of["fewer"]) for of in group["others"]}
    kept = duckdb.sql(f"SELECT count(*) FROM '{built}/corpus/**/*.parquet' WHERE long.bangs > 1").fetchall()[0][0]
    alone = duckdb.sql(f"""SELECT count(*) FROM '{built}/rejected/**/*.parquet'
        WHERE failed = ['{BANGS}'] AND long.bangs <= 4""").fetchall()[0][0]
    assert others[1] == ({"least": 0, "most": 0}, {"least": kept, "most": kept})
    assert others[4] == ({"least": alone, "most": alone}, {"least": 0, "most": 0})
    assert others[2] == ({"least": 0, "most": 0}, {"least": 0, "most": 0})
    text = written(str(built), BANGS, False, 100)
    assert "max 2, above: dropped" in text
    assert "2 (now)" in text


@pytest.mark.parametrize("width", [60, 80, 100, 160])
@pytest.mark.parametrize("rule", [None, BANGS, LENGTH])
def test_it_is_as_wide_as_the_terminal(built: Path, width: int, rule: str | None) -> None:
    text = written(str(built), rule, False, width)
    assert [line for line in text.split("\n") if columns(line) > width] == []
    assert {unicodedata.category(c) for line in text.split("\n") for c in line} & {"Cc", "Cf", "Cs"} == set()
    assert HOSTILE not in text


def test_json_is_ascii(built: Path) -> None:
    assert written(str(built), None, True, 100).isascii()


def test_a_rule_that_there_is_not(built: Path) -> None:
    with pytest.raises(BadCall, match=r"'long\.bang' is none of .*did you mean 'long\.bangs'"):
        written(str(built), "long.bang", False, 100)


@pytest.mark.parametrize("content", [None, b"", b"[1]", b'"x"', b"\xff", b'{"seconds": NaN, "jobs": {"a": "x"}}',
                                     b'{"jobs": [], "workers": true, "idle_share": 7}',
                                     b'{"jobs": {"\\u001b[31m\\ud800": 1e300, "b": 2}}'])  # fmt: skip
def test_any_run_json_does(
    built: Path, tmp_path: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(built, tmp_path / "out")
    if content is None:
        (tmp_path / "out/run.json").unlink()
    else:
        (tmp_path / "out/run.json").write_bytes(content)
    assert main(["stats", f"{tmp_path}/out"]) == 0
    assert "\x1b" not in capsys.readouterr().out
    assert main(["stats", f"{tmp_path}/out", "--json"]) == 0


def test_what_a_run_took() -> None:
    run = {"seconds": 39.739, "documents_a_second": 13.035, "workers": 2, "idle_share": 0.4964,
           "jobs": {"ingest": 30.0, "write": 7.5}, "cpu_seconds_by_stage": {"scan": 1.285},
           "peak_mib_by_stage": {"scan": 172.3, "join": 295.2}}  # fmt: skip
    assert costs(run, 40, bar) == [
        "", "The run (run.json): 39.7 s, 13 documents/s, 2 workers, 49.6 % idle",
        f"  ingest   30 s  {'█' * 23}", f"  write   7.5 s  {'█' * 5}▊",
        "", "  stage  processor  of children  peak memory", "  scan      1.28 s                   172 MiB",
        "  join                               295 MiB",
    ]  # fmt: skip
    assert costs(None, 40, bar) == []


@pytest.mark.parametrize(
    ("part", "whole", "width", "expected"),
    [(0, 10, 4, ""), (10, 10, 4, "████"), (5, 10, 4, "██"), (1, 10**9, 4, "▏"), (1, 16, 4, "▎"), (3, 0, 4, ""),
     (20, 10, 2, "██"), (1, 2, 0, "")],
)  # fmt: skip
def test_bars(part: int, whole: int, width: int, expected: str) -> None:
    assert bar(part, whole, width) == expected


@pytest.mark.parametrize(
    ("counts", "width", "expected"),
    [([], 9, ""), ([0, 0], 9, ""), ([8, 4, 0, 1], 9, "█▄ ▁"), ([1, 10**6], 9, "▁█"), ([1, 1, 2, 2, 4], 3, "▄██"),
     ([4, 0, 0], 9, "█")],
)  # fmt: skip
def test_sparklines(counts: list[int], width: int, expected: str) -> None:
    assert sparkline(counts, width) == expected
