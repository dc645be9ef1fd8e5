"""What is said when a build is done. The build is a few rows, written as a build writes them."""

import sys
from pathlib import Path

import pytest
from code_trees import write
from finished_builds import write_build
from small_builds import recipe

from winnow.pipelines.build import Request, build
from winnow.pipelines.display import Display
from winnow.pipelines.recipe.model import Source
from winnow.pipelines.sources.tables.text import TextFiles
from winnow.pipelines.views.terminal.summary import summary


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("build")
    write_build(root)
    return str(root)


def test_summary(built: str) -> None:
    text = summary(built)
    assert text.splitlines()[0] == "5 records and 1 gap of 1 file (8.0 KiB): 2 documents kept (33.3 %), 32 characters"
    assert [line.split() for line in text.splitlines()[3:7]] == [
        ["gaps", "1", "16.7", "%", "most", "by", "warc.gap"],
        ["read", "1", "20.0", "%", "most", "by", "http.status"],
        ["gopher_quality", "1", "25.0", "%", "most", "by", "gopher_quality.words"],
        ["dedup", "1", "33.3", "%", "most", "by", "duplicate.near"],
    ]
    assert len(text.splitlines()) == 11


def test_a_source_of_which_nothing_was_kept_is_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "notes", {"a.txt": b"A mill by the river.\n", "b.txt": b"\n", "c.txt": b" \n"})
    made = recipe(sources=(Source("text", TextFiles(), "text"),))
    build(Request(made, (f"{folder}/[bc].txt",), f"{tmp_path}/none", 1), Display(sys.stderr, quiet=True))
    build(Request(made, (f"{folder}/*.txt",), f"{tmp_path}/one", 1), Display(sys.stderr, quiet=True))
    said = "nothing was kept of source text: 2 documents of 2 by text.empty"
    assert [said in summary(f"{tmp_path}/{name}").splitlines() for name in ("none", "one")] == [True, False]


def test_summary_of_a_build_elsewhere() -> None:
    assert summary("gs://bucket/out").splitlines()[0] == "done: gs://bucket/out"
