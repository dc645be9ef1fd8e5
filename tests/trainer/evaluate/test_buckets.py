from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.trainer.small_corpora import packed, write
from tests.trainer.small_runs import WORDS
from winnow.pipelines.cli import main

COUNT = 12
BUCKETS = ["high", "low", None, "<b>|x", "high\x1b[31m", "low"] * 2
SIZES = [1, 2, 3, 4, 5, None] * 2
SCORES = [n / 7 for n in range(COUNT)]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the words that the run of the tests is trained on."""
    folder = tmp_path_factory.mktemp("buckets")
    draw = np.random.default_rng(3)
    for source in ("books", "web"):
        texts = [" ".join(draw.choice(WORDS, 20 + n)) + "." for n in range(COUNT)]
        ids = [f"{source}-{n}" for n in range(COUNT)]
        columns = {"id": ids, "text": texts, "source": [source] * COUNT, "bucket": BUCKETS, "size": SIZES}
        write(folder / f"corpus/{source}.parquet", {**columns, "quality": [{"score": score} for score in SCORES]})
    return folder


@pytest.fixture(scope="module")
def kept(corpus: Path, pack: Path) -> Path:
    columns = ["bucket", "size", "quality.score"]
    return packed(corpus / "corpus", pack / "tokenizer", corpus / "pack", validation=0.5, columns=columns).path


def evaluated(run: Path, data: Path, folder: Path, *words: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The table, and the row of each document."""
    table, documents = folder / "table.parquet", folder / "documents.parquet"
    call = ["eval", str(run), "--data", str(data), "--no-xz", "--threads", "1", "--output", str(documents), *words]
    assert main([*call, "--table", str(table)]) == 0
    return pq.read_table(table).to_pylist(), pq.read_table(documents).to_pylist()


@pytest.mark.parametrize("split", ["validation", "train", ""])
@pytest.mark.parametrize(("by", "bucket"), [
    ("bucket", lambda row: BUCKETS[row] or "unknown"),
    ("size", lambda row: str(SIZES[row] or "unknown")),
    ("size=2,5", lambda row: ["below 2", "2 to below 5", "5 and more", "unknown"][
        3 if SIZES[row] is None else int(np.searchsorted([2, 5], SIZES[row], side="right"))]),
    ("quality.score=0.5", lambda row: "below 0.5" if SCORES[row] < 0.5 else "0.5 and more"),
])  # fmt: skip
def test_each_bucket_is_the_sum_of_its_documents(
    whole: Path, corpus: Path, kept: Path, tmp_path: Path, split: str, by: str, bucket: Any
) -> None:
    data, words = (kept, ["--split", split]) if split else (corpus / "corpus", [])
    table, documents = evaluated(whole, data, tmp_path, *words, "--by", by)
    column = by.partition("=")[0]
    of_column = [row for row in table if row["column"] == column]
    assert {(row["bucket"], row["source"]) for row in of_column} == {
        (bucket(document["row"]), source) for document in documents for source in ("", document["source"])
    }
    for row in table:
        of_it = [document for document in documents if row["source"] in ("", document["source"])]
        mine = [document for document in of_it if row["bucket"] in ("", bucket(document["row"]))]
        assert row["documents"] == len(mine)
        assert row["bytes"] == sum(document["bytes"] for document in mine)
        assert row["bits_per_byte"] == pytest.approx(sum(document["bits"] for document in mine) / row["bytes"])
        if len(mine) == 1:
            assert (row["low"], row["high"]) == (None, None)
        else:
            assert row["low"] <= row["bits_per_byte"] <= row["high"]
    sources = sorted({document["source"] for document in documents})
    assert [row["source"] for row in table if row["column"] == "source"] == ["", *sources]


def test_the_table_lies_beside_the_run(
    whole: Path, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.stat().st_mtime_ns for path in corpus.rglob("*")}
    call = ["eval", str(whole), "--data", str(corpus / "corpus"), "--no-xz", "--by", "bucket", "--by", "size"]
    try:
        assert main(call) == 0
        said = capsys.readouterr().out
        assert f"\n{whole}/loss.parquet: the table\n{whole}/loss.md: the table\n" in said
        assert "\x1b" not in said
        lines = (whole / "loss.md").read_text().splitlines()
        names = "data split column bucket source bits_per_byte low high documents tokens bytes"
        assert lines[0] == f"| {' | '.join(names.split()).replace('_', ' ')} |"
        assert len(lines) == 2 + pq.read_metadata(whole / "loss.parquet").num_rows
        assert sum(r"| \<b\>\|x |" in line for line in lines) == 3
        assert all(line.count(" | ") == 10 for line in lines)
        assert not any("\x1b" in line for line in lines)
    finally:
        for name in ("loss.parquet", "loss.md"):
            (whole / name).unlink(missing_ok=True)
    assert {path: path.stat().st_mtime_ns for path in corpus.rglob("*")} == before


@pytest.mark.parametrize(("words", "message"), [
    (["--by", "buckets"], "--by buckets: KEPT does not keep that column; did you mean 'bucket'?; pack with --column "
     "buckets, or give the corpus as --data"),
    (["--by", "quality.score"], "--by quality.score: KEPT has "),
    (["--by", "bucket=1,2"], "--by bucket: KEPT has words there, which have no ranges"),
    (["--by", "size=2,1"], "--by size=2,1: wanted COLUMN or COLUMN=NUMBER,NUMBER with ascending numbers"),
    (["--by", "size", "--table", "a.csv"], "--table a.csv: wanted a name that ends in .parquet or .md"),
    (["--table", "a.md"], "--table: give the columns that it is by, --by COLUMN"),
])  # fmt: skip
def test_what_cannot_be_asked(
    whole: Path, kept: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str],
    message: str,
) -> None:  # fmt: skip
    monkeypatch.setattr("winnow.trainer.evaluate.buckets.MOST_NUMBERS", 5)
    monkeypatch.setattr("winnow.trainer.evaluate.evaluation_command.evaluate", None)  # nothing is scored
    assert main(["eval", str(whole), "--data", str(kept), "--no-xz", *words]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"winnow: {message.replace('KEPT', str(kept))}")
    assert said.count("\n") == 1
    if "quality.score" in words:
        assert ": give ranges, --by quality.score=0." in said
