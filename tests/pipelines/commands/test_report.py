"""`winnow report` and `winnow browse`."""

import json
import os
import re
import webbrowser
from pathlib import Path
from typing import Any

import pytest
from small_builds import EXACT_ONLY, finished, recipe

from winnow.pipelines.cli import main
from winnow.pipelines.files.storage import LocalStorage, read_json, write_json
from winnow.pipelines.recipe.model import Source
from winnow.pipelines.sources.tables.jsonl import Jsonl

HOSTILE = "</script><script>alert(1)</script>\x1b[2J\u202e"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("reported")
    rows = [
        {"text": f"document {n} {HOSTILE}{'!' * (n % 5)}", "url": f"https://a.org/{HOSTILE}/{n}"} for n in range(20)
    ]
    (root / "a.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    made = recipe(sources=(Source("web", Jsonl(), "jsonl"),), dedup=EXACT_ONLY)
    finished(root / "out", made, [f"web={root}/a.jsonl"])
    return root / "out"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that a browser was asked for."""
    found: list[str] = []

    def of(address: str) -> bool:
        found.append(address)
        return True

    monkeypatch.setattr(webbrowser, "open", of)
    return found


def test_the_report_is_written_again_with_the_same_bytes(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(whole)]) == 0
    assert capsys.readouterr().out == f"{whole}/report.html\n"
    first = (whole / "report.html").read_bytes()
    (whole / "report.html").unlink()
    assert main(["report", f"{whole}/"]) == 0
    assert (whole / "report.html").read_bytes() == first
    assert b"alert(1)" not in first


def test_elsewhere(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(whole), "--output", f"{tmp_path}/new/page.html"]) == 0
    assert capsys.readouterr().out == f"{tmp_path}/new/page.html\n"
    main(["report", str(whole)])
    assert (tmp_path / "new/page.html").read_bytes() == (whole / "report.html").read_bytes()


def test_pipes_stay_and_links_are_followed(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert main(["report", str(whole), "--output", f"{tmp_path}/pipe"]) == 2
    assert f"--output {tmp_path}/pipe is no file, and is not replaced by one" in capsys.readouterr().err
    assert (tmp_path / "pipe").is_fifo()
    (tmp_path / "link").symlink_to(tmp_path / "page.html")
    assert main(["report", str(whole), "--output", f"{tmp_path}/link"]) == 0
    assert (tmp_path / "link").readlink() == tmp_path / "page.html"
    assert b"<html" in (tmp_path / "page.html").read_bytes()


@pytest.mark.parametrize(("others", "path"), [(0, "ledger.json"), (0, "corpus/../README.md"), (1, "report.html")])
def test_no_file_of_a_build_is_written_over(
    others: int, path: str, whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["report", str(whole)])
    (tmp_path / "link").symlink_to(whole)
    kept = {file: file.read_bytes() for file in whole.rglob("*") if file.is_file()}
    for to in (whole, tmp_path / "link"):
        assert main(["report", str(whole), *[str(whole)] * others, "--output", f"{to}/{path}"]) == 2
        said = f"--output {to}/{path} lies in the build {whole}, of which nothing is changed; name a file outside"
        assert said in capsys.readouterr().err
    assert {file: file.read_bytes() for file in whole.rglob("*") if file.is_file()} == kept


def test_json_is_what_the_page_holds_and_draws_on_no_terminal(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(whole), "--json"]) == 0
    said = capsys.readouterr().out
    assert re.findall(r"[^\x20-\x7e\n]", said) == []
    found: dict[str, Any] = json.loads(said)
    assert (found["format"], found["kind"], found["total"]["documents"]) == (1, "build", 20)
    assert HOSTILE in found["documents"][0]["text"]


def test_two_builds(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(whole), str(whole), "--output", f"{tmp_path}/both.html"]) == 0
    assert "data" in (tmp_path / "both.html").read_text(encoding="utf-8")
    capsys.readouterr()
    assert main(["report", str(whole), str(whole), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["kind"] == "comparison"


def test_it_is_opened_in_the_browser(whole: Path, opened: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    main(["report", str(whole)])
    capsys.readouterr()
    assert main(["browse", str(whole)]) == 0
    assert (capsys.readouterr().out, opened) == (f"{whole}/report.html\n", [(whole / "report.html").resolve().as_uri()])


def test_without_a_browser_the_path_is_said(
    whole: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    main(["report", str(whole)])
    capsys.readouterr()
    assert main(["browse", str(whole)]) == 0
    assert capsys.readouterr() == (
        f"{whole}/report.html\n",
        "winnow: no browser was found here; open that file in one\n",
    )


def wrong(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The line that a wrong call is told."""
    assert main(list(words)) == 2
    out, line = capsys.readouterr()
    assert (out, line.count("\n")) == ("", 1)
    return line


def test_wrong_calls(whole: Path, tmp_path: Path, opened: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("report", "browse"):
        assert "there is no such directory" in wrong(capsys, command, f"{tmp_path}/none")
        assert "holds no build" in wrong(capsys, command, str(tmp_path))
        assert "not on this machine" in wrong(capsys, command, "s3://bucket/out")
    assert "name it with --output FILE" in wrong(capsys, "report", str(whole), str(whole))
    assert "leave --output out" in wrong(capsys, "report", str(whole), "--json", "--output", "x")
    assert "is a directory; name a file" in wrong(capsys, "report", str(whole), "--output", str(tmp_path))
    (whole / "report.html").unlink(missing_ok=True)
    assert f"winnow report {whole} writes it" in wrong(capsys, "browse", str(whole))
    assert opened == []


def test_builds_of_before_and_damaged_ones(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    storage, path = LocalStorage(), f"{whole}/ledger.json"
    ledger = read_json(storage, path)
    write_json(storage, path, ledger | {"format": 10})
    for command in ("report", "browse"):
        assert "--replace" in wrong(capsys, command, str(whole))
    write_json(storage, path, ledger)
    for table in ("samples", "statistics", "overlaps", "rules"):
        held = (whole / f"ledger/{table}.parquet").read_bytes()
        for damaged in (held[:-9], b"", b"PAR1 no table PAR1"):
            (whole / f"ledger/{table}.parquet").write_bytes(damaged)
            assert "--replace" in wrong(capsys, "report", str(whole))
        (whole / f"ledger/{table}.parquet").unlink()
        assert "--replace" in wrong(capsys, "report", str(whole))
        (whole / f"ledger/{table}.parquet").write_bytes(held)
    assert main(["report", str(whole)]) == 0


@pytest.mark.parametrize("rows", [[{"text": "!!!! !!!"}], [{"text": "fine text"}], ["no object"], [{"text": ""}]])
def test_the_report_of_hardly_anything(rows: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    made = recipe(sources=(Source("w<b>&\u202e", Jsonl(), "jsonl"),), dedup=EXACT_ONLY)
    finished(tmp_path / "out", made, [f"w<b>&\u202e={tmp_path}/a.jsonl"])
    assert main(["report", str(tmp_path / "out"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["total"]["documents"], len(found["documents"]), [of["name"] for of in found["sources"]]) == (
        1, 1, ["w<b>&\u202e"])  # fmt: skip
