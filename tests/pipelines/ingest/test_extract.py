"""What a unit's documents are once they are read and extracted, before the steps that need their text."""

import dataclasses
import re
from pathlib import Path
from typing import Any, ClassVar

import pytest
import warc_files
from line_source import Lines, lines
from small_builds import LOCAL, TEXT, Built, Long, ingested, recipe, warc
from told import Told

from winnow.filters.document import Document
from winnow.filters.rules import Reject, Rule
from winnow.filters.text import Text
from winnow.pipelines import progress
from winnow.pipelines.corpus import schema
from winnow.pipelines.digest import digest
from winnow.pipelines.errors import BadCall, BuildFailed, Starved
from winnow.pipelines.extraction.sandbox import Sandbox
from winnow.pipelines.extraction.settings import ExtractSettings
from winnow.pipelines.ingest import extract as module
from winnow.pipelines.ingest.extract import extract
from winnow.pipelines.ingest.tally import Read, Reading
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import MOST_PARTS
from winnow.pipelines.recipe.file import find, load, shipped
from winnow.pipelines.recipe.model import Extract, Source, Step
from winnow.pipelines.sources.base import OWN, Content, Record
from winnow.pipelines.sources.warc.source import Warc

LONG = Step("long", "long", Long(), Long.RULES)
Rows = list[dict[str, Any]]


def some(rows: Rows, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


def reading(built: Built) -> dict[str, Read]:
    """By file, of a build of one unit."""
    (unit,) = built.units
    found = Reading.load(LOCAL, built.job.names.reading(unit.name))
    assert {*found.cpu_seconds} == {"extract", "rest"}
    return dict(found.files)


def extracted_again(built: Built, *poisoned: int) -> Built:
    """With other items that kill, into the same files."""
    made = dataclasses.replace(built, work=Work(LOCAL, dataclasses.replace(built.job, poisoned=poisoned)))
    for unit in built.units:
        extract(made.work, unit)
    return made


def test_a_source_converts_its_own_content(tmp_path: Path) -> None:
    rows = lines(tmp_path, "one\n-two\n", Lines(mime=OWN)).rows("extracted")
    assert some(rows, "text", "title", "date", "stage", "rule", "detail") == [
        ("ONE", "one", "2026-02-01", None, None, None), ("", "-tw", None, "extract", "line.unwanted", "-two"),
    ]  # fmt: skip
    assert rows[0]["meta"] == [{"key": "of", "value": "record"}, {"key": "was", "value": "one"}]


def test_every_item_ends_as_rows_or_in_a_count(tmp_path: Path) -> None:
    built = lines(tmp_path, "one\n# a note\n\n~ gap\ntwo|three\n# another\n")
    assert some(built.rows("extracted"), "item", "part", "text", "stage", "rule") == [
        (0, 0, "one", None, None), (2, 0, "", "read", "read.no_content"), (3, 0, "", "read", "line.gap"),
        (4, 0, "two", None, None), (4, 1, "three", None, None),
    ]  # fmt: skip
    assert reading(built) == {f"{tmp_path}/a.txt": Read(6, {"note": 2}, 5)}


def test_a_record_of_several_documents(tmp_path: Path) -> None:
    built = lines(tmp_path, "zero\none|two|one\n")
    rows = built.rows("extracted")
    whole = digest("line", "one|two|one")
    assert some(rows, "item", "part", "text", "title") == [
        (0, 0, "zero", "zer"), (1, 0, "one", "one"), (1, 1, "two", "two"), (1, 2, "one", "one")
    ]  # fmt: skip
    assert some(rows, "id")[1:] == [(whole,), (digest(whole, 1),), (digest(whole, 2),)]
    assert len({*some(rows, "id")}) == 4
    assert {*some(rows[1:], "offset", "url", "captured", "file")} == {
        (5, "line:one|two|o", "2026-01-31T00:00:00Z", f"{tmp_path}/a.txt")
    }  # fmt: skip
    assert reading(built)[f"{tmp_path}/a.txt"] == Read(2, {}, 4)


@pytest.mark.parametrize("unit_bytes", [1, 1 << 20])
def test_the_ids_of_parts_do_not_depend_on_units_or_places(tmp_path: Path, unit_bytes: int) -> None:
    (tmp_path / "moved").mkdir()
    plain = lines(tmp_path, "zero\none|two\n").rows("extracted")
    moved = lines(tmp_path / "moved", "before\nzero\none|two\n", unit_bytes=unit_bytes).rows("extracted")
    assert some(moved, "id", "part", "text")[1:] == some(plain, "id", "part", "text")


@pytest.mark.parametrize("parts", [3, 4])
def test_a_record_has_so_many_documents_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: int) -> None:
    assert module.MOST_PARTS == MOST_PARTS
    monkeypatch.setattr(module, "MOST_PARTS", 3)
    built = lines(tmp_path, "zero\n" + "|".join(["x"] * parts) + "\nlast\n")
    rows = [row for row in built.rows("extracted") if row["item"] == 1]
    if parts == 3:
        assert some(rows, "part", "text", "stage") == [(part, "x", None) for part in range(3)]
        return
    assert some(rows, "part", "stage", "rule", "value", "limit", "text") == [(0, "read", "read.parts", 4.0, 3.0, "")]
    assert len(built.rows("extracted")) == 3


@pytest.mark.parametrize("text", ["", " ", "\n\t\n"])
def test_an_empty_text_is_a_row(tmp_path: Path, text: str) -> None:
    path = warc(tmp_path / "a.warc.gz", [text])
    (row,) = ingested(tmp_path / "out", recipe(), [str(path)]).rows("extracted")
    assert (row["stage"], row["rule"], row["value"], row["limit"], row["characters"]) == (
        "extract", "extract.empty", 0.0, 1.0, 0
    )  # fmt: skip
    assert not row["text"]


def test_one_empty_part_is_a_row_beside_the_others(tmp_path: Path) -> None:
    built = lines(tmp_path, "one||three\n")
    assert some(built.rows("extracted"), "part", "stage", "characters") == [
        (0, None, 3), (1, "extract", 0), (2, None, 5)
    ]  # fmt: skip


def test_text_is_taken_as_it_is_but_for_its_line_ends(tmp_path: Path) -> None:
    path = warc(tmp_path / "a.warc.gz", ["a\r\nb\rc\n\r d <p>&amp;"])
    (row,) = ingested(tmp_path / "out", recipe(), [str(path)]).rows("extracted")
    assert row["text"] == "a\nb\nc\n\n d <p>&amp;"


def test_of_html_the_main_text_is_extracted_and_what_the_page_says_goes_before_what_the_source_says(
    tmp_path: Path,
) -> None:
    body = "This paragraph is the main text of the page, and there is enough of it to be taken for that. " * 5
    page = f"<html><head><title>The title</title></head><body><p>{body}</p></body></html>"
    built = lines(tmp_path, f"{page}|<p></p>\n", Lines(mime="text/html"))
    rows = built.rows("extracted")
    assert some(rows, "part", "title", "rule", "license") == [
        (0, "The title", None, "CC0-1.0"), (1, "<p>", "extract.empty", "CC0-1.0")
    ]  # fmt: skip
    assert (rows[0]["text"].strip(), "<p>" in rows[0]["text"]) == (body.strip(), False)


@dataclasses.dataclass(frozen=True)
class Facts(Lines):
    """Lines whose contents say all that a source can say."""

    licensed: bool = True

    def _record(self, line: str, item: Any) -> Record:
        content = Content(
            line, title="T\ud800", date="2020", language="en", code_language="C",
            license="CC-BY-4.0" if self.licensed else None, meta={"k": "content", "own": "1"},
        )  # fmt: skip
        return Record(item.offset, item.kind, "0" * 32, None, None, (content, content), {"k": "record", "of": "all"})


@pytest.mark.parametrize(("licensed", "license"), [(True, "CC-BY-4.0"), (False, "CC0-1.0")])
def test_what_the_source_says_of_a_document_is_in_its_row(tmp_path: Path, licensed: bool, license: str) -> None:
    (tmp_path / "a.txt").write_text("hello")
    sources = (Source("web", Facts(licensed=licensed), "facts", license="CC0-1.0"),)
    rows = ingested(tmp_path / "out", recipe(sources=sources), [f"{tmp_path}/a.txt"]).rows("extracted")
    names = ("title", "date", "language", "code_language", "license", "url", "captured")
    assert some(rows, *names) == [("T\ufffd", "2020", "en", "C", license, None, None)] * 2
    assert [[tuple(pair.values()) for pair in row["meta"]] for row in rows] == [
        [("k", "content"), ("of", "all"), ("own", "1")]
    ] * 2


FACTS = ("title", "date", "language", "code_language", "license")


@dataclasses.dataclass(frozen=True)
class Known:
    """A filter that reads no text, only what the source says."""

    NEEDS_TEXT: ClassVar[bool] = False
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("facts", max=4.0),)

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        return {"facts": float(sum(getattr(document, name) is not None for name in FACTS))}


@dataclasses.dataclass(frozen=True)
class Renames:
    """An annotator that reads no text and knows better."""

    NEEDS_TEXT: ClassVar[bool] = False

    def annotate(self, document: Document) -> Document:
        facts = {name: f"{getattr(document, name)}!" for name in FACTS}
        return dataclasses.replace(document, **facts, language_score=0.5, meta={**document.meta, "own": "2"})


def test_early_steps_see_what_the_source_says_and_so_do_rows_that_end_there(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello")
    made = recipe(Step("known", "known", Known(), Known.RULES), sources=(Source("web", Facts(), "facts"),))
    rows = ingested(tmp_path / "out", made, [f"{tmp_path}/a.txt"]).rows("extracted")
    assert some(rows, "rule", "value", *FACTS) == [("known.facts", 5.0, "T\ufffd", "2020", "en", "C", "CC-BY-4.0")] * 2


@pytest.mark.parametrize(("text", "rule"), [("hello", None), (" ", "extract.empty")])
def test_what_an_early_annotator_says_stands(tmp_path: Path, text: str, rule: str | None) -> None:
    (tmp_path / "a.txt").write_text(text)
    made = recipe(Step("renames", "renames", Renames()), sources=(Source("web", Facts(), "facts"),))
    rows = ingested(tmp_path / "out", made, [f"{tmp_path}/a.txt"]).rows("extracted")
    assert (
        some(rows, "rule", *FACTS, "language_score")
        == [(rule, "T\ufffd!", "2020!", "en!", "C!", "CC-BY-4.0!", 0.5)] * 2
    )
    assert {"key": "own", "value": "2"} in rows[0]["meta"]


@dataclasses.dataclass(frozen=True)
class Even:
    """A filter that reads no text."""

    NEEDS_TEXT: ClassVar[bool] = False
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("digit", max=2.0),)

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        assert text.string == ""
        return {"digit": float((document.url or "0")[-1])}


def test_a_step_without_need_of_text_comes_before_the_extraction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    text = module._Documents._text

    def noted(self: Any, content: Content, document: Document) -> Any:
        asked.append(content.text)
        return text(self, content, document)

    monkeypatch.setattr(module._Documents, "_text", noted)
    path = warc(tmp_path / "a.warc.gz", ["hello world", "no", "so!!!", "12345"])
    built = ingested(tmp_path / "out", recipe(LONG, Step("even", "even", Even(), Even.RULES)), [str(path)])
    rows = built.rows("extracted")
    assert asked == ["hello world", "no"]
    assert some(rows, "stage", "rule", "value", "limit", "failed", "even") == [
        (None, None, None, None, None, {"digit": 1.0}), (None, None, None, None, None, {"digit": 2.0}),
        ("even", "even.digit", 3.0, 2.0, ["even.digit"], {"digit": 3.0}),
        ("even", "even.digit", 4.0, 2.0, ["even.digit"], {"digit": 4.0}),
    ]  # fmt: skip
    assert [not row["text"] for row in rows] == [False, False, True, True]
    assert "long" not in rows[0]


@pytest.mark.parametrize("name", shipped())
def test_what_the_url_filter_drops_is_not_extracted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """In every recipe that comes with Winnow, wherever the filter stands in it."""
    asked: list[str | None] = []

    def noted(self: Sandbox, html: str, url: str | None, captured: str | None) -> Reject:
        asked.append(url)
        return Reject("extract.empty")

    monkeypatch.setattr(Sandbox, "extract", noted)
    (tmp_path / "domains.txt").write_text("bad.example\n")
    last = '\n[[step]]\nuse = "url"\ndomains = "domains.txt"\n'
    (tmp_path / "r.toml").write_text(find(name).read_text() + last)
    pages = [{"url": f"http://{host}.example/", "body": b"<p>text</p>"} for host in ("bad", "good", "www.bad")]
    (tmp_path / "a.warc.gz").write_bytes(warc_files.write(pages, zipped=True))
    built = ingested(tmp_path / "out", load(tmp_path / "r.toml"), [f"web={tmp_path}/a.warc.gz"])
    assert asked == ["http://good.example/"]
    assert some(built.rows("extracted"), "stage", "rule") == [
        ("url", "url.listed_domain"), ("extract", "extract.empty"), ("url", "url.listed_domain")
    ]  # fmt: skip


ERRORS = {e.__name__: e for e in (ZeroDivisionError, MemoryError, BuildFailed, BadCall, Starved, ImportError)}


@dataclasses.dataclass(frozen=True)
class BreaksEarly:
    """A filter that fails on addresses that nobody foresaw."""

    end: str
    error: str = "ZeroDivisionError"
    NEEDS_TEXT: ClassVar[bool] = False
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("never", max=1.0),)

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        if (document.url or "").endswith(self.end):
            raise ERRORS[self.error]("as planted")
        return {"never": 0.0}


def breaking(tmp_path: Path, error: str) -> Built:
    step = BreaksEarly("/2", error)
    path = warc(tmp_path / "a.warc.gz", ["hello world", "no", "other"])
    return ingested(tmp_path / "out", recipe(Step("breaks", "breaks", step, step.RULES)), [str(path)])


def test_an_error_in_measuring_is_its_records_row(tmp_path: Path) -> None:
    rows = breaking(tmp_path, "ZeroDivisionError").rows("extracted")
    assert some(rows, "stage", "rule", "failed", "value", "limit", "breaks") == [
        (None, None, None, None, None, {"never": 0.0}),
        ("measure", "measure.error", ["measure.error"], None, None, None),
        (None, None, None, None, None, {"never": 0.0}),
    ]  # fmt: skip
    detail = r"step 'breaks': ZeroDivisionError: as planted, at ingest/test_extract\.py:\d+"
    assert [bool(re.fullmatch(detail, row["detail"] or "")) for row in rows] == [False, True, False]


@pytest.mark.parametrize("error", ["MemoryError", "BuildFailed", "BadCall", "Starved", "ImportError"])
def test_what_is_no_records_fault_ends_the_unit(tmp_path: Path, error: str) -> None:
    ends = BuildFailed if error == "ImportError" else ERRORS[error]  # which then says at which step
    with pytest.raises(ends, match="as planted"):
        breaking(tmp_path, error)
    assert [path for path in LOCAL.files(f"{tmp_path}/out/work/extract") if path.endswith(".json")] == []


def test_what_reading_refuses_is_a_row(tmp_path: Path) -> None:
    pages = [
        {"body": b"x" * 9, "http": TEXT, "status": "404 Not Found"},
        {"body": b"x", "http": [("Content-Type", "image/png")]},
    ]
    content = warc_files.write([*pages, {"body": b"cut short", "http": TEXT}], zipped=True)
    (tmp_path / "a.warc.gz").write_bytes(content[:-5])
    rows = ingested(tmp_path / "out", recipe(), [f"{tmp_path}/a.warc.gz"]).rows("extracted")
    assert some(rows, "stage", "rule") == [("read", "http.status"), ("read", "http.mime"), ("read", "warc.gap")]
    assert {re.fullmatch("[0-9a-f]{32}", r["id"]) is not None for r in rows} == {True}


@pytest.mark.parametrize(
    "extra",
    [b"WARC-Target-URI: http://\xff\xfe/\r\n", b"WARC-Target-URI: http://e/\xed\xa0\x80\r\n",
     b"WARC-Record-ID: \xff\r\n",
     b"WARC-Identified-Payload-Type: \xff\r\n", b"X-\xff: \xff\r\n"],
)  # fmt: skip
def test_headers_that_are_no_text_are_rows(tmp_path: Path, extra: bytes) -> None:
    block = b"HTTP/1.1 200 \xff\r\nContent-Type: text/plain; \xff\r\nX: \xff\r\n\r\nhello world"
    record = warc_files.raw_record(block).replace(b"Content-Type: application", extra + b"Content-Type: application")
    (tmp_path / "a.warc").write_bytes(record)
    built = ingested(tmp_path / "out", recipe(), [f"{tmp_path}/a.warc"])
    assert len(built.rows("extracted")) == len(built.rows("kept")) + len(built.rows("rejected")) == 1


def test_halves_of_surrogate_pairs_are_replaced() -> None:
    document = Document(
        id="1", text="a\ud800b", source="web", url="\udc80", title="\ud83d\ude00", meta={"k\ud800": "v"}
    )
    stored = schema.storable(document)
    assert (stored.text, stored.url, stored.title, stored.meta) == (
        "a\ufffdb",
        "\ufffd",
        "\U0001f600",
        {"k\ufffd": "v"},
    )


@pytest.mark.parametrize("place", range(4))
def test_a_record_that_kills_is_a_row_and_the_others_are_as_before(tmp_path: Path, place: int) -> None:
    path = warc(tmp_path / "a.warc.gz", ["hello", "world", "!!!!!"])
    built = ingested(tmp_path / "out", recipe(), [str(path)])
    before = built.rows("extracted")
    after = extracted_again(built, place).rows("extracted")
    assert some(after, "offset") == some(before, "offset")
    crashed = [(r["item"], r["stage"], r["rule"], r["url"]) for r in after if r["rule"] == "read.crash"]
    assert crashed == ([(place, "read", "read.crash", None)] if place else [])  # the first is a request
    assert [r for r in after if r["item"] != place] == [r for r in before if r["item"] != place]
    assert reading(built) == {str(path): Read(4, {"request": 1}, 3)}


def test_a_gap_that_kills_is_a_row(tmp_path: Path) -> None:
    path = warc(tmp_path / "a.warc.gz", ["hello", "world"])
    path.write_bytes(path.read_bytes()[:-4])
    built = ingested(tmp_path / "out", recipe(), [str(path)])
    gap = built.rows("extracted")[-1]
    row = extracted_again(built, gap["item"]).rows("extracted")[-1]
    assert (gap["rule"], row["rule"], row["offset"]) == ("warc.gap", "read.crash", gap["offset"])


class ToldOnce(Told):
    """What a process tells of itself, in order, and what it does."""

    def noted(self, slot: int, value: int) -> list[Any]:
        return [value] if slot == progress.ITEM and self.events[-1:] != [value] else []


def test_a_process_tells_at_which_item_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For each part too: between two of them rows are written, and what fails then is no record's doing."""
    built, told = lines(tmp_path, "zero\n# note\ntwo|three\n"), ToldOnce()
    record, text = Lines._record, module._Documents._text

    def reads(self: Lines, line: str, item: Any) -> Record:
        told.events.append(f"read {line}")
        return record(self, line, item)

    def extracts(self: Any, content: Content, document: Document) -> Any:
        told.events.append(f"extract {content.text}")
        return text(self, content, document)

    monkeypatch.setattr(Lines, "_record", reads)
    monkeypatch.setattr(module._Documents, "_text", extracts)
    monkeypatch.setattr(progress, "_listener", told)
    extracted_again(built)
    nowhere = progress.NOWHERE
    assert told.events == [
        0, "read zero", 0, "extract zero", nowhere, 1, "read # note", nowhere,
        2, "read two|three", 2, "extract two", nowhere, 2, "extract three", nowhere,
    ]  # fmt: skip


def test_a_source_is_extracted_by_its_own_settings(tmp_path: Path) -> None:
    html = [("Content-Type", "text/html; charset=utf-8")]
    page = {"body": b"<html><body><p>" + b"A sentence of the page. " * 20 + b"</p></body></html>", "http": html}
    for name in ("web", "books"):
        (tmp_path / f"{name}.warc").write_bytes(warc_files.write([page], zipped=False))
    made = recipe(
        sources=(Source("web", Warc(), "warc"), Source("books", Warc(), "warc")),
        extracts=(Extract(ExtractSettings(max_bytes=100), ("books",)),),
    )
    built = ingested(tmp_path / "out", made, [f"{name}={tmp_path}/{name}.warc" for name in ("web", "books")])
    assert sorted(some(built.rows("extracted"), "source", "rule", "limit")) == [
        ("books", "extract.too_large", 100.0), ("web", None, None)
    ]  # fmt: skip
