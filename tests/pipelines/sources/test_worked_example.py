"""The kind of source that docs/sources.md has its readers write works as it stands there."""

import mailbox
import re
import subprocess
import sys
from pathlib import Path

import plugin_packages
import pytest
from small_builds import whole

from winnow.pipelines.recipe.file import load

DOCS = Path(__file__).resolve().parents[3] / "docs" / "sources.md"
BODY = "The mill by the river has been a bakery for as long as I can remember, and it smells of bread that we ate.\n"
MAILS = f"""\
left over
From ada Sat Jan  3 01:05:34 2026
Message-ID: <1@example.org>
Subject: The mill
Date: Sat, 03 Jan 2026 01:05:34 +0000

{BODY}>From there it is a mile.

From bob Sat Jan  3 02:05:34 2026
Content-Type: text/html; charset=latin-1

<html><body><article><p>{BODY * 6}</p></article></body></html>

From eve Sat Jan  3 03:05:34 2026
Message-ID: <3@example.org>

Too short.
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    text = DOCS.read_text("utf-8").partition("## A kind of your own")[2]
    (source,) = re.findall(r"```python\n(.*?)```", text, re.S)
    (recipe,) = re.findall(r"```toml\n(.*?)```", text, re.S)
    (tmp_path / "mail_box.py").write_text(source, "utf-8")
    (tmp_path / "mails.toml").write_text(recipe, "utf-8")
    (tmp_path / "archive.mbox").write_text(MAILS, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    plugin_packages.forget("mail_box")
    return tmp_path


def test_every_message_is_a_row(place: Path) -> None:
    made = whole(place / "out", load(place / "mails.toml"), [f"{place}/archive.mbox"])
    rejected = [(row["rule"], row["value"], row["limit"], row["detail"]) for row in made.rows("rejected")]
    assert rejected == [("mail.gap", None, None, "0+10"), ("mail.short", 10.0, 40.0, None)]
    kept = [(row["text"], row["title"], row["date"]) for row in made.rows("kept")]
    assert kept == [
        (f"{BODY}From there it is a mile.\n\n", "The mill", "2026-01-03T01:05:34Z"),
        ((BODY * 6).strip().replace("\n", " "), None, None),
    ]


@pytest.mark.parametrize("piece", [6, 7, 100, 1 << 20])
def test_the_census_counts_as_the_standard_library_does(
    place: Path, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = load(place / "mails.toml").sources[0].read
    monkeypatch.setattr(sys.modules["mail_box"], "PIECE", piece)
    with (place / "archive.mbox").open("rb") as stream:
        found = read.scan(stream)
    assert found.items.counts() == {"gap": 1, "message": len(mailbox.mbox(place / "archive.mbox"))}


@pytest.mark.slow
def test_as_the_page_says(place: Path) -> None:
    def winnow(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "winnow", *arguments], cwd=place, env=plugin_packages.environment(place),
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout

    winnow("build", "mails.toml", "--input", "archive.mbox", "--output", "corpus-1")
    assert "the ledger holds: 3 records and 1 gap of 1 file are 2 rows" in winnow("ledger", "corpus-1", "--check")
