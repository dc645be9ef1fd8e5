"""What the commands say of a finished build. The build is a few rows, written as a build writes them."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import ledger, recipe, recipe_file, schema
from pipelines.errors import BadCall
from pipelines.views import explain

A, B, C = "a" * 32, "b" * 32, "c" * 32
RECIPE = """
name = "small"
[[source]]
name = "web"
[[step]]
use = "language"
[[step]]
use = "gopher_quality"
"""
QUALITY = {"words": 60.0, "mean_word_length": 4.5, "stop_words": 3.0}


def _row(offset: int, id: str, url: str | None, text: str | None, **more: Any) -> dict[str, Any]:
    row = {
        "id": id, "url": url, "text": text, "title": None, "date": None, "captured": "2026-01-31T00:00:00Z",
        "source": "web", "file": "in/a.warc.gz", "offset": offset, "part": 0, "language": "en", "language_score": 0.91,
        "code_language": None, "licence": None, "characters": len(text or ""), "cluster": None, "cluster_size": None,
        "meta": [], "gopher_quality": QUALITY,
    }  # fmt: skip
    return row | more


def _why(stage: str, rule: str, value: float | None = None, limit: float | None = None, **more: Any) -> dict[str, Any]:
    return {"stage": stage, "rule": rule, "failed": [rule], "value": value, "limit": limit, "detail": None} | more


KEPT = [
    _row(0, A, "https://example.org/a", "The text that stayed.", cluster=A, cluster_size=2, title="A \x1b[31mtitle"),
    _row(5000, C, "https://example.org/twice", "Second try.", cluster=C, cluster_size=1),
]
REJECTED = [
    _row(100, B, "https://example.org/copy", "The text that stayed!", cluster=A, cluster_size=2,
         **_why("dedup", "duplicate.near", 0.7, 0.75, detail=A)),
    _row(200, "d" * 8 + "1" * 24, "https://example.org/short", None,
         **_why("gopher_quality", "gopher_quality.words", 49.0, 50.0,
                failed=["gopher_quality.words", "gopher_quality.stop_words"]))
    | {"gopher_quality": {"words": 49.0, "mean_word_length": None, "stop_words": 1.0}, "characters": 250},
    _row(300, "d" * 8 + "2" * 24, None, None, **_why("read", "warc.gap", detail="300+4096"), language=None,
         language_score=None) | {"gopher_quality": None},
    _row(400, "e" * 32, "https://example.org/twice", None, **_why("read", "http.status", 503.0))
    | {"gopher_quality": None},
]  # fmt: skip


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("build")
    (root / "small.toml").write_text(RECIPE, encoding="utf-8")
    made = recipe_file.load(root / "small.toml")
    _write(root / "corpus/web/en/part-00000.parquet", KEPT, schema.corpus(made))
    for stage in ("dedup", "gopher_quality", "read"):
        rows = [row for row in REJECTED if row["stage"] == stage]
        _write(root / f"rejected/{stage}/part-00000.parquet", rows, schema.rejected(made))
    clusters = [KEPT[0] | {"similarity": 1.0, "kept": True}, REJECTED[0] | {"similarity": 0.7, "kept": False}]
    _write(root / "clusters/part-00000.parquet", clusters, schema.CLUSTERS)
    for name in ("README.md", "recipe.lock.toml"):
        (root / name).write_text("", encoding="utf-8")
    (root / "ledger.json").write_text(json.dumps(_ledger(made, root)), encoding="utf-8")
    return str(root)


def _write(path: Path, rows: list[dict[str, Any]], target: pa.Schema) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, target), path, row_group_size=1)


def _ledger(made: recipe.Recipe, root: Path) -> dict[str, Any]:
    files = {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*.parquet")}
    rejected: dict[str, dict[str, list[int]]] = {}
    for row in REJECTED:
        rejected.setdefault(row["stage"], {})[row["rule"]] = [1, row["characters"]]
    entry = {"bytes": 8192, "records": 5, "gaps": 1, "gap_bytes": 4096, "other_records": {"request": 5},
             "kept": [2, sum(row["characters"] for row in KEPT)], "rejected": rejected}  # fmt: skip
    sources = {"web": {"licence": None, "files": {"in/a.warc.gz": entry}, "total": ledger.totals([entry])}}
    return {
        "format": ledger.FORMAT, "recipe": {"name": "small", "about": "", "sha256": hashlib.sha256().hexdigest()},
        "versions": {}, "sources": sources, "total": ledger.totals([entry]), "rules": ledger.rules(made, []),
        "edits": {}, "duplicates": {}, "kept": {name: ledger.distribution({"en": [2, 32]}) for name in
                                   ("language", "domain", "tld", "year", "captured", "licence")},
        "examples": {"kept": [], "rejected": {}},
        "files": {path: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
                  for path, content in files.items()},
    }  # fmt: skip


def test_summary(build: str) -> None:
    text = explain.summary(build)
    assert text.splitlines()[0] == "5 records and 1 gap of 1 file (8.0 KiB): 2 documents kept (33.3 %), 32 characters"
    assert [line.split() for line in text.splitlines()[3:7]] == [
        ["gaps", "1", "16.7", "%", "most", "by", "warc.gap"],
        ["read", "1", "20.0", "%", "most", "by", "http.status"],
        ["gopher_quality", "1", "25.0", "%", "most", "by", "gopher_quality.words"],
        ["dedup", "1", "33.3", "%", "most", "by", "duplicate.near"],
    ]
    assert len(text.splitlines()) == 11


def test_summary_of_a_build_elsewhere() -> None:
    assert explain.summary("gs://bucket/out").splitlines()[0] == "done: gs://bucket/out"


def test_card_comes_from_the_ledger(build: str) -> None:
    assert explain.card(build).split("\n---\n")[1].splitlines()[1] == "# small"


def test_ledger_table(build: str) -> None:
    text, right = explain.ledger(build)
    lines = [line.split() for line in text.splitlines()]
    assert lines[2] == ["in/a.warc.gz", "8.0", "KiB", "5", "1", "5", "4", "2", "33.3", "%", "32"]
    assert lines[-2] == ["dedup", "duplicate.near", "1", "33.3", "%", "21"]
    assert lines[-1] == ["kept", "2", "32"]
    assert right is True


def test_ledger_as_json(build: str) -> None:
    text, right = explain.ledger(build, as_json=True)
    assert (json.loads(text), right) == (json.loads(Path(build, "ledger.json").read_text(encoding="utf-8")), True)
    assert explain.ledger(build, check=True, as_json=True) == ('{\n "right": true,\n "wrong": []\n}', True)


def test_check_holds(build: str) -> None:
    expected = f"{build}: the ledger holds: 5 records and 1 gap of 1 file are 2 rows of corpus/ and 4 rows of rejected/"
    assert explain.ledger(build, check=True) == (expected, True)


def _copy(build: str, to: Path) -> Path:
    for path in Path(build).rglob("*"):
        if path.is_file():
            target = to / path.relative_to(build)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return to


def test_check_finds_what_is_gone(build: str, tmp_path: Path) -> None:
    root = _copy(build, tmp_path)
    (root / "rejected/read/part-00000.parquet").unlink()
    text, right = explain.ledger(str(root), check=True)
    assert text.splitlines()[0] == f"{root}: the ledger does not hold:"
    size = Path(build, "rejected/read/part-00000.parquet").stat().st_size
    assert (text.splitlines()[1:], right) == ([
        f"  rejected/read/part-00000.parquet: 0 bytes, {size} were written",
        "  in/a.warc.gz: rows of rejected/ under http.status: [1, 0] by the ledger, as [documents, characters], "
        "[0, 0] written",
    ], False)  # fmt: skip


def test_a_damaged_file(build: str, tmp_path: Path) -> None:
    root = _copy(build, tmp_path)
    damaged = root / "rejected/read/part-00000.parquet"
    damaged.write_bytes(damaged.read_bytes()[:-20])
    text, right = explain.ledger(str(root), check=True)
    assert (text.splitlines()[0], right) == (f"{root}: the ledger does not hold:", False)
    with pytest.raises(BadCall, match=r"rejected/read/part-00000.parquet: cannot be read"):
        explain.why(str(root), "https://example.org/a")


def test_why_kept(build: str) -> None:
    text, found = explain.why(build, "https://example.org/a")
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
    text, found = explain.why(build, wanted)
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
        ("https://other.example/", "nor any of its site: it was not in the 1 input file"),
        ("http://[broken", "nor any of its site: it was not in the 1 input file"),
        ("", "nor any of its site: it was not in the 1 input file"),
        ("d" * 8, f"2 ids begin with dddddddd; give more digits: {'d' * 8 + '1' * 24}, {'d' * 8 + '2' * 24}"),
        ("abc", "abc is too short for an id: give at least 8 of its 32 digits, or an address"),
        ("0" * 8, f"no document with the id {'0' * 8}"),
    ],
)  # fmt: skip
def test_why_not_found(build: str, wanted: str, expected: str) -> None:
    text, found = explain.why(build, wanted)
    assert (found, len(text.splitlines()), text.endswith(expected)) == (False, 1, True)
