"""A whole build that cuts passages, of a source compared by records, one by documents, and one left alone: what rows,
ledger, card and `winnow why` say of it."""

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from record_builds import BOOKS, PAGES, rows
from small_builds import LOCAL, NEAR, Long, recipe

from winnow.filters.edits import recover
from winnow.pipelines.build import Request, build
from winnow.pipelines.counts import Count
from winnow.pipelines.dedup.settings import Substrings
from winnow.pipelines.dedup.spans.total import Passages
from winnow.pipelines.display import Display
from winnow.pipelines.ledger import book
from winnow.pipelines.ledger.check import check
from winnow.pipelines.recipe.model import Recipe, Source, Step
from winnow.pipelines.sources.tables.jsonl import Jsonl
from winnow.pipelines.views.beside import beside
from winnow.pipelines.views.finished import finished
from winnow.pipelines.views.terminal.why import ways

Promised = Callable[[Path], dict[str, str]]
SAID = {name: " ".join(f"{name}{number}" for number in range(12)) for name in "abcdefghijklmnopqrst"}


def line(names: str) -> str:
    return " ".join(SAID[name] for name in names)


BOOK = [["ab", "c"], ["dab", "e", "f"], ["a", "bg"], ["b", "qrst"]]
"""Of the third record more than half stands in the first, of its second part alone half does. Nothing would be left of
the last one's first part, while the record stays."""
SITE = ["ahi", "jklm", "bcn"]
CODE = ["abop", "abkl"]
DEDUP = replace(NEAR, substrings=Substrings(12, False, sources=("books", "pages")), order=("priority",))
RECIPE = recipe(
    Step("long", "long", Long(), Long.RULES), dedup=DEDUP,
    sources=(replace(BOOKS, priority=1), PAGES, Source("code", Jsonl(), "jsonl", priority=2)),
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("passages")
    books = ["|".join(line(part) for part in parts) for parts in BOOK]
    (folder / "books.txt").write_text("\n".join(books) + "\n", encoding="utf-8")
    for name, texts in (("pages", SITE), ("code", CODE)):
        rows = [json.dumps({"text": line(text), "url": f"https://example.org/{name}/{text}"}) for text in texts]
        (folder / f"{name}.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def built(folder: Path, name: str, workers: int, unit_mib: float, made: Recipe = RECIPE) -> Path:
    patterns = (f"books={folder}/books.txt", f"pages={folder}/pages.jsonl", f"code={folder}/code.jsonl")
    build(Request(made, patterns, str(folder / name), workers, unit_mib), Display(sys.stderr, quiet=True))
    return folder / name


@pytest.fixture(scope="module")
def out(folder: Path) -> Path:
    """By two workers, of units of one record."""
    return built(folder, "out", 2, 0.000001)


def names(text: str) -> str:
    """Of what it is made."""
    return "".join(word[0] for word in text.split()[::12])


def test_rows(out: Path) -> None:
    """Code is left alone, and is nobody's first copy."""
    kept, gone = rows(out, "corpus"), rows(out, "rejected")
    assert [(row["source"], names(row["text"])) for row in kept] == [
        ("books", "ab"), ("books", "c"), ("books", "d"), ("books", "e"), ("books", "f"), ("books", "b"),
        ("books", "qrst"), ("code", "abop"),
        ("code", "abkl"), ("pages", "hi"), ("pages", "jklm"),
    ]  # fmt: skip
    share = len(line("ab")) / (len(line("a")) + len(line("bg")))
    assert [(row["part"], names(row["text"]), row["rule"], round(row["value"], 2)) for row in gone] == [
        (0, "a", "duplicate.substrings", round(share, 2)), (1, "bg", "duplicate.substrings", round(share, 2)),
        (0, "bcn", "duplicate.substrings", 0.67),
    ]  # fmt: skip
    assert {(row["limit"], row["detail"]) for row in gone} == {(0.5, kept[0]["id"])}
    assert [recover(row["text"], row["edits"]) for row in kept if row["source"] == "pages"] == [
        line("ahi"),
        line("jklm"),
    ]
    assert [row["characters"] for row in kept] == [len(row["text"]) for row in kept]


def test_ledger(out: Path) -> None:
    ledger = book.load(LOCAL, str(out))
    assert check(LOCAL, str(out), beside) == []
    lost = 2 * len(SAID["a"]) + len(SAID["b"]) + 3
    assert ledger.passages == Passages(
        documents=2, characters=lost, pieces={"substring": 2}, holding=0,
        dropped={"books": {"duplicate.substrings": 2}, "pages": {"duplicate.substrings": 1}},
    )  # fmt: skip
    assert (ledger.edits, ledger.total.cut) == ({"dedup": {"substring": 2}}, Count(2, lost))
    assert ledger.sources["code"].total.cut == Count()
    assert ledger.sources["pages"].total.kept == Count(2, len(line("hi") + line("jklm")))


def test_the_ledger_is_held_against_rows(out: Path, tmp_path: Path) -> None:
    shutil.copytree(out, tmp_path / "out")
    ledger = book.load(LOCAL, str(out))
    passages = replace(ledger.passages or Passages(), characters=1, dropped={"books": {"duplicate.spans": 2}})
    book.save(LOCAL, str(tmp_path / "out"), replace(ledger, passages=passages))
    assert [fault for fault in check(LOCAL, str(tmp_path / "out"), beside) if "assages" in fault] == [
        "ledger.json: source 'books': documents with shared passages: {'duplicate.substrings': 2} dropped by the "
        "ledger, {'duplicate.spans': 2} by cut lists",
    ]


def test_the_card(out: Path) -> None:
    card = (out / "README.md").read_text()
    assert (
        "Of passages that several documents have the first copy was kept. 2 documents that stayed lost 2 runs of "
        "words, 114 characters or 10.8 % of what they had: the column `removed` names the document in which each "
        "stands. 3 documents were dropped because more than the recipe's share of them stands in documents that "
        "stayed: 3 by `duplicate.substrings`.\n"
    ) in card
    assert "| `dedup` | `substring` |     2 |" in card
    assert "Passages that documents share were not looked for." not in card
    stages = [[cell.strip() for cell in each.split("|")[1:-1]] for each in card.splitlines() if "| dedup: " in each]
    assert stages[0][1:4] == ["3", "21.4 %", "11"]
    assert stages[0][4] == f"{sum(row['characters'] for row in rows(out, 'corpus')):,}"


def said(out: Path, id: str) -> list[str]:
    text, found = ways(finished(str(out)), id)
    assert found
    return [" ".join(line.split()) for line in text.splitlines()]


def test_why(out: Path) -> None:
    kept, gone = rows(out, "corpus"), rows(out, "rejected")
    first = kept[0]["id"]
    cut = said(out, kept[9]["id"])
    start = cut.index("Cut of it, for it stands elsewhere:")
    assert (cut[1], cut[start + 1 : start + 3]) == ("KEPT", [
        "characters stands in begins", f"38 substring {first} a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11",
    ])  # fmt: skip
    dropped = said(out, gone[1]["id"])
    assert dropped[1] == (
        "REJECTED at dedup by duplicate.substrings: 67.0 % of its record, more than 50.0 %, are runs of words that "
        f"stand in documents that stayed, most in {first}"
    )
    assert f"38 substring {first} b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 b10 b11" in dropped
    assert "67.3 % of it, more than" in said(out, gone[2]["id"])[1]


@pytest.mark.slow
@pytest.mark.parametrize(("workers", "unit_mib"), [(1, 8.0)])
def test_workers_and_units_change_no_byte(
    out: Path, folder: Path, promised: Promised, workers: int, unit_mib: float
) -> None:
    assert promised(built(folder, "other", workers, unit_mib)) == promised(out)
