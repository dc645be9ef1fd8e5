"""Builds whose recipe looks for excerpts: what goes, what is told of it, and that no runner or unit changes it."""

import random
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from small_builds import finished, warc

from winnow.pipelines.cli import main
from winnow.pipelines.recipe.file import load

Promised = Callable[[Path], dict[str, str]]
TOML = """
name = "excerpts"
rejected_text = "all"

[[source]]
name = "web"

[dedup.near]
measure = "containment"
"""
WORDS = [f"word{number}" for number in range(3000)]


def text(seed: int, words: int) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=words))


def cut(whole: str, first: int, last: int, *new: str) -> str:
    return " ".join([*whole.split()[first:last], *new])


WHOLE, OTHER = text(1, 600), text(2, 600)
PAGES = [cut(WHOLE, 100, 220), WHOLE, cut(OTHER, 0, 80, "quite", "another", "end"), text(3, 90), cut(WHOLE, 300, 400)]
LATER = [OTHER, cut(WHOLE, 50, 150, "and", "more"), cut(text(4, 300), 0, 60)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a recipe, two files of pages, and a build of the first."""
    folder = tmp_path_factory.mktemp("excerpts")
    (folder / "excerpts.toml").write_text(TOML, encoding="utf-8")
    warc(folder / "a.warc.gz", PAGES)
    warc(folder / "b.warc.gz", LATER)
    finished(folder / "a", load(folder / "excerpts.toml"), [f"{folder}/a.warc.gz"])
    return folder


def novel(root: Path) -> list[tuple[int, float, bool, int | None]]:
    rows = pq.read_table(root / "clusters").to_pylist()
    return [(row["offset"], round(row["similarity"], 3), row["kept"], row["novel_words"]) for row in rows]


def test_excerpts_go_and_the_clusters_say_what_they_had_of_their_own(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offsets = sorted(pq.read_table(built / "a/keys/part-00000.parquet")["offset"].to_pylist())
    assert novel(built / "a") == [
        (offsets[0], 1.0, False, 0),
        (offsets[1], 1.0, True, None),
        (offsets[4], 1.0, False, 0),
    ]
    kept, gone = (pq.read_table(built / "a" / table).to_pylist() for table in ("corpus", "rejected"))
    assert [len(row["text"].split()) for row in kept] == [600, 83, 90]
    (whole,) = {row["detail"] for row in gone}
    assert [(row["rule"], row["value"], row["limit"]) for row in gone] == [("duplicate.near", 1.0, 0.75)] * 2
    assert main(["clusters", str(built / "a"), whole]) == 0
    assert "new words" in capsys.readouterr().out
    assert main(["why", str(built / "a"), gone[0]["id"]]) == 0
    assert "new words" in capsys.readouterr().out
    assert main(["ledger", str(built / "a"), "--check"]) == 0
    card = (built / "a/README.md").read_text(encoding="utf-8")
    assert "or a sampled shingle, as one in 4 is" in card
    assert "share a band" not in card


def test_what_an_earlier_build_holds_whole_goes(built: Path) -> None:
    """Of an earlier build's page an excerpt; a page of which an earlier build has an excerpt stays."""
    finished(built / "b", load(built / "excerpts.toml"), [f"{built}/b.warc.gz"], against=[built / "a"])
    (gone,) = pq.read_table(built / "b/rejected").to_pylist()
    assert (gone["rule"], len(gone["text"].split())) == ("duplicate.earlier", 102)
    assert [(round(row[1], 3), *row[2:]) for row in novel(built / "b")] == [(round(96 / 98, 3), False, 2)]
    assert [len(row["text"].split()) for row in pq.read_table(built / "b/corpus").to_pylist()] == [600, 60]


@pytest.mark.slow
def test_neither_units_nor_workers_nor_beam_change_a_byte(built: Path, promised: Promised) -> None:
    call = ["build", f"{built}/excerpts.toml", "--input", f"{built}/[ab].warc.gz", "--quiet", "--output"]
    assert main([*call, f"{built}/ab", "--workers", "1"]) == 0
    wanted = promised(built / "ab")
    assert main([*call, f"{built}/small", "--unit-mib", "0.001", "--workers", "2"]) == 0
    assert promised(built / "small") == wanted
    assert main([*call, f"{built}/beam", "--unit-mib", "0.001", "--runner", "FnApiRunner"]) == 0
    assert promised(built / "beam") == wanted
