"""What is said when a build is done. The build is a few rows, written as a build writes them."""

import pytest
from finished_builds import write_build

from winnow.pipelines.views.terminal.summary import summary


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("build")
    write_build(root)
    return str(root)


def test_summary(build: str) -> None:
    text = summary(build)
    assert text.splitlines()[0] == "5 records and 1 gap of 1 file (8.0 KiB): 2 documents kept (33.3 %), 32 characters"
    assert [line.split() for line in text.splitlines()[3:7]] == [
        ["gaps", "1", "16.7", "%", "most", "by", "warc.gap"],
        ["read", "1", "20.0", "%", "most", "by", "http.status"],
        ["gopher_quality", "1", "25.0", "%", "most", "by", "gopher_quality.words"],
        ["dedup", "1", "33.3", "%", "most", "by", "duplicate.near"],
    ]
    assert len(text.splitlines()) == 11


def test_summary_of_a_build_elsewhere() -> None:
    assert summary("gs://bucket/out").splitlines()[0] == "done: gs://bucket/out"
