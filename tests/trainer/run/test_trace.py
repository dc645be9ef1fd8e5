import datetime
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tokenizers import Tokenizer

from tests.trainer.small_packs import make_pack, names_of
from winnow.trainer.config import config_file
from winnow.trainer.config.settings import Config, Data, ModelShape
from winnow.trainer.data.batches import Batches
from winnow.trainer.errors import BadCall, RunFailed
from winnow.trainer.pack import pack as packing
from winnow.trainer.pack import tokenizer_training
from winnow.trainer.pack.index import Pack
from winnow.trainer.run.run_folder import begin
from winnow.trainer.run.trace import trace

STEPS, ROWS = 20, 4


Column = Callable[[int], Any] | None
"""Of a row's number; None: the corpus has no such column."""


def corpus(path: Path, count: int, **columns: Column) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    values: dict[str, Column] = {
        "id": lambda i: f"{path.stem}-{i}", "text": lambda i: "words", "url": lambda i: f"https://{path.stem}.org/{i}",
        "title": lambda i: f"Page {i}" if i % 2 else None, "language": lambda i: "en",
        "cluster_size": lambda i: 1 + i % 3, "meta": lambda i: [{"key": "k", "value": "v"}],
        "gopher_quality": lambda i: {"words": 100.0 + i, "stop_words": None}, **columns,
    }  # fmt: skip
    table = {name: [column(i) for i in range(count)] for name, column in values.items() if column}
    pq.write_table(pa.table(table), path, row_group_size=7)
    return path


def make(folder: Path, **columns: Column) -> tuple[Path, Pack, Config]:
    """A run's folder as training leaves it, on a pack of two sources."""
    corpora = {"books": corpus(folder / "c/books.parquet", 2, **columns),
               "web": corpus(folder / "c/web.parquet", 40, **columns)}  # fmt: skip
    pack = make_pack(folder / "pack", {"books": [500, 30], "web": [9, 20, 33, 12] * 10}, corpora=corpora)
    config = Config(Data(str(folder / "pack"), {"books": 0.25, "web": 0.75}), seed=9, model=ModelShape(context=16))
    return begun(folder / "run", config, pack), pack, config


def begun(run: Path, config: Config, pack: Pack) -> Path:
    run.mkdir()
    begin(run, config, pack)
    (run / "metrics.jsonl").write_text(json.dumps({"kind": "start", "step": 0, "steps": STEPS, "rows": ROWS}) + "\n")
    return run


def told(run: Path, step: int, **options: Any) -> str:
    lines: list[str] = []
    trace(run, step, lines.append, **options)
    return "\n".join(lines)


def documents(run: Path, step: int, **options: Any) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(told(run, step, as_json=True, **options))
    return value


@pytest.mark.parametrize("step", [1, 7, STEPS])
def test_the_documents_of_a_step_are_those_it_trained_on(tmp_path: Path, step: int) -> None:
    run, pack, config = make(tmp_path)
    value = documents(run, step)
    rows = Batches(config, pack, ROWS, STEPS).rows(step - 1, 0, ROWS).tokens
    rebuilt = {}
    for document in value["documents"]:
        columns = pack.documents("train", document["source"])
        number = names_of(columns).index(document["id"])
        for piece in document["pieces"]:
            tokens = columns.read(number, piece["start"], piece["stop"])
            rebuilt[piece["row"], piece["column"]] = tokens.tolist()
        assert document["length"] == columns.tokens[number]
        assert document["tokens"] == sum(piece["stop"] - piece["start"] for piece in document["pieces"])
    for row in range(ROWS):
        joined = [token for place in sorted(rebuilt) if place[0] == row for token in rebuilt[place]]
        assert joined == rows[row].tolist()
    assert sum(document["tokens"] for document in value["documents"]) == ROWS * 17
    assert (value["step"], value["steps"], value["rows"], value["complaints"]) == (step, STEPS, ROWS, [])


def test_the_corpus_is_asked_for_every_document(tmp_path: Path) -> None:
    run, _, _ = make(tmp_path)
    for step in range(1, STEPS + 1):
        for document in documents(run, step)["documents"]:
            row = document["row"]
            assert document["id"] == f"{document['source']}-{row}"
            assert document["file"] == str(tmp_path / f"c/{document['source']}.parquet")
            facts = {"url": f"https://{document['source']}.org/{row}", "language": "en", "cluster_size": 1 + row % 3}
            assert document["facts"] == ({**facts, "title": f"Page {row}"} if row % 2 else facts)
            assert document["measures"] == {"gopher_quality": {"words": 100.0 + row}}


def test_one_row(tmp_path: Path) -> None:
    run, pack, config = make(tmp_path)
    spans = Batches(config, pack, ROWS, STEPS).spans(4)
    for row in range(ROWS):
        listed = [document["id"] for document in documents(run, 5, row=row)["documents"]]
        assert listed == list(dict.fromkeys(f"{span.source}-{span.document}" for span in spans[row]))
    assert told(run, 5, row=2).startswith("row 2 of step 5 of 20: ")


def test_what_people_read(tmp_path: Path) -> None:
    run, _, _ = make(tmp_path)
    step, value = next(
        (step, document)
        for step in range(1, STEPS + 1)
        for document in documents(run, step)["documents"]
        if document["source"] == "web" and document["row"] % 6 == 5 and len(document["pieces"]) == 1
    )
    text, listed = told(run, step), documents(run, step)["documents"]
    assert text.startswith(f"step {step} of 20: {len(listed)} documents in 4 rows of 17 tokens\n\nhttps://")
    row, piece = value["row"], value["pieces"][0]
    assert (
        f"\nhttps://web.org/{row}\n  Page {row}\n  web, en, a cluster of 3, id web-{row}\n"
        f"  {value['tokens']} of its {value['length']} tokens: row {piece['row']} at {piece['column']} "
        f"(its {piece['start']} to {piece['stop']})"
    ) in text
    assert f"  gopher_quality: words {100 + row}\n" in text + "\n"


def test_what_a_terminal_would_obey_is_left_out(tmp_path: Path) -> None:
    run, _, _ = make(tmp_path, title=None, url=lambda i: "\x1b[31m\nred" + "x" * 500)
    text = told(run, 1)
    assert f"\n [31m red{'x' * 190}…\n" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("spoil", ["gone", "longer", "damaged", "other", "fewer"])
def test_a_corpus_that_has_moved_or_changed(tmp_path: Path, spoil: str) -> None:
    run, pack, _ = make(tmp_path)
    web = Path(pack.corpus[1])
    complaint = {
        "gone": f"{web}, which {pack.path} was packed from, is gone",
        "longer": f"{web} has changed since {pack.path} was packed",
        "damaged": f"{web} cannot be read: ",
        "other": f"{web} has changed since it was packed: row ",
        "fewer": f"{web} has changed since it was packed: row ",
    }[spoil]
    before = [document["id"] for document in documents(run, 2)["documents"]]
    size = web.stat().st_size
    if spoil == "gone":
        web.unlink()
    elif spoil == "damaged":
        web.write_bytes(bytes(size))
    else:
        corpus(web, 3 if spoil == "fewer" else 40, id=lambda i: f"new-{i}")
        if spoil == "longer":
            web.write_bytes(web.read_bytes() + b"PAR1")
        else:
            _pretend(pack, web)
    value = documents(run, 2)
    assert len(value["complaints"]) == 1
    assert value["complaints"][0].startswith(complaint)
    assert [document["id"] for document in value["documents"]] == before
    assert {document["source"] for document in value["documents"] if not document["facts"]} == {"web"}
    assert f"! {value['complaints'][0][:150]}" in told(run, 2)


def _pretend(pack: Pack, file: Path) -> None:
    """Make the manifest say that the file has always been as long as it is now."""
    manifest = json.loads((pack.path / "manifest.json").read_text())
    manifest["shards"][1]["bytes"] = file.stat().st_size
    (pack.path / "manifest.json").write_text(json.dumps(manifest))


def test_a_corpus_of_text_alone(tmp_path: Path) -> None:
    bare: dict[str, Column] = dict.fromkeys(
        ("id", "url", "title", "language", "cluster_size", "meta", "gopher_quality")
    )
    run, _, _ = make(tmp_path, **bare)
    value = documents(run, 1)
    assert value["complaints"] == []
    assert {json.dumps([document["facts"], document["measures"]]) for document in value["documents"]} == {"[{}, {}]"}
    assert f"\n{value['documents'][0]['id']}\n" in told(run, 1)


def test_dates_and_numbers_that_are_none(tmp_path: Path) -> None:
    odd: dict[str, Column] = {
        "date": lambda i: datetime.date(2024, 5, 1), "scores": lambda i: {"a": float("nan"), "b": 2},
        "notes": lambda i: {"a": "text"}, "cluster_size": None,
    }  # fmt: skip
    run, _, _ = make(tmp_path, **odd)
    first = documents(run, 1)["documents"][0]
    assert first["facts"]["date"] == "2024-05-01"
    assert first["measures"].keys() == {"gopher_quality", "scores"}
    assert first["measures"]["scores"] == {"b": 2}


@pytest.mark.parametrize(("step", "row", "message"), [
    (0, None, "--step 0: RUN has the steps 1 to 20"),
    (21, None, "--step 21: RUN has the steps 1 to 20"),
    (1, 4, "--row 4: a step of RUN has the rows 0 to 3"),
    (1, -1, "--row -1: a step of RUN has the rows 0 to 3"),
])  # fmt: skip
def test_steps_and_rows_that_are_not_there(tmp_path: Path, step: int, row: int | None, message: str) -> None:
    run, _, _ = make(tmp_path)
    with pytest.raises(BadCall) as error:
        told(run, step, row=row)
    assert str(error.value) == message.replace("RUN", str(run))


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(BadCall, match=r"is no run: it has no config\.lock\.toml$"):
        told(tmp_path, 1)


def test_a_run_that_has_not_begun(tmp_path: Path) -> None:
    run, _, _ = make(tmp_path)
    (run / "metrics.jsonl").unlink()
    with pytest.raises(BadCall, match="no start line with the run's steps and rows"):
        told(run, 1)


@pytest.mark.parametrize("lock", [None, "{", "[]", '{"pack": "p"}'])
def test_a_run_that_lost_its_packs_name(tmp_path: Path, lock: str | None) -> None:
    run, _, _ = make(tmp_path)
    (run / "pack.lock.json").unlink()
    if lock is not None:
        (run / "pack.lock.json").write_text(lock)
    with pytest.raises(BadCall, match=r"pack\.lock\.json cannot be read"):
        told(run, 1)


def test_another_pack_in_its_place(tmp_path: Path) -> None:
    run, pack, _ = make(tmp_path)
    pack.path.rename(tmp_path / "old")
    make_pack(pack.path, {"books": [500], "web": [10] * 40})
    with pytest.raises(RunFailed, match=r"is not the pack that .*run was trained on: its fingerprint is "):
        told(run, 1)


def test_a_pack_that_has_moved_is_found_by_the_configuration(tmp_path: Path) -> None:
    run, pack, config = make(tmp_path)
    before = told(run, 4)
    pack.path.rename(tmp_path / "moved")
    moved = replace(config, data=replace(config.data, pack=str(tmp_path / "moved")))
    (run / "config.lock.toml").write_text(config_file.dump(moved))
    assert told(run, 4) == before


def test_the_text_of_a_real_pack_is_the_corpus_text(tmp_path: Path) -> None:
    for name, count in (("web", 30), ("books", 8)):
        corpus(
            tmp_path / f"c/{name}.parquet", count, text=lambda i: f"Text {i}: " + f"word{i} and more. " * (3 * i + 5)
        )
    corpora = [tmp_path / "c/web.parquet", tmp_path / "c/books.parquet"]
    tokenizer_training.train(corpora, 300, tmp_path / "tok", 100_000, 1, lambda _: None)
    packing.pack(corpora, tmp_path / "tok", tmp_path / "pack", validation=0.2, say=lambda _: None)
    pack = Pack.open(tmp_path / "pack")
    run = begun(tmp_path / "run", Config(Data(str(pack.path)), model=ModelShape(context=64)), pack)
    decoder = Tokenizer.from_file(str(pack.tokenizer / "tokenizer.json"))
    for step in (1, 2, STEPS):
        value = documents(run, step)
        assert value["complaints"] == []
        for document in value["documents"]:
            text = pq.read_table(document["file"], columns=["text"])["text"][document["row"]].as_py()
            columns = pack.documents("train", document["source"])
            number = names_of(columns).index(document["id"])
            for piece in document["pieces"]:
                tokens = columns.read(number, piece["start"], piece["stop"]).tolist()
                assert decoder.decode(tokens, skip_special_tokens=True) in text
            assert document["facts"]["url"] == f"https://{document['source']}.org/{document['row']}"
