from pathlib import Path

import pytest
from warc_files import relabelled, write

from winnow.pipelines.annotators.robots_table import RobotsTable
from winnow.pipelines.cli import main

RULES = b"User-agent: GPTBot\nDisallow: /\n"


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """(exit code, output, errors)."""
    code = main(["robots", *arguments])
    found = capsys.readouterr()
    return code, found.out, found.err


@pytest.fixture
def crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    records = [
        {"url": "https://a.org/robots.txt", "body": RULES},
        {"url": "https://b.org/robots.txt", "body": b"", "status": "404 Not Found"},
    ]
    Path("good.warc").write_bytes(write(records, zipped=False))
    spoilt = relabelled("Payload", "md5:" + "0" * 32, {"url": "https://c.org/robots.txt", "body": RULES})
    Path("bad.warc").write_bytes(b"\0" * 7 + spoilt)
    Path("none.txt").write_text("no crawl")
    return tmp_path


def test_what_it_says(crawl: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "--input", "good.warc", "--output", "r.parquet")
    assert (code, out) == (0, "r.parquet: 2 hosts (1 all allowed, 1 rules), of 2 robots.txt in 1 file\n")
    assert err.startswith("robots.txt: done in ")
    assert said(capsys, "--input", "good.warc", "bad.warc", "--output", "r.parquet", "--quiet") == (0, "", "")


def test_damage_is_told(crawl: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "--input", "*.warc", "--output", "r.parquet")
    assert (code, out.splitlines()[1:]) == (
        0,
        ["not read: 1 record (warc.digest 1)", "damage: 1 gap of 7 bytes in which no record was found"],
    )


def test_agents(crawl: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "--input", "good.warc", "--output", "r.parquet")
    assert "google-extended" in RobotsTable("r.parquet").agents
    said(capsys, "--input", "good.warc", "--output", "r.parquet", "--agents", "CCBot", "X-1", "--agents", "y")
    table = RobotsTable("r.parquet")
    assert (table.agents, [row.rules for row in table]) == (["ccbot", "x-1", "y"], ["", ""])


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ("", "the following arguments are required: --input, --output"),
        ("--input good.warc", "required: --output"),
        ("--input nothing --output r.parquet", "--input nothing: no file matches 'nothing'"),
        ("--input none.txt --output r.parquet", "none.txt: nothing can be read of it"),
        ("--input bad.warc --output r.parquet", "there is no robots.txt among the response records of bad.warc"),
        ("--input good.warc --output good.warc", "that file is no table of robots.txt, and is not replaced"),
        ("--input good.warc --output .", "--output .: that is a folder; name a file in it, such as ./robots.parquet"),
        ("--input good.warc --output gs://a/b", "the table is written to this machine"),
        ("--input good.warc --output r.parquet --agents CCBot/2.0", "'CCBot/2.0' is no robot's name"),
        ("--input good.warc --output r.parquet --agent CCBot", "no option --agent"),
    ],
)
def test_wrong_calls(crawl: Path, capsys: pytest.CaptureFixture[str], arguments: str, error: str) -> None:
    before = {path: path.read_bytes() for path in crawl.iterdir()}
    code, out, err = said(capsys, *arguments.split())
    assert (code, out) == (2, "")
    assert error in err
    assert "Traceback" not in err
    assert {path: path.read_bytes() for path in crawl.iterdir()} == before


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "--help")
    assert code == 0
    assert 'use = "robots_txt"' in out
    assert "winnow robots --input 'crawl/robotstxt/*.warc.gz' --output robots.parquet" in out
