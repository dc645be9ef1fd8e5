"""Tokens beside documents and characters: of a tokenizer whose tokens are bytes, so that a recount is simple."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from small_builds import EXACT_ONLY, SMALL_PARTS, finished, recipe, warc

from winnow.pipelines.cli import main
from winnow.pipelines.errors import BadCall
from winnow.pipelines.views.report import tokens
from winnow.pipelines.views.report.tokens import Counting

tokenizers = pytest.importorskip("tokenizers")
TEXTS = ["Größe über alles, 中文 und <|end|>", "x", "the same text", "the same text", "no", "three\nlines\nof text"] * 2


@pytest.fixture(scope="module")
def by_bytes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A token a byte, with all that a saved tokenizer may do to a text: cut it, fill it up, put a token before it."""
    pre, post = tokenizers.pre_tokenizers, tokenizers.processors
    alphabet = sorted(pre.ByteLevel.alphabet())
    made = tokenizers.Tokenizer(tokenizers.models.BPE({sign: n for n, sign in enumerate(alphabet)}, []))
    made.pre_tokenizer = pre.ByteLevel(add_prefix_space=False, use_regex=False)
    made.add_special_tokens(["<|end|>"])
    made.post_processor = post.TemplateProcessing(single="<|end|> $A", special_tokens=[("<|end|>", 256)])
    made.enable_truncation(3)
    made.enable_padding(length=100)
    folder = tmp_path_factory.mktemp("tokenizers") / "by-bytes"
    folder.mkdir()
    made.save(str(folder / "tokenizer.json"))
    return folder


def built(root: Path, **more: Any) -> Path:
    warc(root / "a.warc.gz", TEXTS)
    finished(root / "out", recipe(dedup=EXACT_ONLY, output=SMALL_PARTS, **more), [f"{root}/a.warc.gz"])
    return root / "out"


def reported(out: Path, tokenizer: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["report", str(out), "--tokenizer", str(tokenizer), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_they_are_those_of_a_recount(tmp_path: Path, by_bytes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = built(tmp_path)
    recount = Counter[str]()
    for table in ("corpus", "rejected"):
        for file in (out / table).rglob("*.parquet"):
            for row in pq.read_table(file, partitioning=None).to_pylist():
                recount[row.get("stage", "kept")] += len((row["text"] or "").encode())
    assert (min(recount["kept"], recount["long"], recount["dedup"]) > 0, len(recount)) == (True, 3)
    data = reported(out, by_bytes, capsys)
    assert data["total"]["tokens"] == {
        "kept": recount["kept"], "tokenizer": "by-bytes", "sha256": Counting(str(by_bytes)).sha256, "vocabulary": 257,
    }  # fmt: skip
    [source], [funnel] = data["sources"], data["funnels"]
    assert source["kept"][2] == recount["kept"]
    assert funnel["documents"][2] == recount.total()
    left = recount.total()
    for stage in funnel["stages"]:
        left -= recount[stage["name"]]
        assert (stage["dropped"][2], stage["left"][2]) == (recount[stage["name"]], left)
    assert left == recount["kept"]


def test_of_texts_that_the_build_does_not_hold_they_are_not_known(
    tmp_path: Path, by_bytes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = reported(built(tmp_path, rejected_text="none"), by_bytes, capsys)
    stages = data["funnels"][0]["stages"]
    assert [(stage["name"], stage["dropped"][2]) for stage in stages if stage["dropped"][0]] == [
        ("long", None), ("dedup", None),
    ]  # fmt: skip
    kept = data["total"]["tokens"]["kept"]
    assert (kept > 0, [stage["left"][2] for stage in stages]) == (True, [None] * (len(stages) - 1) + [kept])
    assert data["funnels"][0]["documents"][2] is None


def test_the_page_has_them(tmp_path: Path, by_bytes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = built(tmp_path)
    before = (out / "report.html").read_bytes()
    assert main(["report", str(out), "--tokenizer", str(by_bytes)]) == 0
    assert (out / "report.html").read_bytes() != before
    assert main(["report", str(out)]) == 0
    assert (out / "report.html").read_bytes() == before


@pytest.mark.parametrize(("length", "pieces"), [(6, 1), (7, 2), (12, 2), (13, 3)])
def test_a_long_text_is_counted_in_pieces(
    length: int, pieces: int, by_bytes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "LONG", 6)
    text = "a" * length
    assert len(list(tokens._pieces(text))) == pieces
    assert Counting(str(by_bytes)).of([text, "", "é"], "here") == [length, 0, 2]


def test_pieces_end_with_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "LONG", 6)
    assert list(tokens._pieces("ab\ncd\nefg\nhijklmnop\n")) == ["ab\ncd\n", "efg\n", "hijklm", "nop\n"]


def test_batches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "BATCH", 4)
    rows = [{"text": text} for text in ["abcd", "ab", None, "a", "abcdefgh", "a"]]
    assert [[row["text"] for row in batch] for batch in tokens._batches(rows)] == [
        ["abcd"], ["ab", None, "a", "abcdefgh"], ["a"],
    ]  # fmt: skip


def test_a_wrong_tokenizer_is_named(tmp_path: Path, by_bytes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/tokenizer.json").write_text('{"model": 1}')
    for folder, said in [
        ("absent", f"--tokenizer {tmp_path}/absent: tokenizer.json cannot be read: No such file or directory"),
        ("broken", f"{tmp_path}/broken/tokenizer.json cannot be read as a tokenizer: "),
    ]:
        with pytest.raises(BadCall) as failed:
            Counting(str(tmp_path / folder))
        assert str(failed.value).startswith(said)
    assert main(["report", "a", "b", "--tokenizer", str(by_bytes), "--json"]) == 2
    assert capsys.readouterr().err == (
        "winnow: --tokenizer counts the tokens of one build: leave DIR2 or --tokenizer out\n"
    )
