"""keys/ as a build leaves it: a row for all that was compared, and the shingles of each, however files are cut."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from record_builds import two_sources, write
from small_builds import EXACT_ONLY, LOCAL, NEAR, SMALL_PARTS, Built, finished, recipe, warc

from winnow.pipelines.corpus import parts
from winnow.pipelines.corpus.receipt import KeyCounts, Receipt
from winnow.pipelines.dedup.build_keys import About, Hashed, KeyFiles, schema
from winnow.pipelines.dedup.keys import hashes_of
from winnow.pipelines.dedup.order import moments
from winnow.pipelines.dedup.settings import NearDuplicates
from winnow.pipelines.dedup.shingles import shingle
from winnow.pipelines.dedup.signatures import band_keys, content_keys, signatures
from winnow.pipelines.files.parquet import sha256_of
from winnow.pipelines.plan.names import ABOUT, KEYS, LISTED
from winnow.pipelines.recipe.model import Dedup, Output

TEXTS = [" ".join(f"w{n}x{i}" for i in range(60)) for n in range(4)]
GIVEN = [TEXTS[0], "no", TEXTS[1], TEXTS[1], TEXTS[2], TEXTS[2] + " more", "…!?!?", TEXTS[3]]
COMPARED = [text for text in GIVEN if text != "no"]


def rows(root: Path) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = pq.read_table(root / KEYS).to_pydict()  # readers pass over what is no Parquet
    return found


def sets(root: Path) -> list[list[int]]:
    """The shingle sets of all rows, by what the rows say of where they lie."""
    found = []
    for number, path in enumerate(sorted((root / KEYS).glob("part-*.parquet"))):
        values = np.fromfile(root / KEYS / f"_shingles-{number:05d}.bin", "<u8")
        ends = np.cumsum(pq.read_table(path)["shingles"].to_numpy()).tolist()
        assert ends[-1] == len(values)
        found += [values[start:end].tolist() for start, end in zip([0, *ends], ends, strict=False)]
    return found


def test_a_row_says_what_was_found_out_of_a_text(tmp_path: Path) -> None:
    near = NearDuplicates(shingle_words=2)
    made = recipe(dedup=Dedup(near=near, order=("-long.bangs", "longest")))
    built, ledger = finished(tmp_path / "a", made, [str(warc(tmp_path / "a.warc", GIVEN))])
    found, shingles = rows(tmp_path / "a"), shingle(COMPARED, 2)
    bands = band_keys(signatures(shingles, near.permutations, near.seed), near.bands)
    assert pq.read_schema(tmp_path / "a/keys/part-00000.parquet").equals(schema(near))
    kept = built.rows("kept")
    for name in ("source", "file", "offset", "part", "id", "characters"):
        assert found[name] == [row[name] for row in kept]
    assert found["documents"] == [1] * 7
    assert found["rule"] == [None, None, "duplicate.exact", "duplicate.near", None, None, None]
    assert found["moment"] == moments([row["captured"] for row in kept]).tolist()
    assert found["measures"] == [[float(text.count("!"))] for text in COMPARED]
    assert list(zip(found["content_0"], found["content_1"], strict=True)) == list(
        map(tuple, content_keys(COMPARED).tolist())
    )
    assert [found[f"band_{n}"] for n in range(16)] == bands.T.tolist()
    assert found["shingles"] == shingles.sizes.tolist()
    assert sets(tmp_path / "a") == [shingles.take(np.array([n])).values.tolist() for n in range(7)]
    assert found["shingle_sum"] == [sum(each) % (1 << 64) for each in sets(tmp_path / "a")]
    assert ledger.total.kept.documents == found["rule"].count(None)


def test_files_are_cut_by_size_alone(tmp_path: Path) -> None:
    made, pages = recipe(dedup=NEAR, output=SMALL_PARTS), [str(warc(tmp_path / "a.warc.gz", GIVEN))]
    finished(tmp_path / "whole", recipe(dedup=NEAR), pages)
    finished(tmp_path / "a", made, pages)
    finished(tmp_path / "b", made, pages, 900)
    files = [sorted((tmp_path / name / KEYS).iterdir()) for name in "ab"]
    assert [path.name for path in files[0]] == [path.name for path in files[1]]
    assert len(files[0]) > 6
    assert [path.read_bytes() for path in files[0]] == [path.read_bytes() for path in files[1]]
    assert rows(tmp_path / "a") == rows(tmp_path / "whole")
    assert sets(tmp_path / "a") == sets(tmp_path / "whole")


def test_whole_records(tmp_path: Path) -> None:
    """A row a record, with its number of documents; its part is 0 though its first kept part is another."""
    part, other = "a part of a book with some words", "and another one of it"
    books = [["no", part, other], [part, other], ["something else"]]
    _, ledger = finished(tmp_path / "a", two_sources(NEAR), write(tmp_path, books, [f"{part}\n\n{other}", part]))
    found = rows(tmp_path / "a")
    assert list(zip(found["source"], found["part"], found["documents"], found["rule"], strict=True)) == [
        ("books", 0, 2, None), ("books", 0, 2, "duplicate.exact"), ("books", 0, 1, None),
        ("pages", 0, 1, "duplicate.exact"), ("pages", 0, 1, None),
    ]  # fmt: skip
    assert found["characters"] == [len(f"{part}\n\n{other}")] * 2 + [14, len(f"{part}\n\n{other}"), len(part)]
    assert sum(n for n, rule in zip(found["documents"], found["rule"], strict=True) if rule is None) == (
        ledger.total.kept.documents
    )


def test_lists_tell_of_all(tmp_path: Path) -> None:
    made = recipe(dedup=NEAR, output=SMALL_PARTS)
    built, ledger = finished(tmp_path / "a", made, [str(warc(tmp_path / "a.warc", GIVEN))])
    about, files = About.load(LOCAL, f"{tmp_path}/a/{ABOUT}"), KeyFiles.load(LOCAL, f"{tmp_path}/a/{LISTED}").files
    receipts = [receipt for receipt in built.receipts if receipt.table == KEYS]
    assert [file.file for file in files] == [receipt.file for receipt in receipts]
    assert [[file.shingles] for file in files] == [list(receipt.beside.values()) for receipt in receipts]
    assert (about.rows, about.kept, about.identity) == (7, 5, ledger.identity)
    assert (about.near, about.shingles, about.measures) == (Hashed(2, 16, 7, 1), True, ())
    assert about.hashes == hashes_of(made.dedup.near)
    assert sum(file.kept for file in files) == 5
    there = {f"{KEYS}/{path.name}" for path in (tmp_path / "a" / KEYS).iterdir()}
    assert there == {path for path in ledger.files if path.startswith(f"{KEYS}/")}
    for path in there:
        assert sha256_of(LOCAL, f"{tmp_path}/a/{path}") == ledger.files[path].sha256
    assert str(tmp_path) not in (tmp_path / "a" / ABOUT).read_text() + (tmp_path / "a" / LISTED).read_text()


@pytest.mark.parametrize(
    ("dedup", "output", "names"),
    [
        (NEAR, Output(shingles=False), ["_about.json", "_files.json", "part-00000.parquet"]),
        (EXACT_ONLY, Output(), ["_about.json", "_files.json", "part-00000.parquet"]),
        (Dedup(False, None), Output(), []),
    ],
)
def test_what_is_left_out(tmp_path: Path, dedup: Dedup, output: Output, names: list[str]) -> None:
    made = recipe(dedup=dedup, output=output)
    _, ledger = finished(tmp_path / "a", made, [str(warc(tmp_path / "a.warc", GIVEN))])
    assert sorted(path.name for path in (tmp_path / "a").glob("keys/*")) == names
    assert [path.removeprefix("keys/") for path in sorted(ledger.files) if path.startswith("keys/")] == names
    if names:
        about = About.load(LOCAL, f"{tmp_path}/a/{ABOUT}")
        assert (about.shingles, about.rows, len(about.hashes)) == (False, 7, 1 + (dedup.near is not None))
        assert ("band_0" in rows(tmp_path / "a"), "shingles" in rows(tmp_path / "a")) == (dedup.near is not None,) * 2


def test_nothing_that_was_kept(tmp_path: Path) -> None:
    finished(tmp_path / "a", recipe(dedup=NEAR), [str(warc(tmp_path / "a.warc", ["no"]))])
    about = About.load(LOCAL, f"{tmp_path}/a/{ABOUT}")
    assert (about.rows, about.kept, about.hashes) == (0, 0, ())
    assert KeyFiles.load(LOCAL, f"{tmp_path}/a/{LISTED}").files == ()


def part_of(built: Built) -> parts.Part:
    return next(part for part in built.parts if part.table == KEYS)


def test_a_receipt_tells_of_what_lies_beside(tmp_path: Path) -> None:
    built, _ = finished(tmp_path / "a", recipe(dedup=NEAR), [str(warc(tmp_path / "a.warc", GIVEN))])
    part = part_of(built)
    receipt = Receipt.load(LOCAL, part.receipt(built.job))
    assert list(receipt.files) == ["keys/part-00000.parquet", "keys/_shingles-00000.bin"]
    assert (receipt.rows, receipt.keys) == ({}, KeyCounts(5, 5, hashes_of(built.job.recipe.dedup.near)))
    assert parts.written(built.work, part)


@pytest.mark.parametrize("name", ["part-00000.parquet", "_shingles-00000.bin"])
@pytest.mark.parametrize("gone", [True, False])
def test_what_is_gone_or_changed_is_written_again(tmp_path: Path, name: str, gone: bool) -> None:
    built, _ = finished(tmp_path / "a", recipe(dedup=NEAR), [str(warc(tmp_path / "a.warc", GIVEN))])
    path = tmp_path / "a/keys" / name
    before = path.read_bytes()
    if gone:
        path.unlink()
    else:
        path.write_bytes(b"x" + before[1:])
    assert not parts.written(built.work, part_of(built))
    parts.write(built.work, part_of(built))
    assert (path.read_bytes(), parts.written(built.work, part_of(built))) == (before, True)


def test_readers_of_a_folder_meet_rows_alone(tmp_path: Path) -> None:
    finished(tmp_path / "a", recipe(dedup=NEAR), [str(warc(tmp_path / "a.warc", GIVEN))])
    assert ds.dataset(tmp_path / "a/keys", format="parquet").count_rows() == 7
    assert json.loads((tmp_path / "a/keys/_about.json").read_text())["rows"] == 7
    assert dataclasses.asdict(Hashed(1, 2, 3, 4)) == {"shingle_words": 1, "bands": 2, "rows": 3, "seed": 4}
