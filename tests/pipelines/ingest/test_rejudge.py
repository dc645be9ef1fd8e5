"""A build's rows can be judged again from their stored measures alone, by its own limits or by others."""

import dataclasses
import random
from pathlib import Path
from typing import Any, ClassVar

import pyarrow.parquet as pq
import pytest
from small_builds import NEAR, TEXT, recipe, whole
from warc_files import write

from winnow.filters.document import Document
from winnow.filters.families.c4 import C4Lines
from winnow.filters.families.gopher_quality import GopherQuality
from winnow.filters.families.gopher_repetition import GopherRepetition
from winnow.filters.families.mask import MaskPersonal
from winnow.filters.rules import Rule
from winnow.filters.text import Text
from winnow.pipelines.corpus import schema
from winnow.pipelines.ingest.chain import rejudge
from winnow.pipelines.recipe.model import Recipe, Source, Step
from winnow.pipelines.sources.warc.source import Warc


@dataclasses.dataclass(frozen=True)
class Address:
    """A filter that needs no text."""

    NEEDS_TEXT: ClassVar[bool] = False
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("number", max=40.0), Rule("unknown", max=0.0))

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        return {"number": float((document.url or "0").rpartition("/")[2]), "unknown": None}


@dataclasses.dataclass(frozen=True)
class Tongue:
    """An annotator that measures, and stops: how much of a text is ASCII."""

    STOPS: ClassVar[bool] = True
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("score", min=0.7),)

    def annotate(self, document: Document) -> Document:
        plain = len(document.text.encode("ascii", "ignore")) / len(document.text)
        return dataclasses.replace(document, language="en", language_score=plain)

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        return {"score": document.language_score}


def step(name: str, settings: Any, **more: Any) -> Step:
    return Step(name, name, settings, getattr(settings, "RULES", ()), **more)


QUALITY = "gopher_quality"
STEPS = (
    step("language", Tongue()), step("gopher_repetition", GopherRepetition()),
    step(QUALITY, GopherQuality()), step("address", Address()), step("books_only", GopherQuality(), sources=("books",)),
    step("c4_lines", C4Lines()), step("mask_personal", MaskPersonal()), step("after", GopherQuality()),
)  # fmt: skip
WORDS = (
    "house", "river", "of", "water", "and", "small", "with", "to", "open", "the", "garden", "be", "that", "many",
    "people", "have", "walked", "under", "light",
)  # fmt: skip


def prose(seed: int, lines: int, end: str = ".") -> str:
    draw = random.Random(seed)
    return "\n".join(" ".join(draw.choices(WORDS, k=9 + draw.randrange(5))) + end for _ in range(lines))


PAGES = [
    *(prose(seed, lines) for seed, lines in enumerate((2, 4, 5, 6, 7, 8, 9, 10, 11, 13))),
    *(prose(seed, 8, "") for seed in range(20, 23)), prose(30, 7) + "\nMENU\nwrite to a@b.org and c@d.org.",
    "\n".join([prose(40, 1)] * 6), prose(41, 4) + "\n# # # # # # # # # #.", "# the and " * 30 + "end.",
    "\u05e9\u05dc\u05d5\u05dd " * 60, "half \u05e9\u05dc\u05d5\u05dd " * 30, "", " ", "word", "\x00 the and.",
]  # fmt: skip


def limited(limits: dict[str, tuple[float | None, float | None]]) -> Recipe:
    """The recipe with some rules' limits moved: {"step.measure": (min, max)}."""
    steps = []
    for each in STEPS:
        moved = {rule.name: limits.get(f"{each.name}.{rule.name}", (rule.min, rule.max)) for rule in each.rules}
        rules = (dataclasses.replace(r, min=moved[r.name][0], max=moved[r.name][1]) for r in each.rules)
        steps.append(dataclasses.replace(each, rules=tuple(rules)))
    sources = (Source("web", Warc(), "warc"), Source("books", Warc(), "warc"))
    return recipe(*steps, sources=sources, dedup=NEAR)


def built(folder: Path, made: Recipe) -> list[dict[str, Any]]:
    """Every row of corpus/ and rejected/, as it lies there."""
    folder.mkdir(exist_ok=True)
    for name in ("web", "books"):
        pages: list[dict[str, Any]] = [{"body": text.encode(), "http": TEXT} for text in PAGES * 2]
        pages.insert(3, {"body": b"x", "http": TEXT, "status": "404 Not Found"})
        (folder / f"{name}.warc").write_bytes(write(pages, zipped=False))
    whole(folder / "out", made, [f"{name}={folder}/{name}.warc" for name in ("web", "books")])
    files = [file for table in ("corpus", "rejected") for file in sorted((folder / "out" / table).rglob("*.parquet"))]
    rows = [row for file in files for row in pq.ParquetFile(file).read().to_pylist()]
    assert len(rows) == 2 * (2 * len(PAGES) + 1)
    return sorted(rows, key=lambda row: tuple(row[name] for name in schema.ROW_KEY))


def said(row: dict[str, Any], steps: set[str]) -> tuple[Any, ...] | None:
    """What a build wrote of the rules of its steps; None of a row that they did not drop."""
    if row.get("stage") not in steps:
        return None
    return tuple(row[name] for name in ("stage", "rule", "failed", "value", "limit"))


def again(row: dict[str, Any], made: Recipe) -> tuple[Any, ...] | None:
    """What `said` will be by the limits of `made`."""
    steps = made.steps_of(row["source"])
    broken = rejudge(steps, dict(schema.measures_of(row, steps)), row["language"])
    if not broken:
        return None
    step, first = broken[0]
    return step.name, first.rule, [reject.rule for _, reject in broken], first.value, first.limit


NAMES = {each.name for each in STEPS}
ALL = ["language", "gopher_repetition", QUALITY, "address", "after"]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return built(tmp_path_factory.mktemp("first"), limited({}))


def test_every_row_is_judged_as_it_was(rows: list[dict[str, Any]]) -> None:
    made = limited({})
    assert [again(row, made) for row in rows] == [said(row, NAMES) for row in rows]
    stages = {row.get("stage") for row in rows}
    assert stages >= {None, "read", "extract", "language", QUALITY, "gopher_repetition", "address", "edit", "dedup"}


def test_rows_say_which_steps_measured_them(rows: list[dict[str, Any]]) -> None:
    """Until reading, the address, the language or an emptied text ended the way; never a step of another source."""
    seen = {"read": [], "address": ["address"], "extract": ["address"], "language": ["language", "address"]}
    for row in rows:
        books = row["source"] == "books"
        full = [*ALL[:4], *(["books_only"] if books else []), "after"]
        if row.get("stage") in seen:
            assert row["measured"] == seen[row["stage"]]
        elif row.get("stage") in (None, "dedup"):
            assert row["measured"] == full
        else:  # where the lines that C4 drops were all, nothing was left to measure
            assert row["measured"] in (full, full[:-1])
        columns = {each.name: each.column for each in STEPS if each.column}
        assert [name for name, column in columns.items() if row[column] is not None] == row["measured"]


@pytest.mark.parametrize(
    "limits",
    [
        {"address.number": (None, 11.0)},
        {"language.score": (0.95, None)},
        {f"{QUALITY}.words": (60.0, 100.0), "after.words": (None, None)},
        {f"{QUALITY}.stop_words": (3.0, None), "gopher_repetition.duplicate_line_share": (None, 0.0)},
        {f"{QUALITY}.words": (None, None), f"{QUALITY}.hash_to_word_ratio": (None, 0.4), "after.words": (1.0, None),
         "gopher_repetition.top_2_gram_character_share": (None, None)},
        {"address.number": (None, None), "language.score": (None, None)},
    ],
    ids=["early", "stopping", "late", "tighter", "looser", "looser where it stops"],
)  # fmt: skip
def test_by_moved_limits_it_says_what_another_build_wrote(
    tmp_path: Path, rows: list[dict[str, Any]], limits: dict[str, Any]
) -> None:
    """But of rows that were not measured to their end and break nothing now: `measured` tells them."""
    made = limited(limits)
    after = built(tmp_path / "second", made)
    unknown = 0
    for row, other in zip(rows, after, strict=True):
        found = again(row, made)
        steps = [each.name for each in made.steps_of(row["source"]) if each.column]
        if not found and row["measured"] != steps and row["stage"] in NAMES:
            unknown += 1
            continue
        assert found == said(other, NAMES)
    loosened = any(name in limits and limits[name] == (None, None) for name in ("address.number", "language.score"))
    assert (unknown > 0) == loosened
    assert [said(row, NAMES) for row in rows] != [said(row, NAMES) for row in after]
