"""What lies in files and folders for which no recipe is named."""

import bz2
import gzip
import io
import os
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small_builds import LOCAL, warc

from winnow.pipelines.errors import BadCall
from winnow.pipelines.plan.kinds import beginning, find
from winnow.pipelines.recipe.file import RECOMMENDED, load
from winnow.pipelines.recipe.file import find as recipe_file
from winnow.pipelines.sources.beginning import LOOKED_AT, Beginning

WIKI = b"<mediawiki version='0.11'><page><title>A</title></page></mediawiki>\n"
WET = b"WARC/1.0\r\nWARC-Type: warcinfo\r\n\r\n\r\nWARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: 2\r\n\r\nhi"
BOOK = b"The Project Gutenberg eBook of Emma\n\n*** START OF THE PROJECT GUTENBERG EBOOK EMMA ***\n"
FILES = {
    "crawl.gz": ("warc", None),
    "wet/texts.warc.wet.gz": ("wet", gzip.compress(WET, mtime=0)),
    "dump.xml.bz2": ("wikipedia", bz2.compress(WIKI)),
    "articles.ndjson": ("wikipedia", b'{"name": "A", "article_body": {"html": "<p>a</p>"}}\n'),
    "emma.txt": ("books", BOOK),
    "rows": ("jsonl", b'\n{"text": "a"}\n{"text": "b"}\n'),
    "cut.jsonl": ("jsonl", b'{"text": "' + b"x" * 70_000),
    "main.py": ("code", b"print(1)\n"),
    "run": ("code", b"#!/bin/sh\necho 1\n"),
    "Makefile": ("code", b"all:\n"),
    "notes/today.md": ("text", b"# Today\n\nIt rained.\n"),
    "marked.jsonl": ("jsonl", b'\xef\xbb\xbf{"text": "a"}\n'),
    "damaged": ("jsonl", b'{"text": "a\n{"text": "b"}\n# made by hand\n{"text": "c"}\n{"text": "d"}\n'),
    "array": (None, b'[{"text": "a"},\n {"text": "b"}]\n'),
    "long-array": (None, b"[" + b'{"text": "a"},\n' * 9_000),
    "pretty": (None, b'{\n  "text": "a"\n}\n'),
    "lists": (None, b'["a", 1]\n["b", 2]\n'),
    "rows.csv": (None, b"id,text\n1,a\n"),
    "rows.TSV": (None, b"id\ttext\n1\ta\n"),
    "feed.xml": (None, b"<rss><item>a</item></rss>\n"),
    "settings.yaml": (None, b"a: 1\n"),
    "Cargo.lock": (None, b"[[package]]\nname = 'a'\n"),
    "talk.srt": (None, b"1\n00:00:01,000 --> 00:00:02,000\nHello.\n"),
    "post.eml": (None, b"From: a@b.example\nDate: Mon, 1 Jan 2024 10:00:00 +0000\nMessage-ID: <1@b>\n\nHello.\n"),
    "cur/1.host:2,S": (None, b"Received: x\r\n\ty\r\nFrom: a@b\r\nDate: Mon, 1 Jan 2024\r\n\r\nHello.\r\n"),
    "mailbox": (None, b"From a@b Mon Jan  1\nfrom: a@b\ndate: Mon\nmessage-id: <1@b>\n\nHello.\n"),
    "letter": ("text", b"From: Anna\nDate: Monday\nTo: Ben\n\nDear Ben, it rained.\n"),
    "document": (None, b"{\\rtf1\\ansi It rained.}"),
    "infobox": ("text", b"{{Infobox mill|name=Mill}}\nA mill by the river.\n"),
    "braces": ("text", b"{It rained.}\n"),
    "notes-1": ("text", b"[1] Smith, A mill by the river.\n[2] Jones.\n"),
    "one": ("text", b"[1]\nA mill by the river.\n"),
    "saved.html": ("text", b"<!doctype html><title>A mill</title><p>It rained.\n"),
    "wide": ("text", "It rained on the mill by the river.\n".encode("utf-16-le")),
    "schema.proto": ("code", b"message A {}\n"),
    "tables.sql": ("code", b"select 1;\n"),
    "style.css": ("code", b"a {}\n"),
    "paper.tex": ("text", b"It rained.\n"),
    "about-html-dumps": ("text", b'A line has "article_body" in it.\n'),
    "emma.gz": ("books", gzip.compress(BOOK, mtime=0)),
    "plain": ("text", "Größe".encode("latin-1") * 50),
    "picture.png": (None, b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
    "empty": (None, b""),
    "{not json": ("text", b"{ is a brace\n"),
    "about-warc": ("text", b"WARC/1.0 is a format.\n"),
    "about-arc": ("text", b"filedesc:// begins an ARC file.\n"),
    "about-wikis": ("text", b"<mediawiki is a tag.\n"),
    "about-parquet": ("text", b"PAR1 is how Parquet begins.\n"),
}
"""path -> the kind that reads it, and its bytes."""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    warc(tmp_path / "crawl.gz", ["hello"])
    for name, (_, data) in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        if data is not None:
            (tmp_path / name).write_bytes(data)
    pq.write_table(pa.table({"text": ["a"]}), tmp_path / "table")
    with zipfile.ZipFile(tmp_path / "book.zip", "w") as book:
        book.writestr("mimetype", "application/epub+zip")
    with zipfile.ZipFile(tmp_path / "src.zip", "w") as archive:
        archive.writestr("a.py", "1")
    (tmp_path / ".hidden.py").write_text("1")
    return tmp_path


def told(found: dict[str, list[str]], folder: Path) -> dict[str, str]:
    return {os.path.relpath(path, folder): kind for kind, paths in found.items() for path in paths}


def test_every_file_is_of_a_kind_by_its_content(place: Path) -> None:
    found = find(LOCAL, [str(place)], f"{place}/out")
    expected = {name: kind for name, (kind, _) in FILES.items() if kind}
    assert told(found.kinds, place) == expected | {"table": "parquet", "book.zip": "books", "src.zip": "code"}
    assert sorted(os.path.relpath(path, place) for path in found.others) == sorted(
        name for name, (kind, _) in FILES.items() if kind is None
    )
    assert found.hidden == 1


def test_each_file_is_one_input_whatever_it_is_called(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    (place / "link").symlink_to("notes")
    (place / "same.py").symlink_to("main.py")
    words = ["notes", f"{place}/notes", "notes/../notes/today.md", "link", "main.py", f"{place}/./main.py", "same.py"]
    found = find(LOCAL, words, "out")
    assert told(found.kinds, place) == {"notes/today.md": "text", "main.py": "code", "same.py": "code"}
    assert sorted(len(paths) for paths in found.kinds.values()) == [1, 2]


def test_what_is_said(place: Path) -> None:
    found = find(LOCAL, [f"{place}/emma.txt", f"{place}/notes", f"{place}/picture.png"], "out")
    assert found.shown == (
        f"found 1 of kind books ({place}/emma.txt), 1 of kind text ({place}/notes/today.md); left out: 1 that no kind "
        f"reads ({place}/picture.png)"
    )
    assert found.patterns(load(recipe_file(RECOMMENDED))) == [
        f"books={place}/emma.txt", f"text={place}/notes/today.md",
    ]  # fmt: skip


def test_what_is_left_out_is_counted_by_how_names_end(tmp_path: Path) -> None:
    for name in ("a.pdf", "b.PDF", "c.png", "d", ".e", ".f/g"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "rain.txt").write_text("It rained.\n")
    said = find(LOCAL, [str(tmp_path)], "out").shown
    assert said == (
        f"found 1 of kind text ({tmp_path}/rain.txt); left out: 4 that no kind reads (2 .pdf, 1 .png, 1 without an "
        "ending), 2 hidden"
    )


def test_a_project_is_one_input_of_code(place: Path) -> None:
    (place / "notes/pyproject.toml").write_text("[project]\n")
    found = find(LOCAL, [f"{place}/notes", f"{place}/main.py"], "out")
    assert told(found.kinds, place) == {"notes": "code", "main.py": "code"}


def test_a_licence_beside_code_makes_a_project_and_beside_a_text_none(place: Path) -> None:
    for name in ("code", "poems"):
        (place / name).mkdir()
        (place / name / "LICENSE").write_text("SPDX-License-Identifier: MIT\n")
    (place / "code/a.py").write_text("1\n")
    (place / "poems/a.txt").write_text("A mill by the river.\n")
    found = told(find(LOCAL, [f"{place}/code", f"{place}/poems"], "out").kinds, place)
    assert found == {"code": "code", "poems/LICENSE": "text", "poems/a.txt": "text"}


def test_what_cannot_be_read_is_left_out(place: Path) -> None:
    for folder in ("objects", "refs"):
        (place / "notes/bare" / folder).mkdir(parents=True)
    (place / "notes/bare/HEAD").write_text("ref: refs/heads/main\n")  # no commit yet
    os.mkfifo(place / "notes/pipe")
    (place / "notes/loop").symlink_to(place)
    (place / "notes/gone.txt").symlink_to(place / "nowhere")
    with open(os.fsencode(place / "notes") + b"/caf\xe9.txt", "wb") as file:
        file.write(b"A mill by the river.")
    found = find(LOCAL, [f"{place}/notes"], "out")
    assert told(found.kinds, place) == {"notes/today.md": "text"}
    assert [os.path.relpath(path, place) for path in found.others] == [
        "notes/bare",
        "notes/caf\udce9.txt",
        "notes/loop",
    ]
    assert "caf\\udce9.txt" in found.shown


def test_the_output_is_no_input(place: Path) -> None:
    assert told(find(LOCAL, [str(place)], f"{place}/notes").kinds, place).get("notes/today.md") is None


def test_a_pattern_names_files(place: Path) -> None:
    assert told(find(LOCAL, [f"{place}/*.txt"], "out").kinds, place) == {"emma.txt": "books"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["{0}/none"], "{0}/none: there is no such file or folder, and no recipe of that name"),
        (["english-wbe"], "english-wbe: there is no such file or folder, and no recipe of that name; did you mean"),
        (["{0}/empty"], "nothing in {0}/empty is of a kind that is read here (wet, warc, wikipedia, "),
        (["{0}/void"], "): there is no file"),
    ],
)
def test_nothing_to_read(place: Path, words: list[str], said: str) -> None:
    (place / "void").mkdir()
    with pytest.raises(BadCall) as error:
        find(LOCAL, [word.format(place) for word in words], "out")
    assert said.format(place) in str(error.value)


def test_the_recommended_recipe_has_a_source_of_each_kind() -> None:
    from winnow.pipelines.recipe.catalogue import SOURCES

    kinds = [source.kind for source in load(recipe_file(RECOMMENDED)).sources]
    assert sorted(kinds) == sorted(SOURCES)


@pytest.mark.parametrize("size", [0, 1, LOOKED_AT - 1, LOOKED_AT, LOOKED_AT + 1])
@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress])
def test_what_a_file_begins_with_and_inflates_to(pack: type[bytes], size: int) -> None:
    data = b"abcdefg\n" * (size // 8) + b"x" * (size % 8)
    packed = pack(data)
    found = beginning("a/b.txt", io.BytesIO(packed))
    assert (found, found.name) == (Beginning("a/b.txt", packed[:LOOKED_AT], data[:LOOKED_AT]), "b.txt")


def test_damage_is_the_end() -> None:
    assert beginning("a.gz", io.BytesIO(gzip.compress(b"abc" * 100, mtime=0)[:12])).data == b"a"
