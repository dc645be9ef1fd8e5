"""Addresses without what seldom matters. Finding rows is tested with what is said of them, in terminal/test_why.py."""

import json
from pathlib import Path

import pytest
from code_trees import write
from small_builds import LOCAL, recipe, whole

from winnow.pipelines.recipe.model import Source
from winnow.pipelines.sources.code.source import Code
from winnow.pipelines.sources.tables.jsonl import Jsonl
from winnow.pipelines.sources.tables.text import TextFiles
from winnow.pipelines.views import lookup


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Example.ORG", "example.org"),
        ("example.org/", "example.org"),
        ("HTTP://www.example.org:80/A/?q=1#x", "example.org/A?q=1"),
        ("http://example.org:8080/a", "example.org:8080/a"),
        ("http://example.org:port/a", "http://example.org:port/a"),
    ],
)
def test_normal(url: str, expected: str) -> None:
    assert lookup.normal(url) == expected


def test_a_file_is_found_by_its_path(tmp_path: Path) -> None:
    """Kept or rejected, and by the end of a path where no whole one is that."""
    files = {"src/a.py": b"x = 1\n" * 9, "src/b.bin": b"\0", "lib/a.py": b"y = 1\n" * 9}
    made = recipe(sources=(Source("code", Code(), "code"),))
    whole(tmp_path / "out", made, [str(write(tmp_path / "tree", files))])
    root = f"{tmp_path}/out"

    def paths(wanted: str) -> list[str]:
        rows = lookup.find(LOCAL, root, wanted).rows
        return [pair["value"] for row in rows for pair in row["meta"] if pair["key"] == "path"]

    assert [paths(name) for name in ("src/a.py", "src/b.bin", "a.py", "none.py")] == [
        ["src/a.py"],
        ["src/b.bin"],
        [],
        [],
    ]
    assert lookup.find(LOCAL, root, "a.py").same == ["lib/a.py", "src/a.py"]
    assert lookup.find(LOCAL, root, "./src/a.py").same == ["src/a.py"]
    assert lookup.find(LOCAL, root, "none.py").same == []


def test_a_file_of_one_record_is_found_by_its_name(tmp_path: Path) -> None:
    made = recipe(sources=(Source("text", TextFiles(), "text"),))
    folder = write(tmp_path / "notes", {"a.txt": b"A mill by the river.\n", "b.txt": b"\n"})
    whole(tmp_path / "out", made, [f"{folder}/a.txt", f"{folder}/b.txt"])
    found = [lookup.find(LOCAL, f"{tmp_path}/out", f"{folder}/{name}").rows for name in ("a.txt", "b.txt", "c.txt")]
    assert [[row["file"] for row in rows] for rows in found] == [[f"{folder}/a.txt"], [f"{folder}/b.txt"], []]


def test_a_row_is_found_by_the_id_that_its_table_gave_it(tmp_path: Path) -> None:
    """Also where that looks like one of ours, or like a part of it."""
    made = recipe(sources=(Source("rows", Jsonl(id="n"), "jsonl"),))
    names = ["7", "abc", "a" * 32, "doc 5", "http://a"]
    lines = [{"n": name, "text": f"A mill by the river, {name}."} for name in names] + [{"text": "Nameless."}]
    (tmp_path / "a.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    whole(tmp_path / "out", made, [f"{tmp_path}/a.jsonl"])
    found = [lookup.find(LOCAL, f"{tmp_path}/out", name).rows for name in [*names, "8"]]
    assert [[row["text"].split()[-1] for row in rows] for rows in found] == [
        ["7."], ["abc."], ["a" * 32 + "."], ["5."], ["http://a."], [],
    ]  # fmt: skip
    assert lookup.find(LOCAL, f"{tmp_path}/out", "http://b").unnamed == 6
