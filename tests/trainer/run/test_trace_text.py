import io
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trainer.small_packs import names_of
from winnow.pipelines.cli import main
from winnow.trainer.errors import BadCall
from winnow.trainer.pack.index import Pack
from winnow.trainer.run.trace import trace
from winnow.trainer.run.trace_text import LONGEST, Asked, maximal, trace_text

STEPS = 12


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("index")


def told(run: Path, index: Path, text: str, asked: Asked | None = None, as_json: bool = False) -> str:
    lines: list[str] = []
    trace_text(run, text, asked or Asked(), index=index, workers=1, say=lines.append, progress=lambda _: None,
               as_json=as_json)  # fmt: skip
    return "\n".join(lines)


def found(run: Path, index: Path, text: str, **asked: int) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(told(run, index, text, Asked(**asked), as_json=True))
    return value


def texts(pack: Path) -> dict[str, str]:
    """Id and text of the training documents."""
    opened = Pack.open(pack)
    ids = {id_ for source in opened.sources for id_ in names_of(opened.documents("train", source))}
    tables = [pq.read_table(file, columns=["id", "text"]) for file in opened.corpus]
    return {row["id"]: row["text"] for table in tables for row in table.to_pylist() if row["id"] in ids}


@given(st.lists(st.integers(0, 6), max_size=12), st.integers(1, 4))
def test_maximal(lengths: list[int], least: int) -> None:
    """Against all pairs; what is found from a place on shortens by one at most when a token is taken away."""
    for n in range(1, len(lengths)):
        lengths[n] = max(lengths[n], lengths[n - 1] - 1)
    spans = [(n, n + length) for n, length in enumerate(lengths) if length >= least]
    held = {a for a in spans for b in spans if a != b and b[0] <= a[0] and a[1] <= b[1]}
    assert maximal(np.array(lengths, np.int64), least) == [span for span in spans if span not in held]


@pytest.mark.parametrize(
    ("cut", "before"), [((0, None), ""), ((40, 140), ""), ((41, 139), " "), ((0, None), "A zebra. ")]
)
def test_a_document_of_the_corpus(
    pack: Path, whole: Path, index: Path, cut: tuple[int, int | None], before: str
) -> None:
    known = texts(pack)
    for id_, text in list(known.items())[:40:4]:
        if len(text) < 150:
            continue
        asked = text[slice(*cut)]
        value = found(whole, index, before + asked)
        first = value["passages"][0]
        assert len(first["text"].strip()) >= len(asked.strip()) - 6  # a word that is cut has other tokens
        assert first["text"].strip() in asked
        assert id_ in [document["id"] for document in first["listed"]]
        assert first["documents"] == sum(first["text"] in other for other in known.values())
        assert first["occurrences"] == sum(other.count(first["text"]) for other in known.values())
        assert (value["steps"], value["skipped"], value["complaints"]) == ([1, STEPS], [], [])


def test_the_steps_are_those_that_trace_names(pack: Path, whole: Path, index: Path) -> None:
    forward: dict[str, list[tuple[int, int, int, int]]] = {}
    for step in range(1, STEPS + 1):
        lines: list[str] = []
        trace(whole, step, lines.append, as_json=True)
        for document in json.loads(lines[0])["documents"]:
            pieces = [(step, piece["row"], piece["start"], piece["stop"]) for piece in document["pieces"]]
            forward.setdefault(document["id"], []).extend(pieces)
    for text in list(texts(pack).values())[::9]:
        for passage in found(whole, index, text, documents=100)["passages"]:
            for document in passage["listed"]:
                start = document["at"][0]
                stop = start + passage["tokens"]
                reads = sorted((read["step"], read["row"], read["start"], read["stop"]) for read in document["reads"])
                of_it = [piece for piece in forward.get(document["id"], []) if piece[2] < stop and start < piece[3]]
                assert reads == sorted((step, row, max(first, start), min(last, stop))
                                       for step, row, first, last in of_it)  # fmt: skip


def test_the_longest_come_first_and_the_rarer_of_one_length(pack: Path, whole: Path, index: Path) -> None:
    text = " ".join(each[20:90] for each in list(texts(pack).values())[::7])
    value = found(whole, index, text, least=6, most=1000)
    ranks = [(-passage["tokens"], passage["occurrences"]) for passage in value["passages"]]
    assert ranks == sorted(ranks)
    shortest = -ranks[-1][0]
    assert 6 <= shortest < -ranks[0][0]
    longer = found(whole, index, text, least=shortest + 1, most=1000)["passages"]
    assert longer == [passage for passage in value["passages"] if passage["tokens"] > shortest]
    few = found(whole, index, text, least=6, most=2)
    assert few["passages"] == value["passages"][:2]
    assert few["more"] == len(ranks) - 2


def test_what_people_read(pack: Path, whole: Path, index: Path) -> None:
    id_, text = next((id_, text) for id_, text in texts(pack).items() if 200 < len(text) < 300)
    lines = told(whole, index, text[30:120], Asked(most=1)).split("\n")
    value = found(whole, index, text[30:120], most=1)["passages"][0]
    document = value["listed"][0]
    assert lines[1] == f"{value['tokens']} tokens, once in one document:"
    assert lines[2].strip() == value["text"].strip()[: len(lines[2].strip())]
    place = lines.index(f"  {id_}")
    assert lines[place + 1] == f"    {document['source']}"
    steps = list(dict.fromkeys(str(read["step"]) for read in document["reads"]))
    assert lines[place + 2] == (f"    read in step {', '.join(steps)}" if steps else "    not read so far")
    assert lines[place + 3] == f"    …{document['before']}[{value['text']}]{document['after']}…"


def test_nothing_is_there(whole: Path, index: Path, pack: Path) -> None:
    assert told(whole, index, "Zebras") == f"no 10 tokens of the text in a row stand in {pack}"
    assert found(whole, index, "Zebras")["passages"] == []


def test_a_text_that_spells_the_end_of_a_document(whole: Path, index: Path) -> None:
    assert found(whole, index, "<|endoftext|>" * 3, least=3)["passages"] == []


def test_a_corpus_that_has_gone(pack: Path, whole: Path, index: Path, tmp_path: Path) -> None:
    moved = tmp_path / "corpus"
    source = Path(Pack.open(pack).corpus[0]).parent
    text = next(iter(texts(pack).values()))
    before = found(whole, index, text)["passages"][0]["listed"][0]["id"]
    shutil.move(source, moved)
    try:
        value = found(whole, index, text)
        assert value["complaints"] == [f"{source / 'books.parquet'}, which {pack} was packed from, is gone"]
        assert value["passages"][0]["listed"][0]["id"] == before
        assert told(whole, index, text).startswith(f"! {value['complaints'][0]}; of its documents only ids are told")
    finally:
        shutil.move(moved, source)


@pytest.mark.parametrize(("text", "message"), [
    ("", "the text has 0 bytes; give 1 to 262,144, not white space alone"),
    (" \n\t", "the text has 3 bytes; give 1 to 262,144, not white space alone"),
    ("é" * (LONGEST // 2 + 1), "the text has 262,146 bytes; give 1 to 262,144, not white space alone"),
    ("\udcff", "the text is not UTF-8"),
])  # fmt: skip
def test_texts_that_cannot_be_traced(whole: Path, index: Path, text: str, message: str) -> None:
    with pytest.raises(BadCall) as error:
        told(whole, index, text)
    assert str(error.value) == message


def test_the_command(pack: Path, whole: Path, index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
                     monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    text = next(iter(texts(pack).values()))
    (tmp_path / "text").write_text(text)
    call = ["trace", str(whole), "--index", str(index), "--json"]
    said = []
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    for way in (["--text", text], ["--text-file", str(tmp_path / "text")], ["--text-file", "-"]):
        assert main([*call, *way]) == 0
        said.append(json.loads(capsys.readouterr().out))
    assert said[0] == said[1] == said[2]
    assert said[0]["passages"][0]["text"] == text
    (tmp_path / "text").write_bytes(b"\xff")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a" * (LONGEST + 1))))
    for wrong, message in (
        (["--text-file", str(tmp_path / "text")], f"{tmp_path}/text: the text is not UTF-8"),
        (["--text-file", "-"], "the input has more than 262,144 bytes; give a shorter text"),
        (["--text", "a", "--row", "1"], "--row goes with --step"),
    ):
        assert main([*call, *wrong]) == 2
        assert capsys.readouterr().err == f"winnow: {message}\n"


def test_what_a_terminal_would_obey_is_left_out(pack: Path, whole: Path, index: Path) -> None:
    lines = told(whole, index, "\x1b[31m" + next(iter(texts(pack).values())) + "\x1b[0m\u202e")
    assert "\x1b" not in lines
    assert "\u202e" not in lines
