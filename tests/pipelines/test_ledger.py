import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from small_builds import EXACT_ONLY, LOCAL, Built, recipe, warc, whole

from pipelines import ledger
from pipelines.errors import BuildFailed
from pipelines.ledger import Unbalanced
from pipelines.sealed import read_sealed, write_sealed
from pipelines.storage import read_json, write_json

TEXTS = ["hello world", "no", "hello world", "!!!!!!", "something else"]
SMALL = recipe(dedup=EXACT_ONLY)


@pytest.fixture
def built(tmp_path: Path) -> Built:
    """A finished small build of two files, with the fields of ledger.json that a check reads."""
    warc(tmp_path / "a.warc.gz", TEXTS)
    content = warc(tmp_path / "b.warc.gz", ["lonely text", "cut"]).read_bytes()
    (tmp_path / "b.warc.gz").write_bytes(content[:-4])
    made = whole(tmp_path / "out", SMALL, [f"{tmp_path}/*.gz"], 900)
    files = {r["path"]: {name: r[name] for name in ("rows", "bytes", "sha256")} for r in made.receipts}
    sources = {name: {"files": entries} for name, entries in made.ledger().items()}
    write_json(LOCAL, made.job.path("ledger.json"), {"sources": sources, "files": files})
    return made


def test_a_balanced_ledger(built: Built, tmp_path: Path) -> None:
    a, b = built.ledger()["web"].values()
    assert {k: a[k] for k in ("bytes", "records", "gaps", "gap_bytes", "other_records", "kept", "rejected")} == {
        "bytes": (tmp_path / "a.warc.gz").stat().st_size, "records": 5, "gaps": 0, "gap_bytes": 0,
        "other_records": {"request": 1}, "kept": [2, 25],
        "rejected": {
            "dedup": {"duplicate.exact": [1, 11]}, "long": {"long.bangs": [1, 6], "long.characters": [1, 2]},
        },
    }  # fmt: skip
    assert (b["records"], b["gaps"], b["kept"], b["rejected"]) == (1, 1, [1, 11], {"read": {"warc.gap": [1, 0]}})
    assert ledger.check(LOCAL, built.job.root) == []


def tally_of(built: Built) -> str:
    """Path of the tally of the chunk that holds the first record of a.warc.gz."""
    return f"{built.job.chunk(built.chunks[0])}.json"


def planted(path: str, change: Callable[[Any], None]) -> None:
    public = path.endswith("ledger.json")
    value = read_json(LOCAL, path) if public else read_sealed(LOCAL, path)
    change(value)
    (write_json if public else write_sealed)(LOCAL, path, value)


def early_end(tally: Any) -> None:
    tally["records"] -= 1


def read_twice(tally: Any) -> None:
    tally["records"] += 1


def lost_other(tally: Any) -> None:
    tally["others"] = {}


def renamed_other(tally: Any) -> None:
    tally["others"] = {"metadata": 1}


def lost_document(tally: Any) -> None:
    tally["kept"] = [tally["kept"][0] - 1, tally["kept"][1]]


def doubled_document(tally: Any) -> None:
    tally["rejected"].setdefault("long", {}).setdefault("long.bangs", [0, 0])[0] += 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (early_end, "records and gaps: 6 in the file by its census, 5 read"),
        (read_twice, "records and gaps: 6 in the file by its census, 7 read"),
        (lost_other, "records of other types: {'request': 1} by census, {} read"),
        (renamed_other, "records of other types: {'request': 1} by census, {'metadata': 1} read"),
        (lost_document, "records and gaps: 5 that must become rows, 4 that did"),
        (doubled_document, "records and gaps: 5 that must become rows, 6 that did"),
    ],
)
def test_a_tally_that_differs_is_found(built: Built, tmp_path: Path, change: Callable[[Any], None], said: str) -> None:
    planted(tally_of(built), change)
    with pytest.raises(Unbalanced) as error:
        built.ledger()
    assert str(error.value) == f"{tmp_path}/a.warc.gz: {said}"
    assert isinstance(error.value, BuildFailed)


@pytest.mark.parametrize(
    ("rule", "pair", "said"),
    [
        ("", [1, 11], "rows of corpus/: [2, 25] by the ledger, as [documents, characters], [1, 11] written"),
        ("", [3, 36], "rows of corpus/: [2, 25] by the ledger, as [documents, characters], [3, 36] written"),
        ("", [2, 24], "rows of corpus/: [2, 25] by the ledger, as [documents, characters], [2, 24] written"),
        ("long.bangs", None, "rows of rejected/ under long.bangs: [1, 6] by the ledger"),
        ("long.bangs", [2, 12], "rows of rejected/ under long.bangs: [1, 6] by the ledger"),
        ("new.rule", [1, 1], "rows of rejected/ under new.rule: [0, 0] by the ledger"),
        ("duplicate.exact", None, "rows of corpus/: [3, 36] by the ledger"),
        ("duplicate.exact", [2, 22], "rows of corpus/: [1, 14] by the ledger"),
        ("duplicate.near", [1, 11], "rows of corpus/: [1, 14] by the ledger"),
    ],
)
def test_rows_that_differ_are_found(built: Built, tmp_path: Path, rule: str, pair: list[int] | None, said: str) -> None:
    rows = ledger.merged_rows(built.receipts)
    path = f"{tmp_path}/a.warc.gz"
    if pair is None:
        del rows[path][rule]
    else:
        rows[path][rule] = pair
    with pytest.raises(Unbalanced) as error:
        ledger.files(LOCAL, built.job, built.inputs, built.chunks, rows)
    assert str(error.value).startswith(f"{path}: {said}")


def test_a_file_without_rows_is_found(built: Built, tmp_path: Path) -> None:
    with pytest.raises(Unbalanced, match=r"a\.warc\.gz: rows of"):
        ledger.files(LOCAL, built.job, built.inputs, built.chunks, {})


def test_a_lost_chunk_is_found(built: Built) -> None:
    with pytest.raises(Unbalanced, match="by its census"):
        ledger.files(LOCAL, built.job, built.inputs, built.chunks[1:], ledger.merged_rows(built.receipts))


CORPUS, REJECTED = "corpus/web/unknown/part-00000.parquet", "rejected/long/part-00000.parquet"


@pytest.mark.parametrize("path", [CORPUS, REJECTED, "clusters/part-00000.parquet", "rejected/read/part-00000.parquet"])
def test_a_check_finds_a_deleted_file(built: Built, path: str) -> None:
    Path(built.job.path(path)).unlink()
    size = read_json(LOCAL, built.job.path("ledger.json"))["files"][path]["bytes"]
    assert ledger.check(LOCAL, built.job.root)[0] == f"{path}: 0 bytes, {size} were written"


def test_a_check_says_which_rows_are_gone(built: Built, tmp_path: Path) -> None:
    Path(built.job.path(REJECTED)).unlink()
    assert [line.split(":", 1)[0] for line in ledger.check(LOCAL, built.job.root)] == [
        REJECTED,
        f"{tmp_path}/a.warc.gz",
    ]


@pytest.mark.parametrize("path", [CORPUS, REJECTED])
def test_a_check_finds_a_truncated_file(built: Built, path: str) -> None:
    file = Path(built.job.path(path))
    file.write_bytes(file.read_bytes()[:-9])
    assert ledger.check(LOCAL, built.job.root)[0].startswith(f"{path}: {file.stat().st_size} bytes, ")


def test_a_check_finds_lost_and_doubled_rows(built: Built, tmp_path: Path) -> None:
    table = pq.read_table(built.job.path(REJECTED), partitioning=None)
    pq.write_table(table.slice(1), built.job.path("rejected/long/part-00001.parquet"))
    (line,) = ledger.check(LOCAL, built.job.root)
    assert line.startswith(f"{tmp_path}/a.warc.gz: rows of rejected/ under long.")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda e: e.update(kept=[3, 25]), "rows of corpus/"),
        (lambda e: e["rejected"]["long"].pop("long.bangs"), "rows of rejected/ under long.bangs"),
        (lambda e: e.update(records=6), "records and gaps: 6 read, 5 in rows"),
        (lambda e: e.update(gaps=1), "records and gaps: 6 read, 5 in rows"),
    ],
)
def test_a_check_finds_a_changed_count(built: Built, tmp_path: Path, change: Callable[[Any], Any], said: str) -> None:
    path = f"{tmp_path}/a.warc.gz"
    planted(built.job.path("ledger.json"), lambda made: change(made["sources"]["web"]["files"][path]))
    (line,) = ledger.check(LOCAL, built.job.root)
    assert line.startswith(f"{path}: {said}")


def test_a_check_finds_a_file_that_the_ledger_does_not_know(built: Built, tmp_path: Path) -> None:
    planted(built.job.path("ledger.json"), lambda made: made["sources"]["web"]["files"].pop(f"{tmp_path}/b.warc.gz"))
    assert ledger.check(LOCAL, built.job.root) == [f"{tmp_path}/b.warc.gz: has rows, but the ledger does not know it"]


def test_totals(built: Built) -> None:
    entries = list(built.ledger()["web"].values())
    before = copy.deepcopy(entries)
    total = ledger.totals(entries)
    assert (total["files"], total["records"], total["gaps"], total["kept"]) == (2, 6, 1, [3, 36])
    assert total["rejected"] == {**entries[0]["rejected"], **entries[1]["rejected"]}
    assert total["other_records"] == {"request": 2}
    assert ledger.totals([total, total])["files"] == 4
    assert entries == before
    assert ledger.totals([])["kept"] == [0, 0]


def test_rules_and_edits(built: Built) -> None:
    assert [(r["rule"], r["min"], r["max"], r["broken"], r["alone"]) for r in ledger.rules(SMALL, built.tallies)] == [
        ("long.characters", 5.0, None, 1, 1), ("long.bangs", None, 2.0, 1, 1)
    ]  # fmt: skip
    tallies = [{"edits": {"b": {"y": 1, "x": 2}}}, {"edits": {"b": {"x": 3}, "a": {}}}]
    assert json.dumps(ledger.edits(tallies)) == '{"a": {}, "b": {"x": 5, "y": 1}}'


@pytest.mark.parametrize(("more", "others"), [(0, [0, 0]), (99, [0, 0]), (100, [1, 10]), (103, [4, 40])])
def test_a_distribution(more: int, others: list[int]) -> None:
    counts = {f"{i:03}": [1, 10] for i in reversed(range(more))} | {"z": [2, 1]}
    found = ledger.distribution(counts)
    assert (found["distinct"], found["others"]) == (more + 1, others)
    assert list(found["top"]) == ["z", *(f"{i:03}" for i in range(min(more, 99)))]
    assert ledger.distribution({}) == {"distinct": 0, "top": {}, "others": [0, 0]}


@pytest.mark.parametrize(
    ("rejected", "kept", "share"),
    [
        ({}, 0, 0.0), ({}, 4, 0.0), ({"long": {"long.bangs": [1, 0]}}, 3, 0.25), ({"long": {"a": [1, 0]}}, 0, 1.0),
        ({"long": {"a": [1, 0], "b": [1, 0]}, "dedup": {"duplicate.near": [2, 0]}}, 4, 0.25),
        ({"read": {"http.status": [9, 0]}, "edit": {"edit.empty": [9, 0]}}, 1, 0.0),
    ],
)  # fmt: skip
def test_the_share_that_steps_dropped(rejected: Any, kept: int, share: float) -> None:
    assert ledger.dropped_share(SMALL, {"rejected": rejected, "kept": [kept, 0]}) == share
