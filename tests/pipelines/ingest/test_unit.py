import dataclasses
import errno
import itertools
import operator
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
import warc_files
from small_builds import LOCAL, TEXT, Built, Long, ingested, recipe, warc

from winnow.filters.document import Document
from winnow.filters.edits import Change, recover
from winnow.filters.rules import Reject, Rule
from winnow.filters.steps import Edit
from winnow.filters.text import Text
from winnow.pipelines.corpus import schema
from winnow.pipelines.corpus.tables import sampled
from winnow.pipelines.engines.progress import NOWHERE
from winnow.pipelines.errors import BadCall, BuildFailed, Starved
from winnow.pipelines.extraction.sandbox import Sandbox
from winnow.pipelines.files.parquet import read_batches
from winnow.pipelines.ingest.unit import Ingest, Tally
from winnow.pipelines.plan.units import load_census
from winnow.pipelines.recipe.model import Step
from winnow.pipelines.sources.warc import read as warc_reader

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


def rows(built: Built, kind: str) -> list[dict[str, Any]]:
    """In the order of the input; the rejected lie in groups by stage."""
    return [
        row
        for chunk, tally in zip(built.chunks, built.tallies, strict=True)
        for row in sorted(
            itertools.chain.from_iterable(
                batch.to_pylist()
                for batch in read_batches(LOCAL, f"{built.job.chunk(chunk)}.{kind}.parquet", tally[f"{kind}_file"])
            ),
            key=operator.itemgetter("span"),
        )
    ]


def made(folder: Path, *steps: Step, texts: list[str] = TEXTS, chunk_bytes: int = 1 << 20, **more: Any) -> Built:
    warc(folder / "a.warc.gz", texts)
    return ingested(folder / "out", recipe(*steps, **more), [f"{folder}/a.warc.gz"], chunk_bytes)


def test_every_span_ends_in_one_place(tmp_path: Path) -> None:
    built = made(tmp_path, LONG)
    (tally,) = built.tallies
    assert [r["text"] for r in rows(built, "kept")] == ["hello world", "12345", "a b c d e"]
    assert [(r["text"], r["stage"], r["rule"]) for r in rows(built, "rejected")] == [
        ("no", "long", "long.characters"), ("so!!!", "long", "long.bangs")
    ]  # fmt: skip
    assert {k: tally[k] for k in ("records", "others", "kept", "rejected", "broken", "edits")} == {
        "records": 6, "others": {"request": 1}, "kept": [3, 25],
        "rejected": {"long": {"long.characters": [1, 2], "long.bangs": [1, 5]}},
        "broken": {"long.characters": [1, 1], "long.bangs": [1, 1]}, "edits": {},
    }  # fmt: skip


@pytest.mark.parametrize("chunk_bytes", [1, 700])
def test_chunks_change_no_row(tmp_path: Path, chunk_bytes: int) -> None:
    one, many = made(tmp_path, LONG), made(tmp_path, LONG, chunk_bytes=chunk_bytes)
    assert len(many.chunks) > len(one.chunks) == 1
    for kind in ("kept", "rejected"):
        assert rows(many, kind) == rows(one, kind)
    assert sum(t["records"] for t in many.tallies) == 6


def test_a_row(tmp_path: Path) -> None:
    row = rows(made(tmp_path, LONG, texts=["hello"]), "kept")[0]
    facts = {
        k: row[k] for k in (
            "span", "source", "file", "part", "url", "captured", "characters", "license", "edits", "measured"
        )
    }  # fmt: skip
    assert facts == {
        "span": 1, "source": "web", "file": f"{tmp_path}/a.warc.gz", "part": 0, "url": "http://example.org/1",
        "captured": warc_files.CAPTURED, "characters": 5, "license": None,
        "edits": [], "measured": ["long"],
    }  # fmt: skip
    assert row["id"] == warc_files.record_id(1).replace("-", "")
    assert row["long"] == {"characters": 5.0, "bangs": 0.0}


def test_all_rules_broken_are_named(tmp_path: Path) -> None:
    built = made(tmp_path, LONG, dataclasses.replace(LONG, name="again"), texts=["!!!!"])
    (row,) = rows(built, "rejected")
    assert (row["stage"], row["rule"], row["value"], row["limit"]) == ("long", "long.characters", 4.0, 5.0)
    assert row["failed"] == ["long.characters", "long.bangs", "again.characters", "again.bangs"]
    assert built.tallies[0]["rejected"] == {"long": {"long.characters": [1, 4]}}
    assert set(map(tuple, built.tallies[0]["broken"].values())) == {(1, 0)}


def test_edits_are_counted_and_lead_back(tmp_path: Path) -> None:
    built = made(tmp_path, Step("no_e", "no_e", NoE()), LONG, texts=["hello eel", "eh!!! ee", "other", "eee", "no"])  # type: ignore[arg-type]
    (row,) = rows(built, "kept")
    assert (row["text"], row["characters"]) == ("hllo l", 6)
    assert row["edits"] == [{"start": at, "end": at, "replacement": "e"} for at in (1, 5, 5)]
    assert recover(row["text"], row["edits"]) == "hello eel"
    assert [r["edits"] for r in rows(built, "rejected")] == [[]] * 4
    assert [(r["text"], r["characters"], r["stage"], r["rule"]) for r in rows(built, "rejected")] == [
        ("eh!!! ee", 8, "long", "long.bangs"), ("other", 5, "long", "long.characters"),
        ("eee", 3, "edit", "edit.empty"), ("no", 2, "long", "long.characters"),
    ]  # fmt: skip
    assert built.tallies[0]["edits"] == {"no_e": {"letters": 3 + 3 + 1 + 3}}
    assert built.tallies[0]["kept"] == [1, 6]


@pytest.mark.parametrize("text", ["", " ", "\n\t\n"])
def test_an_empty_text_is_a_row(tmp_path: Path, text: str) -> None:
    (row,) = rows(made(tmp_path, LONG, texts=[text]), "rejected")
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
    assert len(rows(built, "kept")) + len(rows(built, "rejected")) == 1


def test_a_step_without_need_of_text_comes_first(tmp_path: Path) -> None:
    steps = (LONG, Step("even", "even", Even(), Even.RULES))
    built = made(tmp_path, *steps)
    assert [(r["stage"], r["text"], r["long"], r["even"]) for r in rows(built, "rejected")] == [
        ("long", "no", {"characters": 2.0, "bangs": 0.0}, {"digit": 2.0}),
        *(("even", None, None, {"digit": digit}) for digit in (3.0, 4.0, 5.0)),
    ]  # fmt: skip
    assert [r["even"] for r in rows(built, "kept")] == [{"digit": 1.0}]


@pytest.mark.parametrize("keep", ["all", "sample", "none"])
def test_rejected_texts(tmp_path: Path, keep: str) -> None:
    for row in rows(made(tmp_path, LONG, texts=["no"] * 20, rejected_text=keep), "rejected"):
        assert row["text"] == ("no" if keep == "all" or (keep == "sample" and sampled(row["id"])) else None)
        assert row["characters"] == 2


def test_what_reading_refuses_is_a_row(tmp_path: Path) -> None:
    pages = [
        {"body": b"x" * 9, "http": TEXT, "status": "404 Not Found"},
        {"body": b"x", "http": [("Content-Type", "image/png")]},
    ]
    content = warc_files.write([*pages, {"body": b"cut short", "http": TEXT}], zipped=True)
    (tmp_path / "a.warc.gz").write_bytes(content[:-5])
    built = ingested(tmp_path / "out", recipe(LONG), [f"{tmp_path}/a.warc.gz"])
    assert [(r["stage"], r["rule"]) for r in rows(built, "rejected")] == [
        ("read", "http.status"), ("read", "http.mime"), ("read", "warc.gap")
    ]  # fmt: skip
    assert {re.fullmatch("[0-9a-f]{32}", r["id"]) is not None for r in rows(built, "rejected")} == {True}


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
    built = ingested(tmp_path / "out", recipe(LONG), [f"{tmp_path}/a.warc"])
    assert len(rows(built, "kept")) + len(rows(built, "rejected")) == 1


def listened(built: Built, poisoned: frozenset[int], told: Callable[[int, bool], None]) -> None:
    with Sandbox(built.job.recipe.extract) as sandbox:
        Ingest(built.job, built.chunks[0], sandbox, poisoned).run(LOCAL, told)


def test_a_record_is_told_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a record that kills its process while it is read would be taken for the one before it."""
    built, events = made(tmp_path, LONG, texts=["hello", "no", "world"]), list[Any]()
    from winnow.pipelines.sources.warc import read as reader

    read = reader._record

    def noted(data: Any, span: Any, *rest: Any) -> Any:
        events.append(("read", span.offset))
        return read(data, span, *rest)

    monkeypatch.setattr(reader, "_record", noted)
    listened(built, frozenset(), lambda offset, kept: events.append(("kept" if kept else "begun", offset)))
    at = [0, *(r["offset"] for r in sorted(rows(built, "kept") + rows(built, "rejected"), key=lambda r: r["offset"]))]
    assert events == [
        ("begun", at[0]), ("read", at[0]), ("begun", NOWHERE), ("begun", at[1]), ("read", at[1]), ("begun", NOWHERE),
        ("kept", at[1]), ("begun", at[2]), ("read", at[2]), ("begun", NOWHERE), ("begun", at[3]), ("read", at[3]),
        ("begun", NOWHERE), ("kept", at[3]),
    ]  # fmt: skip


@pytest.mark.parametrize("place", range(4))
def test_a_record_that_kills_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int) -> None:
    built, seen = made(tmp_path, LONG, texts=["hello", "world", "!!!!!"]), list[int]()
    from winnow.pipelines.sources.warc import read as reader

    before = sorted(rows(built, "kept") + rows(built, "rejected"), key=lambda r: r["offset"])
    at, read = [0, *(r["offset"] for r in before)], reader._record

    def noted(data: Any, span: Any, *rest: Any) -> Any:
        seen.append(span.offset)
        return read(data, span, *rest)

    monkeypatch.setattr(reader, "_record", noted)
    listened(built, frozenset({at[place]}), lambda offset, kept: None)
    assert seen == [offset for offset in at if offset != at[place]]
    after = sorted(rows(built, "kept") + rows(built, "rejected"), key=lambda r: r["offset"])
    assert [r["offset"] for r in after] == at[1:]
    crashed = [(r["offset"], r["stage"], r["rule"]) for r in after if r.get("rule") == "read.crash"]
    assert crashed == ([(at[place], "read", "read.crash")] if place else [])
    assert [r for r in after if r["offset"] != at[place]] == [r for r in before if r["offset"] != at[place]]
    assert (built.tallies[0]["records"], built.tallies[0]["others"]) == (4, {"request": 1})


def test_a_gap_that_kills_is_a_row(tmp_path: Path) -> None:
    content = warc(tmp_path / "a.warc.gz", ["hello", "world"]).read_bytes()
    (tmp_path / "a.warc.gz").write_bytes(content[:-4])
    built = ingested(tmp_path / "out", recipe(LONG), [f"{tmp_path}/a.warc.gz"])
    (gap,) = rows(built, "rejected")
    listened(built, frozenset({gap["offset"]}), lambda offset, kept: None)
    (row,) = rows(built, "rejected")
    assert (gap["rule"], row["rule"], row["offset"]) == ("warc.gap", "read.crash", gap["offset"])


def test_a_tally() -> None:
    tally = Tally()
    tally.reject("a", [Reject("a.x"), Reject("a.y")], 5)
    tally.reject("a", [Reject("a.x")], 7)
    tally.reject("read", [Reject("http.mime")], 0)
    assert tally.rejected == {"a": {"a.x": [2, 12]}, "read": {"http.mime": [1, 0]}}
    assert tally.broken == {"a.x": [2, 1], "a.y": [1, 0], "http.mime": [1, 1]}


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
    (tally,) = built.tallies
    failed = [r for r in rows(built, "rejected") if r["stage"] == "measure"]
    assert [(r["url"], r["text"], r["rule"], r["failed"], r["value"], r["limit"]) for r in failed] == [
        ("http://example.org/2", text, "measure.error", ["measure.error"], None, None)
    ]
    assert re.fullmatch(r"ZeroDivisionError: as planted, at ingest/test_unit\.py:\d+", failed[0]["detail"])
    assert tally["rejected"]["measure"] == {"measure.error": [1, len(text or "")]}
    assert tally["records"] == 6
    assert len(rows(built, "kept")) + len(rows(built, "rejected")) == 5


@pytest.mark.parametrize("broken", [0, 2, 5])
def test_an_error_in_reading_is_its_records_row_or_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: int
) -> None:
    """The first record is a request, which is only counted; the others are pages."""
    plain = made(tmp_path, LONG)
    kept = rows(plain, "kept")
    spans = load_census(LOCAL, plain.job.census(plain.inputs[0])).spans
    read = warc_reader._record

    def failing(data: Any, span: Any, *rest: Any) -> Any:
        if span == spans[broken]:
            raise KeyError("x")
        return read(data, span, *rest)

    monkeypatch.setattr(warc_reader, "_record", failing)
    built = made(tmp_path, LONG)
    found = {r["offset"]: r["rule"] for r in rows(built, "rejected")}
    assert {offset: rule for offset, rule in found.items() if rule == "read.error"} == (
        {spans[broken].offset: "read.error"} if broken else {}
    )
    assert [r for r in rows(built, "kept") if r["offset"] != spans[broken].offset] == [
        r for r in kept if r["offset"] != spans[broken].offset
    ]
    assert built.tallies[0]["records"] == 6
    assert built.tallies[0]["others"] == {"request": 1}


@pytest.mark.parametrize("error", ["MemoryError", "BuildFailed", "BadCall", "Starved", "ImportError"])
def test_what_is_no_records_fault_ends_the_piece(tmp_path: Path, error: str) -> None:
    step = Breaks("no", error)
    with pytest.raises(ERRORS[error], match="as planted"):
        made(tmp_path, Step("breaks", "breaks", step, step.RULES))


def test_an_input_that_cannot_be_read_is_no_records_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        """A disk that gives up behind the first bytes."""

        def __init__(self, file: Any) -> None:
            self.file, self.reads = file, 0

        def __enter__(self) -> "Failing":
            return self

        def __exit__(self, *_: object) -> None:
            self.file.close()

        def read(self, size: int = -1) -> bytes:
            raise OSError(errno.EIO, "Input/output error")

        def seek(self, offset: int, whence: int = 0) -> int:
            return int(self.file.seek(offset, whence))

    real = type(LOCAL).open
    monkeypatch.setattr(Ingest, "run", _with_failing_input(Failing, real))
    with pytest.raises(BuildFailed, match=r"a\.warc\.gz cannot be read: OSError: \[Errno 5\] Input/output error"):
        made(tmp_path, LONG)


def _with_failing_input(failing: Any, real: Any) -> Any:
    run = Ingest.run

    class Storage(type(LOCAL)):  # type: ignore[misc]
        def open(self, path: str) -> Any:
            return failing(real(self, path)) if path.endswith(".warc.gz") else real(self, path)

    return lambda self, storage, progress: run(self, Storage(), progress)


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
