import copy
import functools
import hashlib
import json
import operator
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from small_builds import EXACT_ONLY, LOCAL, Built, leave, recipe, warc, whole

from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.files.sealed import read_sealed, write_sealed
from winnow.pipelines.files.storage import read_json, write_bytes, write_json
from winnow.pipelines.ledger import balance as ledger
from winnow.pipelines.ledger.balance import Unbalanced

TEXTS = ["hello world", "no", "hello world", "!!!!!!", "something else"]
SMALL = recipe(dedup=EXACT_ONLY)


@pytest.fixture
def built(tmp_path: Path) -> Built:
    """A finished small build of two files."""
    warc(tmp_path / "a.warc.gz", TEXTS)
    content = warc(tmp_path / "b.warc.gz", ["lonely text", "cut"]).read_bytes()
    (tmp_path / "b.warc.gz").write_bytes(content[:-4])
    made = whole(tmp_path / "out", SMALL, [f"{tmp_path}/*.gz"], 900)
    files = {r["path"]: {name: r[name] for name in ("rows", "bytes", "sha256")} for r in made.receipts}
    leave(made.job.root, SMALL, "i", made.ledger(), files)
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


PROMISED = [CORPUS, REJECTED, "clusters/part-00000.parquet", "recipe.lock.toml", "README.md"]


@pytest.mark.parametrize("path", PROMISED)
def test_a_check_finds_one_flipped_bit(built: Built, path: str) -> None:
    file = Path(built.job.path(path))
    before = file.read_bytes()
    for at in (0, len(before) // 2, -1):
        flipped = bytearray(before)
        flipped[at] ^= 1
        file.write_bytes(flipped)
        found, wanted = (hashlib.sha256(content).hexdigest()[:12] for content in (flipped, before))
        lines = ledger.check(LOCAL, built.job.root)
        assert lines[0] == f"{path}: sha256 {found}, {wanted} was written"
        assert [line for line in lines[1:] if "rows of" not in line] == []


@pytest.mark.parametrize("path", ["recipe.lock.toml", "README.md"])
def test_a_check_finds_what_is_gone_beside_the_tables(built: Built, path: str) -> None:
    Path(built.job.path(path)).unlink()
    assert ledger.check(LOCAL, built.job.root) == [f"{path}: is gone"]


def test_the_card_of_another_version_may_be_worded_otherwise(built: Built) -> None:
    planted(built.job.path("ledger.json"), lambda made: made["versions"].update(winnow="0.0.1+abc"))
    Path(built.job.path("README.md")).write_text("other words")
    assert ledger.check(LOCAL, built.job.root) == []


@pytest.mark.parametrize(
    "path", ["corpus/web/en/part-00000.parquet", "rejected/long/.aside-0-part-00000.parquet", "clusters/notes.txt"]
)
def test_a_check_names_a_file_that_is_not_of_the_build(built: Built, path: str) -> None:
    write_bytes(LOCAL, built.job.path(path), b"PAR1 and no more")
    expected = [f"{path}: is no file of this build: the ledger does not know it"]
    assert ledger.check(LOCAL, built.job.root) == expected


def test_a_check_survives_a_file_that_its_ledger_calls_right(built: Built) -> None:
    content = b"PAR1" * 9
    write_bytes(LOCAL, built.job.path(CORPUS), content)
    new = {"rows": 1, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    planted(built.job.path("ledger.json"), lambda made: made["files"].update({CORPUS: new}))
    lines = ledger.check(LOCAL, built.job.root)
    assert [line.split(": ")[0] for line in lines] == [CORPUS, *(i.path for i in built.inputs)]
    assert lines[0].startswith(f"{CORPUS}: cannot be read: ")


def test_a_check_finds_lost_and_doubled_rows(built: Built, tmp_path: Path) -> None:
    """In a ledger that was made to fit the files."""
    path = Path(built.job.path(REJECTED))
    pq.write_table(pq.read_table(path, partitioning=None).slice(1), path)
    new = {"rows": 1, "bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    planted(built.job.path("ledger.json"), lambda made: made["files"].update({REJECTED: new}))
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
    assert [line for line in ledger.check(LOCAL, built.job.root) if line.startswith(f"{path}: {said}")] != []


def test_a_check_finds_a_file_that_the_ledger_does_not_know(built: Built, tmp_path: Path) -> None:
    planted(built.job.path("ledger.json"), lambda made: made["sources"]["web"]["files"].pop(f"{tmp_path}/b.warc.gz"))
    assert ledger.check(LOCAL, built.job.root)[-1] == f"{tmp_path}/b.warc.gz: has rows, but the ledger does not know it"


BROKEN: list[bytes] = [
    b"", b"{", b"null", b"[]", b"[1]", b"1", b'"x"', b"\xff\xfe", b"[" * 200_000, b'{"format": 2}', b'{"format": "1"}',
    b'{"format": true, "recipe": {"sha256": ""}, "versions": {}, "files": {}, "sources": {}}',
]  # fmt: skip
KEYS: list[tuple[str, ...]] = [("recipe",), ("recipe", "sha256"), ("versions",), ("files",), ("files", CORPUS),
        ("files", CORPUS, "bytes"), ("files", CORPUS, "sha256"), ("sources",), ("sources", "web"),
        ("sources", "web", "files")]  # fmt: skip


def test_a_ledger_that_is_none_is_named(built: Built) -> None:
    for content in BROKEN:
        Path(built.job.path("ledger.json")).write_bytes(content)
        with pytest.raises(ledger.BrokenLedger) as error:
            ledger.load(LOCAL, built.job.root)
        assert str(error.value) == f"{built.job.root}/ledger.json is damaged"
        assert ledger.check(LOCAL, built.job.root) == [str(error.value)]


def test_a_value_of_another_kind_is_a_damaged_ledger(built: Built, tmp_path: Path) -> None:
    path = built.job.path("ledger.json")
    whole = Path(path).read_bytes()
    entry = ("sources", "web", "files", f"{tmp_path}/a.warc.gz")
    own = [(*entry, name) for name in ("kept", "records", "gaps", "rejected")]
    for *places, last in (*KEYS, *own):
        for value in (None, 1.5, [0], {"a": 1}):
            made = json.loads(whole)
            functools.reduce(operator.getitem, places, made)[last] = value
            write_json(LOCAL, path, made)
            assert (ledger.check(LOCAL, built.job.root), last, value) == ([f"{path} is damaged"], last, value)


def test_a_ledger_of_which_no_card_can_be_made(built: Built) -> None:
    planted(built.job.path("ledger.json"), lambda made: made.pop("kept"))
    assert ledger.check(LOCAL, built.job.root) == ["ledger.json: is damaged: no data card can be made of it"]


def test_a_ledger_of_another_format_is_told(built: Built) -> None:
    planted(built.job.path("ledger.json"), lambda made: made.update(format=1))
    with pytest.raises(BadCall, match=r"ledger\.json has format 1, this winnow reads 2: use the one that wrote it"):
        ledger.load(LOCAL, built.job.root)


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
