"""A whole build in which records are compared beside documents: what ledger, card and `winnow why` say of it."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from record_builds import rows, two_sources, write
from small_builds import LOCAL

from winnow.pipelines.build import Request, build
from winnow.pipelines.counts import Count
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.display import Display
from winnow.pipelines.ledger import book
from winnow.pipelines.ledger.check import check
from winnow.pipelines.views import clusters
from winnow.pipelines.views.beside import beside
from winnow.pipelines.views.finished import finished
from winnow.pipelines.views.terminal.why import ways

Promised = Callable[[Path], dict[str, str]]
ONE, TWO, END = "the first part of a long book", "and its second part", "the end of it"
BOOKS = [["no", ONE, TWO, END], [ONE, TWO, END, "!!!!!"], ["single part"], [ONE, TWO, f"{END} all"]]
PAGES = [f"{ONE} {TWO} {END} all right", "quite another page", "single part", "quite another page"]
PARTS = [part for parts in BOOKS for part in parts]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    write(folder, BOOKS, PAGES)
    return folder


def built(folder: Path, name: str, workers: int, unit_mib: float) -> Path:
    patterns = (f"books={folder}/books.txt", f"pages={folder}/pages.jsonl")
    request = Request(two_sources(priority=1), patterns, str(folder / name), workers, unit_mib)
    build(request, Display(sys.stderr, quiet=True))
    return folder / name


@pytest.fixture(scope="module")
def out(folder: Path) -> Path:
    """By two workers, of units of one record."""
    return built(folder, "out", 2, 0.000001)


def test_ledger(out: Path) -> None:
    ledger = book.load(LOCAL, str(out))
    assert check(LOCAL, str(out), beside) == []
    books, pages = (ledger.sources[name].total for name in ("books", "pages"))
    assert (books.records, books.documents, books.kept) == (
        4,
        12,
        Count(4, sum(map(len, (ONE, TWO, END, PARTS[8]))) + 4),
    )
    assert books.rejected["dedup"] == {"duplicate.near": Count(6, 2 * len(ONE + TWO + END))}
    assert (pages.records, pages.documents, pages.kept.documents) == (4, 4, 1)
    assert ledger.duplicates == Duplicates(
        documents_in_clusters=9 + 1 + 1 + 1 + 2, members=3 + 1 + 2 + 2, clusters=3,
        alike_pairs=3, compared=ledger.duplicates.compared, exact_copies=2, largest=4, limit=0.75, bands=16, rows=7,
        dropped={"books": {"books": 6}, "pages": {"books": 2, "pages": 1}},
    )  # fmt: skip


def test_the_card_says_which_source_lost_to_which(out: Path) -> None:
    lines = (out / "README.md").read_text().splitlines()
    start = lines.index("## Duplicates")
    told = [line for line in lines[start + 1 : lines.index("## Edits")] if line]
    assert told[:8] == [
        "8 whole records or documents, 14 documents in all, form 3 clusters of copies. One of each was kept and 9 "
        "documents were dropped: 2 with the very text of the kept one, 7 with a similar one. The largest cluster has 4 "
        "members. `clusters/` lists the members of each with their similarity to the kept one; `cluster_size` in the "
        "corpus says how often a text was found, for weighting. Each was compared with the kept one itself; 3 "
        "comparisons of two documents found 3 similar pairs.",
        "**More than half of their documents were copies: `books` (60.0 %), `pages` (75.0 %).**",
        "Records of `books` were compared whole: all documents of one share its fate, and their similarity is that of "
        "the records.",
        "Of two copies the one stays that is of the source with the higher priority, longer, older, whichever of these "
        "tells them apart first. Documents that were dropped, by their source and by the source of the one kept:",
        "| dropped from | kept in `books` | kept in `pages` |",
        "| ------------ | --------------: | --------------: |",
        "| `books`      |               6 |               0 |",
        "| `pages`      |               2 |               1 |",
    ]
    assert [line.split()[3:5] for line in told if line[:4] in ("0.85", "0.90")] == [
        ["1", "████████"],
        ["2", "████████████"],
    ]
    assert [line for line in told if "members:" in line] == [
        "**4 members: 7 documents similar, by 93.3 % or more**  ",
    ]  # fmt: skip


def said(out: Path, id: str) -> list[str]:
    text, found = ways(finished(str(out)), id)
    assert found
    return [" ".join(line.split()) for line in text.splitlines()]


def test_why_a_part_was_dropped(out: Path) -> None:
    gone = [row for row in rows(out, "rejected") if row["source"] == "books" and row["stage"] == "dedup"]
    kept = next(row for row in rows(out, "corpus") if row["text"] == ONE)
    lines = said(out, gone[2]["id"])
    assert gone[2]["text"] == END
    fate = f"REJECTED at dedup by duplicate.near: its record is 93.3 % similar to that of {kept['id']}, which was kept"
    assert fate in lines
    start = lines.index("One of 4 copies; similarity is that with the kept one:")
    page = next(row for row in rows(out, "rejected") if row["url"] == "https://example.org/0")
    assert lines[start + 2 : start + 6] == [
        f"{kept['id']} 100.0 % kept, 3 parts line:{ONE[:9]}",
        f"{page['id']} 93.8 % dropped https://example.org/0",
        f"{gone[0]['id']} 93.3 % dropped, 3 parts, this one line:no|{ONE[:6]}",
        f"{gone[3]['id']} 93.3 % dropped, 3 parts line:{ONE[:9]}",
    ]


def test_why_a_page_was_dropped_for_a_record(out: Path) -> None:
    page = next(row for row in rows(out, "rejected") if row["url"] == "https://example.org/2")
    kept = next(row for row in rows(out, "corpus") if row["text"] == "single part")
    assert f"REJECTED at dedup by duplicate.exact: the same text as {kept['id']}, which was kept" in said(
        out, page["id"]
    )


def test_why_a_part_was_kept(out: Path) -> None:
    """It is of the cluster that has another document's name."""
    first, second = (next(row for row in rows(out, "corpus") if row["text"] == text) for text in (ONE, TWO))
    lines = said(out, second["id"])
    assert (second["cluster"], "KEPT" in lines) == (first["id"], True)
    assert f"{first['id']} 100.0 % kept, 3 parts, this one line:{ONE[:9]}" in lines


@pytest.mark.slow
@pytest.mark.parametrize(("workers", "unit_mib"), [(1, 8.0)])
def test_workers_and_units_change_no_byte(
    out: Path, folder: Path, promised: Promised, workers: int, unit_mib: float
) -> None:
    assert promised(built(folder, "other", workers, unit_mib)) == promised(out)


def test_clusters_have_records_whole(out: Path) -> None:
    first, *others = clusters.members(finished(str(out)), clusters.largest(finished(str(out)), 1)[0]["cluster"])
    assert (first.kept, [member.kept for member in others]) == (True, [False] * 3)
    texts = [clusters.text_of(finished(str(out)), member) for member in (first, *others)]
    assert [(member.parts, text) for member, text in zip((first, *others), texts, strict=True)] == [
        (3, f"{ONE}\n\n{TWO}\n\n{END} all"), (1, PAGES[0]), (3, f"{ONE}\n\n{TWO}\n\n{END}"),
        (3, f"{ONE}\n\n{TWO}\n\n{END}"),
    ]  # fmt: skip
