import dataclasses
import itertools
import json
import pickle
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small_builds import (
    EXACT_ONLY,
    LOCAL,
    NEAR,
    SMALL_PARTS,
    Built,
    deduplicated,
    ingested,
    recipe,
    warc,
    whole,
    written,
)

from winnow.pipelines.corpus import gathering, parts
from winnow.pipelines.corpus.parts import Keys, OutOfOrder, Part, plan
from winnow.pipelines.corpus.receipt import Rows
from winnow.pipelines.corpus.weights import ROW_WEIGHT, Weights
from winnow.pipelines.counts import NONE, Count
from winnow.pipelines.files.sealed import save_typed
from winnow.pipelines.plan.job import Job
from winnow.pipelines.plan.names import CORPUS, KEYS, REJECTED, part_table
from winnow.pipelines.plan.units import Block, Listed, UnitRange
from winnow.pipelines.recipe.model import Output


def weighed(*weights: int) -> Iterator[Weights]:
    """Of units, each with one folder; without it where the weight is 0."""
    return (Weights({"corpus": {"f": weight}} if weight else {}) for weight in weights)


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ([], []),
        ([0], []),
        ([1], [(0, 0, 1, 0)]),
        ([10], [(0, 0, 1, 0)]),
        ([11], [(0, 0, 1, 0), (1, 0, 1, 0)]),
        ([10, 1], [(0, 0, 1, 0), (1, 1, 2, 10)]),
        ([9, 0, 2], [(0, 0, 3, 0), (1, 2, 3, 9)]),
        ([0, 9, 0], [(0, 1, 2, 0)]),
        ([25], [(0, 0, 1, 0), (1, 0, 1, 0), (2, 0, 1, 0)]),
        ([25, 5, 1], [(0, 0, 1, 0), (1, 0, 1, 0), (2, 0, 2, 0), (3, 2, 3, 30)]),
    ],
)
def test_a_plan(weights: list[int], expected: list[tuple[int, int, int, int]]) -> None:
    """Parts as (number, first unit, end, weight before the first)."""
    assert plan(weighed(*weights), 10) == [Part("corpus", "f", *part) for part in expected]


def test_a_part_is_as_small_for_many_units_as_for_one() -> None:
    one, many = plan(weighed(1), 1 << 20), plan(weighed(*[1] * 100_000), 1 << 20)
    assert (len(one), len(many), many[0].end) == (1, 1, 100_000)
    assert abs(len(pickle.dumps(many[0])) - len(pickle.dumps(one[0]))) < 10


def test_parts_are_planned_by_table_and_folder() -> None:
    weights = Weights({"rejected": {"b": 1}, "corpus": {"z": 1, "a": 1}, "clusters": {"": 1}})
    assert [p.path for p in plan([weights], 10)] == [
        "clusters/part-00000.parquet", "corpus/a/part-00000.parquet", "corpus/z/part-00000.parquet",
        "rejected/b/part-00000.parquet",
    ]  # fmt: skip


TEXTS = [
    f"{word} " * n
    for n, word in zip((1, 9, 30, 2, 400, 1, 5, 60, 3, 90, 20, 8, 150, 4, 7, 11), "abcdefghijklmnop", strict=True)
]
TEXTS = ["no!!!", *TEXTS, TEXTS[3], TEXTS[7], "ya!!!"]
SHORT = recipe(dedup=EXACT_ONLY, output=SMALL_PARTS)


def contents(made: Built) -> dict[str, list[tuple[int, int]]]:
    """path -> [(offset, characters)] for corpus/."""
    tables = {
        p: pq.read_table(pa.BufferReader(content)) for p, content in made.files().items() if p.startswith("corpus")
    }
    return {path: [(row["offset"], row["characters"]) for row in table.to_pylist()] for path, table in tables.items()}


def test_files_do_not_depend_on_units(tmp_path: Path) -> None:
    warc(tmp_path / "a.warc.gz", TEXTS)
    warc(tmp_path / "b.warc", TEXTS[5:9], zipped=False)
    results = [whole(tmp_path / str(size), SHORT, [f"{tmp_path}/*.warc*"], size) for size in (1, 500, 2000, 1 << 20)]
    assert [len(made.units) > n for made, n in zip(results, (20, 5, 3, 0), strict=True)] == [True] * 4
    assert len(results[-1].units) == 1
    for made in results[:-1]:
        assert made.files() == results[-1].files()
        assert made.receipts == results[-1].receipts


@pytest.mark.slow
def test_random_rows_in_random_units(tmp_path: Path) -> None:
    dice = random.Random(7)
    for case in range(6):
        texts = [
            dice.choice("abcdef") * dice.choice((4, 5, 50, 200, 899, 900, 901, 2500))
            for _ in range(dice.randint(1, 25))
        ]
        warc(tmp_path / "a.warc.gz", texts)
        size = dice.choice((99, 100, 101, 500, 1000))
        made = recipe(dedup=NEAR, output=Output(size, dice.choice((1, 250, 5000)), dice.choice((1, 3, 1000))))
        results = [
            whole(tmp_path / f"{case}-{bytes}", made, [f"{tmp_path}/a.warc.gz"], bytes)
            for bytes in (1, dice.randint(300, 3000), 1 << 20)
        ]
        for result in results:
            assert result.files() == results[0].files()
            assert [r.path for r in result.receipts if not r.file.rows] == []
            assert result.entries() == results[0].entries()


FEW = (1, 2, 3, 5, 8, 13, 21)


@pytest.mark.parametrize(
    "rows", [*FEW, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 22) if n not in FEW)]
)
def test_no_part_is_empty(tmp_path: Path, rows: int) -> None:
    warc(tmp_path / "a.warc.gz", [f"{i:04}" * 40 for i in range(rows)])
    made = whole(tmp_path / "out", SHORT, [f"{tmp_path}/a.warc.gz"], 700)
    assert [sum(r.file.rows for r in made.receipts if r.table == table) for table in (CORPUS, KEYS)] == [rows, rows]
    assert min(r.file.rows for r in made.receipts) > 0


def test_a_row_belongs_to_the_part_where_it_ends(tmp_path: Path) -> None:
    sizes = [400, 400, 100, 5000, 300, 300, 299, 1]
    ends = list(itertools.accumulate(min(size + ROW_WEIGHT, 1000) for size in sizes))
    warc(tmp_path / "a.warc.gz", [f"{i}" * size if size > 4 else "abcde" for i, size in enumerate(sizes)])
    made = contents(whole(tmp_path / "out", SHORT, [f"{tmp_path}/a.warc.gz"], 500))
    assert ends == [500, 1000, 1200, 2200, 2600, 3000, 3399, 3500]
    assert [[size for _, size in rows] for rows in made.values()] == [[400, 400], [100], [5000, 300, 300], [299, 5]]


def test_row_groups_are_cut_by_characters_and_rows(tmp_path: Path) -> None:
    warc(tmp_path / "a.warc.gz", [f"{i:05}" for i in range(8)] + ["x" * 250])
    output = Output(part_characters=10_000, row_group_characters=5 * 105, row_group_rows=3)
    made = whole(tmp_path / "out", recipe(dedup=EXACT_ONLY, output=output), [f"{tmp_path}/a.warc.gz"], 500)
    file = pq.ParquetFile(pa.BufferReader(made.files()["corpus/web/unknown/part-00000.parquet"]))
    assert [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)] == [3, 2, 3, 1]


def test_a_receipt(tmp_path: Path) -> None:
    path = warc(tmp_path / "a.warc.gz", ["hello", "world!!!", "other", "hello"])
    made = whole(tmp_path / "out", SHORT, [str(path)])
    found = {r.path: r for r in made.receipts}
    file = str(path)
    assert {p: r.rows for p, r in found.items()} == {
        "clusters/part-00000.parquet": {},
        "corpus/web/unknown/part-00000.parquet": {file: Rows(2, Count(2, 10))},
        "keys/part-00000.parquet": {},
        "rejected/dedup/part-00000.parquet": {file: Rows(1, NONE, {"dedup": {"duplicate.exact": Count(1, 5)}})},
        "rejected/long/part-00000.parquet": {file: Rows(1, NONE, {"long": {"long.bangs": Count(1, 8)}})},
    }
    corpus = found["corpus/web/unknown/part-00000.parquet"]
    assert (corpus.first[:2], corpus.last[:2], corpus.first < corpus.last) == (
        ("web", file),
        ("web", file),
        True,
    )
    assert corpus.file.bytes == len(made.files()[corpus.path])


def test_a_unit_given_twice_is_out_of_order(tmp_path: Path) -> None:
    warc(tmp_path / "a.warc.gz", ["hello", "world"])
    made = relisted(deduplicated(ingested(tmp_path / "out", SHORT, [f"{tmp_path}/a.warc.gz"])), 2, 1)
    with pytest.raises(OutOfOrder, match=r"a\.warc\.gz: the row at offset \d+, part 0 comes after"):
        written(made)


def test_units_in_the_wrong_order(tmp_path: Path) -> None:
    warc(tmp_path / "a.warc.gz", ["hello", "world"])
    made = relisted(deduplicated(ingested(tmp_path / "out", SHORT, [f"{tmp_path}/a.warc.gz"], 1)), 1, -1)
    with pytest.raises(OutOfOrder):
        written(made)
    part = made.parts[0]
    assert not Path(made.job.names.path(part.path)).exists()
    assert not Path(part.receipt(made.job)).exists()


def relisted(made: Built, times: int, step: int) -> Built:
    """The same build with another list of its units; what was made of them stays under its name."""
    listed = (made.units * times)[::step]
    names, name = made.job.names, made.job.units
    save_typed(LOCAL, names.units_block(name, 0), Block(tuple(listed)))
    save_typed(LOCAL, names.units(name), Listed(len(listed), (UnitRange(0, len(listed), 0),)))
    return dataclasses.replace(made, units=listed)


def keys(*rows: tuple[Any, ...]) -> pa.Table:
    return pa.table({name: [row[i] for row in rows] for i, name in enumerate(("source", "file", "offset", "part"))})


@pytest.mark.parametrize(
    ("groups", "right"),
    [
        ([[("a", "f", 0, 0), ("a", "f", 0, 1)], [("a", "f", 1, 0)]], True),
        ([[("a", "f", 9, 0)], [("a", "g", 0, 0), ("b", "a", 0, 0)]], True),
        ([[("a", "f", 9, 0)], [("a", "f", 10, 0)]], True),
        ([[("a", "f", 1, 0), ("a", "f", 1, 0)]], False),
        ([[("a", "f", 1, 0)], [("a", "f", 1, 0)]], False),
        ([[("a", "f", 1, 1), ("a", "f", 1, 0)]], False),
        ([[("a", "g", 0, 0)], [("a", "f", 1, 0)]], False),
    ],
)
def test_row_keys_ascend(groups: list[list[tuple[Any, ...]]], right: bool) -> None:
    found, *before, last = Keys(), *(keys(*group) for group in groups)
    for group in before:
        found.add(group)
    if not right:
        with pytest.raises(OutOfOrder):
            found.add(last)
        return
    found.add(last)
    assert (found.first, found.last) == (groups[0][0], groups[-1][-1])


def test_a_receipt_is_named_by_what_is_in_its_part(tmp_path: Path) -> None:
    made = ingested(tmp_path, SHORT, [str(warc(tmp_path / "a.warc.gz", ["hello"]))])
    job, part = made.job, Part("corpus", "web/en", 0, 0, 1, 0)

    def of(**change: Any) -> Job:
        return dataclasses.replace(job, recipe=dataclasses.replace(SHORT, **change))

    changes = ({"table": "rejected"}, {"folder": "web/de"}, {"number": 1})
    changed = [dataclasses.replace(part, **change) for change in changes]  # type: ignore[arg-type]
    jobs = [job, of(output=Output(7)), of(dedup=NEAR), of(rejected_text="none"), dataclasses.replace(job, units="x")]
    receipts = {*(part.receipt(each) for each in jobs), *(p.receipt(job) for p in changed)}
    assert len(receipts) == 8
    assert part.receipt(dataclasses.replace(job, compared=99, unit_bytes=3)) == part.receipt(job)
    assert json.loads(json.dumps(part.path)) == "corpus/web/en/part-00000.parquet"


def test_a_part_that_is_not_what_its_receipt_tells_of_is_not_written(tmp_path: Path) -> None:
    made = whole(tmp_path / "out", SHORT, [str(warc(tmp_path / "a.warc.gz", TEXTS))])
    before = made.files()
    for part in made.parts:
        path, receipt = Path(made.job.names.path(part.path)), Path(part.receipt(made.job))
        files = [path, receipt]
        if part.table in (CORPUS, REJECTED):
            files += [Path(part_table(str(receipt), name)) for name in gathering.SCHEMAS]
        assert parts.written(made.work, part)
        for file, spoil in itertools.product(files, (bytes.upper, lambda b: b[:-9], None)):
            content = file.read_bytes()
            if spoil is None:
                file.unlink()
            else:
                file.write_bytes(spoil(content))
            assert not parts.written(made.work, part)
            file.write_bytes(content)
        path.unlink()
    written(made)
    assert made.files() == before
