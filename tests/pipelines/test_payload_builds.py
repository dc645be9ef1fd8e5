"""Builds whose recipe compares payloads: which records are not extracted, what is told of them, and that no unit,
worker or runner changes it."""

import gzip
import json
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import pyarrow.dataset as ds
import pytest
import warc_files
from small_builds import EXACT_ONLY, LOCAL, NEAR, SMALL_PARTS, Built, Long, finished, recipe, whole

from winnow.filters.document import Document
from winnow.filters.rules import Rule
from winnow.pipelines.build import Request, build
from winnow.pipelines.cli import main
from winnow.pipelines.counts import Count
from winnow.pipelines.dedup.payloads import copies
from winnow.pipelines.display import Display
from winnow.pipelines.engines import jobs
from winnow.pipelines.engines.engine import Seen
from winnow.pipelines.engines.local import LocalEngine
from winnow.pipelines.errors import Damaged, Gone
from winnow.pipelines.ingest import payload_copies
from winnow.pipelines.ledger import book
from winnow.pipelines.ledger.check import check
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.recipe.model import Dedup, Recipe, Source, Step
from winnow.pipelines.sources.tables.jsonl import Jsonl
from winnow.pipelines.sources.warc.source import Warc
from winnow.pipelines.views.beside import beside
from winnow.pipelines.views.finished import finished as finished_build
from winnow.pipelines.views.terminal.why import ways

pytestmark = pytest.mark.slow

Promised = Callable[[Path], dict[str, str]]
PLAIN = [("Content-Type", "text/plain; charset=utf-8")]
ON = replace(NEAR, payloads=True)


@dataclass(frozen=True)
class Blocked:
    """A filter of addresses, which needs no text."""

    word: str = "blocked"
    NEEDS_TEXT: ClassVar[bool] = False
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("words", max=0.0),)

    def measure(self, document: Document, text: Any) -> dict[str, float | None]:
        return {"words": float((document.url or "").count(self.word))}


@dataclass(frozen=True)
class KillsEarly:
    """As `Kills`, of a word in the address, before anything is extracted."""

    word: str = "killer"
    NEEDS_TEXT: ClassVar[bool] = False
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("never", max=1.0),)

    def measure(self, document: Document, text: Any) -> dict[str, float | None]:
        if self.word in (document.url or ""):
            os.kill(os.getpid(), signal.SIGSEGV)
        return {"never": 0.0}


STEPS = (Step("url", "url", Blocked(), Blocked.RULES), Step("long", "long", Long(), Long.RULES))


def made(*sources: Source, dedup: Dedup = ON, **more: Any) -> Recipe:
    return recipe(*STEPS, dedup=dedup, **({"sources": sources} if sources else {}), **more)


def sent(body: str | bytes, url: str, **more: Any) -> dict[str, Any]:
    """A record, whose id follows from its address."""
    given = body.encode() if isinstance(body, str) else body
    id = f"<urn:uuid:{warc_files.record_id(sum(url.encode()) * 1000 + len(url))}>"
    headers = {"WARC-Record-ID": id, **more.pop("headers", {})}
    return {"body": given, "url": f"http://example.org/{url}", "http": PLAIN, "headers": headers, **more}


def file(path: Path, *records: dict[str, Any]) -> str:
    path.write_bytes(warc_files.write(list(records), zipped=True))
    return str(path)


def rows(out: Path, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ds.dataset(out / table, format="parquet").to_table().to_pylist()
    return sorted(found, key=lambda row: (row["source"], row["file"], row["offset"]))


def told(out: Path) -> dict[str, str]:
    """End of the address -> `kept`, the rule that dropped it or, of a payload, the end of the address that was read."""
    every = [*rows(out, "corpus"), *rows(out, "rejected")]
    names = {row["id"]: row["url"].rpartition("/")[2] for row in every}
    return {
        names[row["id"]]: f"as {names[row['detail']]}" if row.get("rule") == "duplicate.payload"
        else row.get("rule", "kept") for row in every
    }  # fmt: skip


def of(tmp_path: Path, given: Recipe, *patterns: str) -> dict[str, str]:
    finished(tmp_path / "out", given, patterns)
    return told(tmp_path / "out")


LONG = "A text that is long enough to be a page of its own."
HTML = "<html><head><title>T</title></head><body><p>" + "Grüße an alle, die das hier lesen. " * 9 + "</p></body></html>"


def test_a_payload_is_the_same_however_it_was_packed(tmp_path: Path) -> None:
    zipped = [*PLAIN, ("Content-Encoding", "gzip")]
    chunked = [*PLAIN, ("Transfer-Encoding", "chunked")]
    body = LONG.encode()
    found = of(tmp_path, made(), file(
        tmp_path / "a.warc.gz",
        sent(body, "a"), sent(gzip.compress(body), "b", http=zipped), sent(gzip.compress(body, 1), "c", http=zipped),
        sent(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body), "d", http=chunked),
        sent(b"5\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (body[:5], len(body) - 5, body[5:]), "e", http=chunked),
        sent(body[:-1], "f"),
    ))  # fmt: skip
    assert found == {"a": "kept", "b": "as a", "c": "as a", "d": "as a", "e": "as a", "f": "duplicate.near"}


def test_other_media_types_and_charsets_are_other_payloads(tmp_path: Path) -> None:
    """Their texts differ, though their bytes do not."""
    cyrillic, greek = ([("Content-Type", f"text/plain; charset=windows-{page}")] for page in (1251, 1253))
    html = [("Content-Type", "text/html; charset=utf-8")]
    found = of(tmp_path, made(dedup=replace(EXACT_ONLY, payloads=True)), file(
        tmp_path / "a.warc.gz", sent(LONG.encode() + b" \xe4\xe5", "a", http=cyrillic),
        sent(LONG.encode() + b" \xe4\xe5", "b", http=greek),
        sent(HTML, "c", http=html), sent(HTML, "d", http=html),
    ))  # fmt: skip
    assert found == {"a": "kept", "b": "kept", "c": "kept", "d": "as c"}


def test_what_is_refused_or_dropped_before_takes_no_part(tmp_path: Path) -> None:
    image = [("Content-Type", "image/png")]
    found = of(tmp_path, made(), file(
        tmp_path / "a.warc.gz", sent(LONG, "a", status="404 Not Found"), sent(LONG, "blocked"),
        sent(LONG, "c", http=image), sent(LONG, "d"), sent(LONG, "e"), sent(LONG, "f", status="500 No"),
        {"kind": "request", "body": b"", "http": [("Host", "example.org")]},
    ))  # fmt: skip
    assert found == {
        "a": "http.status", "blocked": "url.words", "c": "http.mime", "d": "kept", "e": "as d", "f": "http.status"
    }  # fmt: skip


def test_across_files_the_oldest_capture_is_read_then_the_first_by_row_key(tmp_path: Path) -> None:
    """As of equal texts, so that the corpus is the same as without."""

    def at(day: int) -> dict[str, str]:
        return {"WARC-Date": f"2024-01-{day:02}T00:00:00Z"}

    first = file(tmp_path / "a.warc.gz", sent(LONG, "a", headers=at(3)), sent(LONG + "!", "b", headers=at(3)))
    second = file(tmp_path / "b.warc.gz", sent(LONG, "c", headers=at(2)), sent(LONG + "!", "d", headers=at(3)),
                  sent(LONG, "e", headers=at(2)))  # fmt: skip
    exact = replace(EXACT_ONLY, payloads=True)
    assert of(tmp_path, made(dedup=exact), second, first) == {
        "a": "as c", "b": "kept", "c": "kept", "d": "as b", "e": "as c"
    }  # fmt: skip
    newest = replace(exact, order=("newest",))
    finished(tmp_path / "newest", made(dedup=newest), [first, second])
    assert told(tmp_path / "newest") == {"a": "kept", "b": "kept", "c": "as a", "d": "as b", "e": "as a"}
    finished(tmp_path / "off", made(dedup=EXACT_ONLY), [first, second])
    on, off = ([row | {"cluster_size": 0} for row in rows(tmp_path / name, "corpus")] for name in ("out", "off"))
    assert on == off


def test_the_source_of_the_highest_priority_is_read(tmp_path: Path) -> None:
    """Whatever the recipe's order of sources; of sources without payloads nothing is compared."""
    lines = tmp_path / "lines.jsonl"
    lines.write_text(json.dumps({"text": LONG, "url": "http://example.org/lines"}) + "\n")
    sources = (Source("a", Warc(), "warc"), Source("b", Warc(), "warc", priority=1), Source("lines", Jsonl(), "jsonl"))
    patterns = [f"a={file(tmp_path / 'a.warc.gz', sent(LONG, 'a'), sent(LONG + ' And more of it.', 'c'))}",
                f"b={file(tmp_path / 'b.warc.gz', sent(LONG, 'b'))}", f"lines={lines}"]  # fmt: skip
    for order in (sources, sources[::-1]):
        built, ledger = finished(tmp_path / f"out-{order[0].name}", made(*order), patterns)
        found = told(tmp_path / f"out-{order[0].name}")
        assert (found["a"], found["b"], found["lines"]) == ("as b", "kept", "duplicate.exact")
        assert ledger.sources["a"].total.rejected["dedup"]["duplicate.payload"] == Count(1, 0)
        assert "duplicate.payload" not in ledger.sources["lines"].total.rejected["dedup"]
        assert check(LOCAL, built.job.root, beside) == []
    plain = (replace(sources[0], priority=2), *sources[1:])
    finished(tmp_path / "other", made(*plain), patterns)
    assert told(tmp_path / "other")["b"] == "as a"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two files in which copies of payloads, of texts and near copies alternate."""
    folder = tmp_path_factory.mktemp("payloads")
    texts = [" ".join(f"word-{n}-{i}" for i in range(30)) for n in range(5)]
    for name in "ab":
        records = [sent("no", f"{name}-short"), sent("bang!!!" * 3, f"{name}-bang"), sent("", f"{name}-empty")]
        for n, text in enumerate(texts):
            records += [
                sent(f"{text}\nEnd", f"{name}{n}"), sent(f"{text}\r\nEnd", f"{name}{n}-text"),
                sent(f"{text}\nEnd", f"{name}{n}-blocked"), sent(text, f"{name}{n}-near"),
                sent(f"{text}\nEnd", f"{name}{n}-again"),
            ]  # fmt: skip
        file(folder / f"{name}.warc.gz", *records)
    return folder


def promised_by(root: Path) -> dict[str, bytes]:
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {str(p.relative_to(root)): p.read_bytes() for p in files if p.relative_to(root).parts[0] != "work"}


@pytest.fixture(scope="module")
def reference(folder: Path) -> tuple[Built, Path]:
    built, _ = finished(folder / "reference", made(output=SMALL_PARTS), [f"{folder}/*.warc.gz"])
    return built, folder / "reference"


def test_the_counts(reference: tuple[Built, Path]) -> None:
    """What was rejected is rejected once, its copies under a rule of their own; rows of one folder ascend."""
    built, root = reference
    ledger = book.load(LOCAL, str(root))
    total, tallied = ledger.total, sum(fates.rejected["dedup"]["duplicate.payload"].documents
                                       for tally in built.tallies for fates in tally.files.values())  # fmt: skip
    assert total.rejected["dedup"].keys() == {"duplicate.exact", "duplicate.near", "duplicate.payload"}
    assert total.rejected["dedup"]["duplicate.payload"] == Count(28, 0)
    assert tallied == 28
    assert (total.kept.documents, total.documents, total.records) == (5, 56, 56)
    assert total.rejected["url"]["url.words"].documents == 10
    assert {rule: n.documents for stage in ("long", "extract") for rule, n in total.rejected[stage].items()} == {
        "long.characters": 1, "long.bangs": 1, "extract.empty": 1
    }  # fmt: skip
    assert check(LOCAL, str(root), beside) == []
    copied = [row for row in rows(root, "rejected") if row["rule"] == "duplicate.payload"]
    assert {(row["stage"], row["value"], row["limit"], row["text"], row["characters"], row["cluster"], *row["failed"])
            for row in copied} == {("dedup", 1.0, 1.0, None, 0, None, "duplicate.payload")}  # fmt: skip
    assert {tuple(row["measured"]) for row in copied} == {("url",)}
    files = sorted((root / "rejected/dedup").iterdir())
    every = [row for path in files for row in ds.dataset(path).to_table(["file", "offset"]).to_pylist()]
    assert (len(files) > 1, every) == (True, sorted(every, key=lambda row: (row["file"], row["offset"])))
    found = copies.total_path(built.work)
    assert Path(found).exists()


def test_what_is_told(reference: tuple[Built, Path]) -> None:
    _, root = reference
    by_url = {row["url"].rpartition("/")[2]: row["id"] for t in ("corpus", "rejected") for row in rows(root, t)}
    said, there = ways(finished_build(str(root)), by_url["b1"])
    assert there
    assert f"REJECTED at dedup by duplicate.payload: its payload is that of {by_url['a1']}, which was read" in said
    assert "it was dropped before its text was looked for" in said
    card = (root / "README.md").read_text()
    assert "28 records have the payload of another one, which alone was extracted" in card
    assert "dedup: copies of a document that was kept, and records with the payload of one that was read" in card
    assert main(["ledger", str(root), "--check"]) == 0
    assert main(["why", str(root), by_url["b1"]]) == 0
    assert main(["clusters", str(root)]) == 0


@pytest.mark.parametrize(("unit_bytes", "pieces", "most"), [(300, 1, 4), (1000, 1000, 1)])
def test_units_and_slices_change_no_byte(
    folder: Path, reference: tuple[Built, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unit_bytes: int,
    pieces: int, most: int,
) -> None:  # fmt: skip
    monkeypatch.setattr(units, "BLOCK_PIECES", pieces)
    monkeypatch.setattr(copies, "MOST_PAYLOADS", most)
    built, _ = finished(tmp_path / "out", made(output=SMALL_PARTS), [f"{folder}/*.warc.gz"], unit_bytes)
    assert len(built.units) > 3
    assert len(copies.payload_slices(built.work)) == -(-56 // most)
    assert promised_by(tmp_path / "out") == promised_by(reference[1])


def test_whole_pipelines_change_no_byte(
    promised: Promised, folder: Path, reference: tuple[Built, Path], tmp_path: Path, quiet: Display
) -> None:
    given = Request(made(output=SMALL_PARTS), (f"{folder}/*.warc.gz",), str(tmp_path / "out"), 1, 0.002)
    build(replace(given, beam=("--runner", "FnApiRunner")), quiet)
    assert promised(tmp_path / "out") == promised(reference[1])


def test_a_build_that_is_killed_between_the_jobs_goes_on(
    promised: Promised, folder: Path, reference: tuple[Built, Path], tmp_path: Path, quiet: Display,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """What was hashed is not hashed again, and two workers change no byte."""
    given = Request(made(output=SMALL_PARTS), (f"{folder}/*.warc.gz",), str(tmp_path / "out"), 2, 0.002)

    class Killed(BaseException):
        pass

    def killed(engine: LocalEngine, work: Work, job: str, seen: Seen) -> None:
        if job == "ingest":
            raise Killed
        run(engine, work, job, seen)

    run = LocalEngine.run
    monkeypatch.setattr(LocalEngine, "run", killed)
    with pytest.raises(Killed):
        build(given, quiet)
    monkeypatch.setattr(LocalEngine, "run", run)
    there = {path: path.stat().st_mtime_ns for path in (tmp_path / "out/work").rglob("*") if "payloads" in str(path)}
    assert there
    build(given, quiet)
    assert {path: path.stat().st_mtime_ns for path in there} == there
    assert promised(tmp_path / "out") == promised(reference[1])


def test_without_it_there_is_no_such_stage_file_or_word(folder: Path, tmp_path: Path) -> None:
    built, ledger = finished(tmp_path / "out", made(dedup=NEAR), [f"{folder}/*.warc.gz"])
    names = [str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*")]
    assert [name for name in names if "payload" in name or "copies" in name or "listed" in name] == []
    assert jobs.ingestion(built.work) == ("ingest",)
    assert [built.job.read(unit) for unit in built.units] == [unit.name for unit in built.units]
    assert "duplicate.payload" not in ledger.total.rejected["dedup"]
    for name in ("README.md", "recipe.lock.toml", "ledger.json"):
        assert "payload" not in (tmp_path / "out" / name).read_text().replace("max_payload_bytes", "")


def test_a_damaged_list_is_made_again(folder: Path, reference: tuple[Built, Path], tmp_path: Path) -> None:
    built = whole(tmp_path / "out", made(output=SMALL_PARTS), [f"{folder}/*.warc.gz"], 1000)
    unit = built.units[-1]
    path = Path(payload_copies.path(built.work, unit))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Damaged) as damage:
        payload_copies.copies_of(built.work, unit)
    block = units.block_of(built.work, unit)
    assert damage.value.remove == (str(path), payload_copies.seal_path(built.work, block))


def test_lost_payloads_and_lost_copies_are_found(folder: Path, tmp_path: Path) -> None:
    """A runner can lose what was sent, and say that all is well."""
    built = whole(tmp_path / "out", made(), [f"{folder}/*.warc.gz"])
    (of,), (block,) = copies.payload_slices(built.work), units.blocks(built.work)
    sent = list(copies.pull(built.work, of))
    copies.match(built.work, of, [{name: array[1:] for name, array in part.items()} for part in sent])
    with pytest.raises(Gone, match="are of 45 payloads, not of 46"):
        copies.count(built.work)
    copies.match(built.work, of, sent)
    found = list(copies.pull_matches(built.work, block))
    copies.leave(built.work, block, [{name: array[1:] for name, array in part.items()} for part in found])
    with pytest.raises(Gone, match="are of 27 copies, not of 28"):
        copies.count(built.work)


@pytest.mark.slow
def test_a_record_that_kills_its_process_takes_no_part(tmp_path: Path, quiet: Display) -> None:
    """It has its row; of those with its payload another is read."""
    kills = Step("early", "early", KillsEarly(), KillsEarly.RULES)
    path = file(tmp_path / "a.warc.gz", sent(LONG, "killer"), sent(LONG, "b"), sent(LONG, "c"))
    build(Request(recipe(kills, *STEPS[1:], dedup=ON), (path,), str(tmp_path / "out"), 1), quiet)
    (crashed,) = (row for row in rows(tmp_path / "out", "rejected") if row["rule"] == "read.crash")
    (copy,) = (row for row in rows(tmp_path / "out", "rejected") if row["rule"] == "duplicate.payload")
    (kept,) = rows(tmp_path / "out", "corpus")
    assert (crashed["offset"], kept["url"][-1], copy["url"][-1], copy["detail"]) == (0, "b", "c", kept["id"])
    assert check(LOCAL, str(tmp_path / "out"), beside) == []
