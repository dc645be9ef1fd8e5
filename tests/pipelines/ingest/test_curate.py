"""What the recipe's steps make of a unit's documents: rows of the kept file, rows of the rejected one, and a tally."""

import dataclasses
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pyarrow.parquet as pq
import pytest
import warc_files
from line_source import lines
from small_builds import LOCAL, TEXT, Built, Kills, Long, ingested, recipe, warc
from told import Told

from winnow.filters.document import Document
from winnow.filters.edits import Change, recover
from winnow.filters.kinds import of_lines
from winnow.filters.rules import Rule
from winnow.filters.steps import Edit
from winnow.filters.text import Text
from winnow.pipelines import progress
from winnow.pipelines.build import Request, build
from winnow.pipelines.corpus.schema import sampled
from winnow.pipelines.counts import Count
from winnow.pipelines.display import Display
from winnow.pipelines.engines import jobs
from winnow.pipelines.errors import BadCall, BuildFailed, Damaged, Starved
from winnow.pipelines.ingest import curate
from winnow.pipelines.ingest.tally import Broken
from winnow.pipelines.plan.job import Work
from winnow.pipelines.recipe.model import Step

LONG = Step("long", "long", Long(), Long.RULES)
TEXTS = ["hello world", "no", "so!!!", "12345", "a b c d e"]


@dataclasses.dataclass(frozen=True)
class NoE:
    """An editor."""

    def edit(self, document: Document, text: Text) -> Edit:
        found = [Change(i, i + 1) for i, letter in enumerate(text.string) if letter == "e"]
        return Edit(found, {"letters": len(found)})


@dataclasses.dataclass(frozen=True)
class Even:
    """A filter that reads no text."""

    NEEDS_TEXT: ClassVar[bool] = False
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("digit", max=2.0),)

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        assert text.string == ""
        return {"digit": float((document.url or "0")[-1])}


def made(folder: Path, *steps: Step, texts: list[str] = TEXTS, unit_bytes: int = 1 << 20, **more: Any) -> Built:
    warc(folder / "a.warc.gz", texts)
    return ingested(folder / "out", recipe(*steps, **more), [f"{folder}/a.warc.gz"], unit_bytes)


def judged_again(built: Built, *poisoned: int) -> Built:
    """With items that kill; what was extracted stays."""
    again = dataclasses.replace(built, work=Work(LOCAL, dataclasses.replace(built.job, poisoned=poisoned)))
    for unit in built.units:
        curate.curate(again.work, unit)
    return again


def some(rows: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


def key(row: dict[str, Any]) -> tuple[Any, ...]:
    """What does not depend on units."""
    return tuple(value for name, value in sorted(row.items()) if name not in ("unit", "item"))


def test_every_document_ends_in_one_place(tmp_path: Path) -> None:
    built = made(tmp_path, LONG)
    (tally,) = built.tallies
    assert [r["text"] for r in built.rows("kept")] == ["hello world", "12345", "a b c d e"]
    assert [(r["text"], r["stage"], r["rule"]) for r in built.rows("rejected")] == [
        ("no", "long", "long.characters"), ("so!!!", "long", "long.bangs")
    ]  # fmt: skip
    fates = tally.files[f"{tmp_path}/a.warc.gz"]
    assert (fates.read.items, fates.read.others, fates.kept) == (6, {"request": 1}, Count(3, 25))
    assert fates.rejected == {"long": {"long.characters": Count(1, 2), "long.bangs": Count(1, 5)}}
    assert (tally.broken, tally.edits) == ({"long.characters": Broken(1, 1), "long.bangs": Broken(1, 1)}, {})


@pytest.mark.parametrize("unit_bytes", [1, 700])
def test_units_change_no_row(tmp_path: Path, unit_bytes: int) -> None:
    one, many = made(tmp_path, LONG), made(tmp_path, LONG, unit_bytes=unit_bytes)
    assert len(many.units) > len(one.units) == 1
    for kind in ("kept", "rejected"):
        assert [key(row) for row in many.rows(kind)] == [key(row) for row in one.rows(kind)]  # type: ignore[arg-type]
        assert [r["unit"] + r["item"] for r in many.rows(kind)] == [r["item"] for r in one.rows(kind)]  # type: ignore[arg-type]
    assert sum(fates.read.items for tally in many.tallies for fates in tally.files.values()) == 6


def test_the_tally_of_a_unit_is_file_by_file(tmp_path: Path) -> None:
    for name, texts in (("a", TEXTS), ("b", ["!!!!!!", "other words"])):
        warc(tmp_path / f"{name}.warc.gz", texts)
    built = ingested(tmp_path / "out", recipe(LONG), [f"{tmp_path}/*.gz"])
    (tally,) = built.tallies
    assert {Path(path).name: (f.read.items, f.kept, f.rejected) for path, f in tally.files.items()} == {
        "a.warc.gz": (6, Count(3, 25), {"long": {"long.characters": Count(1, 2), "long.bangs": Count(1, 5)}}),
        "b.warc.gz": (3, Count(1, 11), {"long": {"long.bangs": Count(1, 6)}}),
    }
    assert (tally.kept, tally.broken) == (4, {"long.characters": Broken(1, 1), "long.bangs": Broken(2, 2)})


def test_a_row(tmp_path: Path) -> None:
    row = made(tmp_path, LONG, texts=["hello"]).rows("kept")[0]
    facts = {k: row[k] for k in ("item", "source", "file", "part", "url", "captured", "characters", "edits", "license")}
    assert facts == {
        "item": 1, "source": "web", "file": f"{tmp_path}/a.warc.gz", "part": 0, "url": "http://example.org/1",
        "captured": warc_files.CAPTURED, "characters": 5, "edits": [], "license": None,
    }  # fmt: skip
    assert row["id"] == warc_files.record_id(1).replace("-", "")
    assert row["long"] == {"characters": 5.0, "bangs": 0.0}


def test_parts_are_judged_each_for_itself(tmp_path: Path) -> None:
    built = lines(tmp_path, "first text|no|third text\nso!!!|fifth text||end\n", steps=(LONG,))
    assert some(built.rows("kept"), "item", "part", "text") == [
        (0, 0, "first text"), (0, 2, "third text"), (1, 1, "fifth text")
    ]  # fmt: skip
    assert some(built.rows("rejected"), "item", "part", "rule", "text") == [
        (0, 1, "long.characters", "no"), (1, 0, "long.bangs", "so!!!"), (1, 2, "extract.empty", None),
        (1, 3, "long.characters", "end"),
    ]  # fmt: skip
    assert built.tallies[0].files[f"{tmp_path}/a.txt"].read.items == 2


def test_all_rules_broken_are_named(tmp_path: Path) -> None:
    built = made(tmp_path, LONG, dataclasses.replace(LONG, name="again"), texts=["!!!!"])
    (row,) = built.rows("rejected")
    assert (row["stage"], row["rule"], row["value"], row["limit"]) == ("long", "long.characters", 4.0, 5.0)
    assert row["failed"] == ["long.characters", "long.bangs", "again.characters", "again.bangs"]
    (tally,) = built.tallies
    assert [f.rejected for f in tally.files.values()] == [{"long": {"long.characters": Count(1, 4)}}]
    assert {*tally.broken.values()} == {Broken(1, 0)}
    assert len(tally.broken) == 4


def test_edits_are_counted_and_lead_back(tmp_path: Path) -> None:
    built = made(tmp_path, Step("no_e", "no_e", NoE()), LONG, texts=["hello eel", "eh!!! ee", "other", "eee", "no"])  # type: ignore[arg-type]
    (row,) = built.rows("kept")
    assert (row["text"], row["characters"]) == ("hllo l", 6)
    assert row["edits"] == [{"start": at, "end": at, "replacement": "e"} for at in (1, 5, 5)]
    assert recover(row["text"], row["edits"]) == "hello eel"
    assert [r["edits"] for r in built.rows("rejected")] == [[]] * 4
    assert some(built.rows("rejected"), "text", "characters", "stage", "rule") == [
        ("eh!!! ee", 8, "long", "long.bangs"), ("other", 5, "long", "long.characters"),
        ("eee", 3, "edit", "edit.empty"), ("no", 2, "long", "long.characters"),
    ]  # fmt: skip
    assert built.tallies[0].edits == {"no_e": {"letters": 3 + 3 + 1 + 3}}
    assert [fates.kept for fates in built.tallies[0].files.values()] == [Count(1, 6)]


@pytest.mark.parametrize("text", ["", " ", "\n\t\n"])
def test_an_empty_text_is_a_row(tmp_path: Path, text: str) -> None:
    (row,) = made(tmp_path, LONG, texts=[text]).rows("rejected")
    assert (row["stage"], row["rule"], row["characters"], row["text"], row["long"]) == (
        "extract",
        "extract.empty",
        0,
        None,
        None,
    )


@pytest.mark.parametrize("text", ["\0" * 9, "💥 emoji 💥", "שלום עולם", "x" * 1_000_000, "é\u0301 \u2028 \x85"])
def test_ugly_texts_are_rows(tmp_path: Path, text: str) -> None:
    built = made(tmp_path, LONG, texts=[text])
    assert len(built.rows("kept")) + len(built.rows("rejected")) == 1


def test_what_ended_before_extraction_is_counted_here(tmp_path: Path) -> None:
    built = made(tmp_path, LONG, Step("even", "even", Even(), Even.RULES))
    assert some(built.rows("rejected"), "stage", "text", "long", "even") == [
        ("long", "no", {"characters": 2.0, "bangs": 0.0}, {"digit": 2.0}),
        *(("even", None, None, {"digit": digit}) for digit in (3.0, 4.0, 5.0)),
    ]  # fmt: skip
    assert [r["even"] for r in built.rows("kept")] == [{"digit": 1.0}]
    (tally,) = built.tallies
    assert [fates.rejected for fates in tally.files.values()] == [
        {"long": {"long.characters": Count(1, 2)}, "even": {"even.digit": Count(3, 0)}}
    ]
    assert tally.broken == {"long.characters": Broken(1, 1), "even.digit": Broken(3, 3)}


@pytest.mark.parametrize("keep", ["all", "sample", "none"])
def test_rejected_texts(tmp_path: Path, keep: str) -> None:
    for row in made(tmp_path, LONG, texts=["no"] * 20, rejected_text=keep).rows("rejected"):
        assert row["text"] == ("no" if keep == "all" or (keep == "sample" and sampled(row["id"])) else None)
        assert row["characters"] == 2


ERRORS = {e.__name__: e for e in (ZeroDivisionError, MemoryError, BuildFailed, BadCall, Starved, ImportError)}


@dataclasses.dataclass(frozen=True)
class Breaks:
    """A filter that fails on texts, or addresses, that nobody foresaw."""

    word: str
    error: str = "ZeroDivisionError"
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("never", max=1.0),)

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        if self.word in text.string or (self.word and (document.url or "").endswith(self.word)):
            raise ERRORS[self.error]("as planted")
        return {"never": 0.0}


class BreaksEarly(Breaks):
    NEEDS_TEXT: ClassVar[bool] = False


@pytest.mark.parametrize(
    ("step", "text"), [(Breaks("no"), "no"), (BreaksEarly("/2"), None)]
)  # after extraction the text is there
def test_an_error_in_measuring_is_its_records_row(tmp_path: Path, step: Breaks, text: str | None) -> None:
    built = made(tmp_path, LONG, Step("breaks", "breaks", step, step.RULES))
    failed = [r for r in built.rows("rejected") if r["stage"] == "measure"]
    long = text and {"characters": 2.0, "bangs": 0.0}  # it was measured before
    assert some(failed, "url", "text", "rule", "failed", "value", "limit", "long", "measured") == [
        ("http://example.org/2", text, "measure.error", ["measure.error"], None, None, long, ["long"] if text else [])
    ]
    assert re.fullmatch(
        r"step 'breaks': ZeroDivisionError: as planted, at ingest/test_curate\.py:\d+", failed[0]["detail"]
    )
    (fates,) = built.tallies[0].files.values()
    assert fates.rejected["measure"] == {"measure.error": Count(1, len(text or ""))}
    assert fates.read.items == 6
    assert len(built.rows("kept")) + len(built.rows("rejected")) == 5


@pytest.mark.parametrize("error", ["MemoryError", "BuildFailed", "BadCall", "Starved", "ImportError"])
def test_what_is_no_records_fault_ends_the_unit(tmp_path: Path, error: str) -> None:
    step = Breaks("no", error)
    ends = BuildFailed if error == "ImportError" else ERRORS[error]  # which then says at which step
    with pytest.raises(ends, match="as planted"):
        made(tmp_path, Step("breaks", "breaks", step, step.RULES))
    assert LOCAL.files(f"{tmp_path}/out/work/curate") == []
    assert len(LOCAL.files(f"{tmp_path}/out/work/extract")) == 2  # that is not done again


@pytest.mark.parametrize("killers", [[0], [1], [2], [3], [1, 3], [1, 2, 3]])
def test_a_document_that_kills_while_it_is_judged_is_a_row(tmp_path: Path, killers: list[int]) -> None:
    """Its record was read and extracted, so the row says all that is known; it is set aside by its number."""
    built = made(tmp_path, Step("no_e", "no_e", NoE()), LONG, texts=["hello", "no", "world"])  # type: ignore[arg-type]
    kept, rejected = built.rows("kept"), built.rows("rejected")
    again = judged_again(built, *killers)
    assert again.rows("kept") == [r for r in kept if r["item"] not in killers]
    crashed = [r for r in again.rows("rejected") if r["rule"] == "read.crash"]
    assert [r for r in again.rows("rejected") if r not in crashed] == [r for r in rejected if r["item"] not in killers]
    assert some(crashed, "item", "stage", "failed", "value", "limit", "text", "long") == [
        (n, "read", ["read.crash"], None, None, ["hello", "no", "world"][n - 1], None) for n in killers if n
    ]
    assert {r["url"] for r in crashed} == {f"http://example.org/{n}" for n in killers if n}
    (fates,) = again.tallies[0].files.values()
    rows = fates.kept.documents + sum(n.documents for of in fates.rejected.values() for n in of.values())
    assert (fates.read.items, fates.read.others, rows) == (4, {"request": 1}, 3)
    alive = [text for number, text in enumerate(("hello", "no", "world"), 1) if number not in killers]
    assert again.tallies[0].edits == ({"no_e": {"letters": "".join(alive).count("e")}} if alive else {})


def test_of_a_record_that_kills_the_parts_that_ended_before_keep_their_rows(tmp_path: Path) -> None:
    built = judged_again(lines(tmp_path, "first text\nsecond||third text\n", steps=(LONG,), dedup=recipe().dedup), 1)
    assert some(built.rows("kept"), "text") == [("first text",)]
    assert some(built.rows("rejected"), "item", "part", "rule", "text") == [
        (1, 0, "read.crash", "second"), (1, 1, "extract.empty", None), (1, 2, "read.crash", "third text")
    ]  # fmt: skip


@pytest.mark.parametrize("keep", ["sample", "none"])
def test_the_text_of_what_kills_is_kept_as_the_recipe_says(tmp_path: Path, keep: str) -> None:
    built = judged_again(made(tmp_path, LONG, texts=["hello"] * 20, rejected_text=keep), *range(1, 21))
    assert some(built.rows("rejected"), "text", "characters") == [
        ("hello" if keep == "sample" and sampled(r["id"]) else None, 5) for r in built.rows("rejected")
    ]
    assert built.rows("kept") == []


def test_a_number_is_of_the_whole_build(tmp_path: Path) -> None:
    """Not of the unit: the second one has an item of the same place."""
    built = lines(tmp_path, "first text\nother text\n", unit_bytes=1, steps=(LONG,))
    again = judged_again(built, 1)
    assert some(again.rows("kept"), "unit", "item", "text") == [(0, 0, "first text")]
    assert some(again.rows("rejected"), "unit", "item", "rule") == [(1, 0, "read.crash")]


@pytest.mark.slow
def test_a_step_that_kills_its_process_costs_the_document_at_which_it_does(
    tmp_path: Path, quiet: Display, promised: Callable[[Path], dict[str, str]]
) -> None:
    """In real processes; what is promised does not depend on how the documents are dealt out."""
    for name, texts in (("a", ["hello world", "deadly words", "other words"]), ("b", ["deadly words", "last words"])):
        warc(tmp_path / f"{name}.warc.gz", texts)
    made = recipe(LONG, Step("kills", "kills", Kills("deadly"), Kills.RULES))
    results = []
    for workers, mib in ((1, 8.0), (2, 0.0001)):
        output = tmp_path / str(workers)
        build(Request(made, (f"{tmp_path}/*.gz",), str(output), workers, unit_mib=mib), quiet)
        rows = pq.read_table(output / "rejected/read/part-00000.parquet", partitioning=None).to_pylist()
        assert some(rows, "rule", "text", "url", "long") == [
            ("read.crash", "deadly words", f"http://example.org/{n}", None) for n in (2, 1)
        ]
        assert json.loads((output / "ledger.json").read_text())["total"]["kept"][0] == 3
        results.append(promised(output))
    assert results[0] == results[1]


class AllTold(Told):
    def noted(self, slot: int, value: int) -> list[Any]:
        return [{progress.ITEM: value, progress.KEPT: "kept", progress.RECORDS: "begun"}[slot]]


def test_a_process_tells_which_document_it_judges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no record is counted twice: it was begun when it was read."""
    built, told = lines(tmp_path, "# note\nfirst text|no\n\nlast text\n", steps=(LONG,)), AllTold()
    rows = curate._Judging._row

    def judges(self: Any, row: dict[str, Any], crashed: bool) -> dict[str, Any]:
        told.events.append(row["text"])
        return rows(self, row, crashed)

    monkeypatch.setattr(curate._Judging, "_row", judges)
    monkeypatch.setattr(progress, "_listener", told)
    judged_again(built)
    nowhere = progress.NOWHERE
    assert told.events == [
        1, "first text", nowhere, "kept", 1, "no", nowhere, 2, nowhere, 3, "last text", nowhere, "kept"
    ]  # fmt: skip


def test_what_was_extracted_is_checked_before_it_is_judged(tmp_path: Path) -> None:
    built = made(tmp_path, LONG)
    names, unit = built.job.names, built.units[0]
    for path in (names.extracted(unit.name), names.reading(unit.name)):
        whole = Path(path).read_bytes()
        for content in (None, whole[:-9], whole.replace(b"0", b"1"), b""):
            Path(path).unlink() if content is None else Path(path).write_bytes(content)
            with pytest.raises(Damaged) as damage:
                curate.curate(built.work, unit)
            assert damage.value.remove == (names.reading(unit.name),)
            LOCAL.delete(names.reading(unit.name))
            jobs.run(built.work, jobs.STAGES["extract"], unit)
            curate.curate(built.work, unit)
        assert len(built.rows("kept")) == 3


@dataclasses.dataclass(frozen=True)
class ListingLines:
    """A filter of somebody else's that asks what the lines of a text are."""

    RULES: ClassVar[tuple[Rule, ...]] = (Rule("code_lines"), Rule("prose_characters"))

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        kinds = of_lines(document.meta)
        if kinds is None:
            return {"code_lines": None, "prose_characters": None}
        lines = text.string.split("\n")
        prose = sum(len(line) for line, kind in zip(lines, kinds, strict=True) if kind == "prose")
        return {"code_lines": float(kinds.count("code")), "prose_characters": float(prose)}


def test_a_step_reads_what_each_line_is(tmp_path: Path) -> None:
    words = "Some words of an article that goes on for a while. " * 6
    html = f"<html><body><article><p>{words}</p><pre>a = 1\n\nb = 2</pre><p>{words}</p></article></body></html>"
    page = {"body": html.encode(), "http": [("Content-Type", "text/html")]}
    path = tmp_path / "a.warc"
    path.write_bytes(warc_files.write([page, {"body": b"a", "http": TEXT}], zipped=False))
    step = Step("listings", "listings", ListingLines(), ListingLines.RULES)
    found = [row["listings"] for row in ingested(tmp_path / "out", recipe(step), [str(path)]).rows("kept")]
    assert found == [
        {"code_lines": 3.0, "prose_characters": 2.0 * len(words.strip())},
        {"code_lines": None, "prose_characters": None},
    ]
