"""`winnow eval`'s work: runs, checkpoints, packs, corpora, cloze tasks, xz beside, files, and what is refused."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.trainer.small_evaluation import Small
from winnow.trainer.errors import BadCall
from winnow.trainer.evaluate.evaluation_command import evaluate_request
from winnow.trainer.evaluate.questions import read
from winnow.trainer.evaluate.request import Request
from winnow.trainer.evaluate.yardstick import xz_bits_per_byte
from winnow.trainer.pack import tokenizer
from winnow.trainer.run.checkpoint_folders import find_checkpoint


def said(request: Request) -> str:
    heard: list[str] = []
    evaluate_request(request, heard.append)
    return "\n".join(heard)


def task(folder: Path) -> Path:
    path = folder / "task.jsonl"
    path.write_text('{"context": "Bread", "choices": [" river", " garden window"], "answer": 0}\n')
    return path


def test_a_run_on_its_pack(small: Small) -> None:
    heard = said(Request(small.run, [small.pack.path]))
    expected = small.evaluate()
    assert f"{small.run / 'checkpoints' / 'step-000003'}: context 32, windows advance by 16" in heard
    assert "documents begin with '<|begin_of_text|>'" in heard
    for source, figure in (*expected.sources.items(), ("all", expected.total)):
        (row,) = [line for line in heard.splitlines() if line.startswith(source)]
        bits = figure.bits
        assert row.split()[1:5] == [f"{bits.value:.4f}", f"{bits.low:.4f}", "to", f"{bits.high:.4f}"]
    assert "a sample" not in heard


def test_xz_stands_beside(small: Small, tmp_path: Path) -> None:
    said(Request(small.run, [small.pack.path], json=tmp_path / "found.json"))
    (found,) = json.loads((tmp_path / "found.json").read_text())["data"]
    words, texts = tokenizer.load(small.tokenizer), dict[str, list[bytes]]()
    for source in small.pack.sources:
        documents = small.pack.documents("validation", source)
        for row in range(len(documents)):
            tokens = documents.read(row, 1, int(documents.tokens[row]) - 1)
            texts.setdefault(source, []).append(words.tokenizer.decode(tokens.tolist()).encode())
    assert sum(map(len, texts["notes"])) == small.pack.counts("validation", "notes").bytes
    for source, of in texts.items():
        assert found["xz"][source] == xz_bits_per_byte(of, sum(map(len, of)))
    assert found["xz"]["notes"] != found["xz"]["essays"]
    assert min(found["xz"].values()) <= found["xz"][""] <= max(found["xz"].values())
    assert "xz" not in said(Request(small.run, [small.pack.path], xz=False))


def test_a_corpus_is_tokenised_here(small: Small, tmp_path: Path) -> None:
    request = Request(small.run, [small.corpus], json=tmp_path / "found.json", output=tmp_path / "rows.parquet")
    assert str(small.corpus) in said(request)
    (found,) = json.loads((tmp_path / "found.json").read_text())["data"]
    assert found["documents"] == 90
    rows = pq.read_table(tmp_path / "rows.parquet")
    assert rows.num_rows == 90
    assert sum(rows["bits"].to_pylist()) / sum(rows["bytes"].to_pylist()) == pytest.approx(found["bits_per_byte"])


def test_rows_of_several_data_name_theirs(small: Small, tmp_path: Path) -> None:
    output = tmp_path / "rows.parquet"
    said(Request(small.run, [small.pack.path, small.corpus / "notes.parquet"], output=output))
    rows = pq.read_table(output)
    assert sorted(set(rows["data"].to_pylist())) == [
        str(small.corpus / "notes.parquet"),
        f"{small.pack.path} validation",
    ]
    same = {
        (row["data"] == f"{small.pack.path} validation", row["id"]): row["bits"]
        for row in rows.to_pylist()
        if row["source"] == "notes"
    }
    for (packed, id_), bits in same.items():
        if packed:
            assert same[False, id_] == pytest.approx(bits, rel=1e-5)


def test_a_sample_says_so(small: Small) -> None:
    assert "a sample: all weighs the sources by their bytes" in said(
        Request(small.run, [small.pack.path], max_tokens=300)
    )


def test_the_training_split_too(small: Small) -> None:
    heard = said(Request(small.run, [small.pack.path], split="train"))
    count = sum(small.pack.counts("train", source).documents for source in small.pack.sources)
    (row,) = [line for line in heard.splitlines() if line.startswith("all")]
    assert row.split()[5] == str(count)


def test_what_is_trained_on_is_told(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    told = "in the training part of the run's pack: no held-out text"
    train, held = (sum(small.pack.counts(split, source).documents for source in small.pack.sources)
                   for split in ("train", "validation"))  # fmt: skip
    lock = small.run / "pack.lock.json"
    try:
        lock.write_text(json.dumps({"pack": str(small.pack.path), "fingerprint": small.pack.fingerprint}))
        assert told not in said(Request(small.run, [small.pack.path]))
        assert f"{train} of {train} documents are {told}" in said(Request(small.run, [small.pack.path], split="train"))
        assert f"{train} of {train + held} documents are {told}" in said(Request(small.run, [small.corpus]))
        few = said(Request(small.run, [small.corpus], source="mine", max_tokens=30))
        assert "essays" not in few
        monkeypatch.setattr("winnow.trainer.evaluate.trained_on.MOST", train - 1)
        assert told not in said(Request(small.run, [small.corpus]))
        for odd in ("{}", "[]", "{", json.dumps({"pack": "/nowhere", "fingerprint": small.pack.fingerprint}),
                    json.dumps({"pack": str(small.pack.path), "fingerprint": "other"})):  # fmt: skip
            lock.write_text(odd)
            assert told not in said(Request(small.run, [small.pack.path], split="train")), odd
    finally:
        lock.unlink()


def test_a_choice_too_long_is_told_before_anything_is_scored(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / "long.jsonl"
    long.write_text(json.dumps({"context": "", "choices": ["river " * 99, "x"], "answer": 0}))
    monkeypatch.setattr("winnow.trainer.evaluate.evaluation_command.evaluate", None)
    with pytest.raises(BadCall, match="a choice has more tokens than the model's context"):
        said(Request(small.run, [small.pack.path], cloze=read([str(long)])))


def test_an_encoder_is_told_apart(encoder: Small) -> None:
    heard = said(Request(encoder.run, [encoder.pack.path]))
    assert "bits per masked token" in heard
    assert "30% of the tokens masked: no figure to hold against a decoder's" in heard
    assert "xz" not in heard


def test_cloze(small: Small, tmp_path: Path) -> None:
    heard = said(Request(small.run, cloze=read([str(task(tmp_path))]), json=tmp_path / "found.json"))
    assert "1 question, accuracy" in heard
    assert "% (-), by length" in heard
    assert "by chance 50.0%" in heard
    (found,) = json.loads((tmp_path / "found.json").read_text())["cloze"]
    assert found["accuracy"]["value"] in (0, 1)
    assert (found["accuracy"]["low"], found["accuracy"]["high"]) == (None, None)
    assert found["task"] == "task"


def test_an_encoder_has_no_cloze(encoder: Small, tmp_path: Path) -> None:
    with pytest.raises(BadCall, match="is an encoder; cloze tasks need a decoder"):
        said(Request(encoder.run, cloze=read([str(task(tmp_path))])))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"data": ()}, "nothing to evaluate on"),
        ({"context": 33}, "--context 33: the model's is 32"),
        ({"context": 16, "stride": 17}, "--stride 17: windows of 16"),
        ({"device": "cuda"}, "no CUDA device"),
    ],
)
def test_what_is_refused(small: Small, change: dict[str, object], message: str) -> None:
    with pytest.raises(BadCall, match=message):
        said(replace(Request(small.run, [small.pack.path]), **change))  # type: ignore[arg-type]


def test_a_pack_of_another_tokenizer(small: Small, tmp_path: Path) -> None:
    checkpoint = tmp_path / "model"
    shutil.copytree(find_checkpoint(small.run), checkpoint)
    file = checkpoint / "tokenizer.json"
    file.write_text(file.read_text() + "\n")
    with pytest.raises(BadCall, match=r"packed with another tokenizer than .*model has; give its corpus instead"):
        said(Request(checkpoint, [small.pack.path]))
