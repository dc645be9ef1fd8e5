import gzip
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from finished_builds import write_build
from fit_texts import lines, reference

from winnow.filters.document import Document
from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.fit.reference import Met, documents, files_of, name_of, place_of
from winnow.pipelines.recipe.model import Source
from winnow.pipelines.sources.tables.jsonl import Jsonl
from winnow.pipelines.sources.warc.source import Warc

WEB = Source("web", Warc(), "warc")
LOCAL = LocalStorage()


def found(*words: Any, source: Source = WEB) -> tuple[list[Document], Met]:
    met = Met()
    files, _ = files_of(LOCAL, list(map(str, words)), source, "out")
    return list(documents(LOCAL, files, met, lambda *_: None)), met


def test_lines_of_json(tmp_path: Path) -> None:
    given, met = found(reference(tmp_path / "a.jsonl", 2, 1))
    assert [(each.language, name_of(each)) for each in given] == [("eo", "d0"), ("eo", "d1"), ("io", given[2].id)]
    assert (met.records, met.documents, met.lost) == (3, 3, {})
    assert place_of(given[0]) == f"{tmp_path}/a.jsonl, 0"


def test_every_kind_of_a_folder(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["p"], "language": ["eo"], "url": ["https://a.org/"]}), tmp_path / "c.parquet")
    lines(tmp_path / "b.jsonl", [{"text": "j"}])
    (tmp_path / "a").mkdir()
    (tmp_path / "a/t.txt.gz").write_bytes(gzip.compress(b"A text\r\nof lines."))
    given, _ = found(tmp_path)
    assert [each.text for each in given] == ["A text\nof lines.", "j", "p"]
    assert place_of(given[2]) == "https://a.org/"


def test_the_order_of_words_changes_nothing(tmp_path: Path) -> None:
    a, b = lines(tmp_path / "a.jsonl", [{"text": "a"}]), lines(tmp_path / "b.jsonl", [{"text": "b"}])
    assert found(b, a, b) == found(a, b)


def test_a_build_stands_for_what_it_keeps(tmp_path: Path) -> None:
    write_build(tmp_path / "build")
    kept = pq.read_table(tmp_path / "build/corpus").to_pylist()
    given, _ = found(tmp_path / "build")
    assert sorted(map(name_of, given)) == sorted(row["id"] for row in kept)
    (tmp_path / "begun/work").mkdir(parents=True)
    (tmp_path / "begun/work/build.json").write_text("{}")
    with pytest.raises(BadCall, match="begun: the build is not finished"):
        found(tmp_path / "begun")


def test_the_recipes_columns_where_its_source_is_of_that_kind(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", [{"body": "a text", "tongue": "eo", "text": "no"}])
    source = Source("posts", Jsonl(text="body", language="tongue"), "jsonl")
    (given,), _ = found(path, source=source)
    assert (given.text, given.language, given.source) == ("a text", "eo", "posts")


def test_what_has_no_text_is_counted(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", [{"text": "a"}, {"body": "b"}, {"text": None}])
    path.write_bytes(path.read_bytes() + b"7\n\xff\n\n" + b'{"text": "\\ud800"}\n')
    given, met = found(path)
    assert [each.text for each in given] == ["a", "\ufffd"]
    assert (met.records, met.lost) == (6, {"jsonl.no_text": 2, "jsonl.no_object": 1, "jsonl.encoding": 1})
    (tmp_path / "a.html").write_text("<!doctype html><html><body><p>A page.</p></body></html>")
    assert found(tmp_path / "a.html") == ([], Met(1, 0, Counter(page=1)))


def test_a_damaged_file_costs_its_gap(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["p"]}), tmp_path / "a.parquet")
    (tmp_path / "a.parquet").write_bytes((tmp_path / "a.parquet").read_bytes()[:-9])
    lines(tmp_path / "b.jsonl", [{"text": "j"}])
    given, met = found(tmp_path)
    assert ([each.text for each in given], met.lost) == (["j"], {"parquet.gap": 1})


def test_what_is_read_as_no_text(tmp_path: Path) -> None:
    with pytest.raises(BadCall, match="nothing: there is no such file or folder, and no file matches"):
        found(tmp_path / "nothing")
    (tmp_path / "a.epub").write_bytes(b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/epub+zip")
    with pytest.raises(BadCall, match=r"found 1 of kind books \(.*a\.epub\); reference text .* Build a corpus"):
        found(tmp_path / "a.epub")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadCall, match="there is no file"):
        found(tmp_path / "empty")


def test_other_kinds_beside_are_told(tmp_path: Path) -> None:
    lines(tmp_path / "b.jsonl", [{"text": "j"}])
    (tmp_path / "a.epub").write_bytes(b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/epub+zip")
    files, told = files_of(LOCAL, [str(tmp_path)], WEB, "out")
    assert ([file.input.path for file in files], told) == (
        [f"{tmp_path}/b.jsonl"], f"left out: 1 of kind books ({tmp_path}/a.epub)"
    )  # fmt: skip


def test_what_it_wrote_before_is_not_read(tmp_path: Path) -> None:
    lines(tmp_path / "b.jsonl", [{"text": "j"}])
    lines(tmp_path / "c.jsonl", [{"text": "j"}]).rename(tmp_path / "c.jsonl")
    (tmp_path / "out").mkdir()
    lines(tmp_path / "out/fitted.jsonl", [{"text": "not this"}])
    files, _ = files_of(LOCAL, [str(tmp_path)], WEB, str(tmp_path / "out"))
    assert [Path(file.input.path).name for file in files] == ["b.jsonl", "c.jsonl"]


def test_a_file_that_changes_meanwhile(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", [{"text": "a" * 100_000}] * 40)
    files, _ = files_of(LOCAL, [str(path)], WEB, "out")
    reading = documents(LOCAL, files, Met(), lambda *_: None)
    next(reading)
    lines(path, [{"text": "b" * 100_000}] * 40)
    with pytest.raises(BuildFailed, match="changed"):
        list(reading)
