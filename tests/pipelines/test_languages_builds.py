"""Builds whose steps differ by language: rows, ledger, card, `why` and the replay say the limit that was broken."""

import dataclasses
import json
from pathlib import Path
from typing import Any, ClassVar

import pyarrow.parquet as pq
import pytest
from card_ledger import cells
from small_builds import EXACT_ONLY, LOCAL, Built, Long, finished, recipe, warc

from winnow.filters.document import Document
from winnow.filters.edits import Change
from winnow.filters.rules import Rule
from winnow.filters.steps import Edit
from winnow.filters.text import Text
from winnow.pipelines.corpus import schema
from winnow.pipelines.forget.editing import Editing
from winnow.pipelines.ingest.chain import rejudge
from winnow.pipelines.ledger import book
from winnow.pipelines.ledger.check import check
from winnow.pipelines.ledger.types import Ledger, Limits
from winnow.pipelines.recipe.model import Step
from winnow.pipelines.views.beside import beside
from winnow.pipelines.views.finished import finished as finished_build
from winnow.pipelines.views.terminal.why import ways


@dataclasses.dataclass(frozen=True)
class Tongue:
    """An annotator: the language is what stands before the colon."""

    RULES: ClassVar[tuple[Rule, ...]] = (Rule("named", min=1.0),)

    def annotate(self, document: Document) -> Document:
        return dataclasses.replace(document, language=document.text.partition(":")[0] or None)

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        return {"named": 1.0}


@dataclasses.dataclass(frozen=True)
class Ends:
    """An editor: puts a mark at the end."""

    mark: str = "."

    def edit(self, document: Document, text: Text) -> Edit:
        end = len(text.string)
        return Edit([Change(end, end, self.mark)], {"marks": 1})


def limited(**limits: tuple[float | None, float | None]) -> tuple[Rule, ...]:
    return tuple(
        dataclasses.replace(rule, **dict(zip(("min", "max"), limits.get(rule.name, (rule.min, rule.max)), strict=True)))
        for rule in Long.RULES
    )


def own(step: Step, **languages: Step) -> Step:
    return dataclasses.replace(step, languages=tuple(sorted(languages.items())))


LONG = Step("long", "long", Long(), Long.RULES)
ENDS = Step("ends", "ends", Ends())
TONGUE = Step("tongue", "tongue", Tongue(), Tongue.RULES)
STEPS = (
    own(TONGUE, de=dataclasses.replace(TONGUE, rules=(Rule("named", min=0.5),))),
    own(LONG, de=dataclasses.replace(LONG, rules=limited(characters=(None, 7.0))), fr=LONG),
    own(ENDS, de=dataclasses.replace(ENDS, settings=Ends("!"))),
)
MADE = recipe(*STEPS, dedup=EXACT_ONLY)
TEXTS = ["de:1234", "de:12345", "de:1!!!", "fr:1", "fr:12", "xx:123456789", "xx:1!!!", "yy:", "de:"]
KEPT = {"de:1234", "fr:12", "xx:123456789", "de:"}


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Built, Ledger]:
    folder = tmp_path_factory.mktemp("languages")
    built, ledger = finished(folder / "out", MADE, [f"web={warc(folder / 'web.warc.gz', TEXTS)}"])
    return folder / "out", built, ledger


def rows(root: Path, table: str) -> list[dict[str, Any]]:
    return [
        row for file in sorted((root / table).rglob("*.parquet")) for row in pq.ParquetFile(file).read().to_pylist()
    ]


def test_a_row_has_the_limit_that_it_broke(build: tuple[Path, Built, Ledger]) -> None:
    found = {row["text"]: (row["failed"], row["value"], row["limit"]) for row in rows(build[0], "rejected")}
    assert found == {
        "de:12345": (["long.characters"], 8.0, 7.0),
        "de:1!!!": (["long.bangs"], 3.0, 2.0),
        "fr:1": (["long.characters"], 4.0, 5.0),
        "xx:1!!!": (["long.bangs"], 3.0, 2.0),
        "yy:": (["long.characters"], 3.0, 5.0),
    }


def test_settings_by_language_hold(build: tuple[Path, Built, Ledger]) -> None:
    assert {row["text"] for row in rows(build[0], "corpus")} == {"de:1234!", "fr:12.", "xx:123456789.", "de:!"}


def test_what_comes_back_is_edited_by_language(build: tuple[Path, Built, Ledger]) -> None:
    """As `winnow forget` does with copies."""
    editing = Editing(build[1].work)
    assert [editing.edit(row).text == row["text"] for row in rows(build[0], "corpus")] == [True] * 4


def test_the_replay_judges_by_language(build: tuple[Path, Built, Ledger]) -> None:
    for row in rows(build[0], "corpus") + rows(build[0], "rejected"):
        broken = rejudge(STEPS, dict(schema.measures_of(row, STEPS)), row["language"])
        assert [(of.rule, of.limit) for _, of in broken] == (
            [(row["rule"], row["limit"])] if "rule" in row else []
        )  # fmt: skip


def test_the_ledger_has_the_limits_of_languages_that_were_met(build: tuple[Path, Built, Ledger]) -> None:
    """French has limits of its own that are no others, and of one step alone."""
    named, characters, bangs = build[2].rules
    assert named.languages == {"de": Limits(0.5, None)}
    assert (characters.min, characters.max, characters.languages) == (5.0, None, {"de": Limits(None, 7.0)})
    assert bangs.languages == {}
    assert [characters.limits(code) for code in ("de", "fr", None)] == [Limits(None, 7.0), *[Limits(5.0, None)] * 2]
    assert build[2].without_limits == {"xx": 2, "yy": 1}


def test_what_is_written_is_what_was_counted(build: tuple[Path, Built, Ledger]) -> None:
    root, _, ledger = build
    assert book.load(LOCAL, str(root)) == ledger
    assert check(LOCAL, str(root), beside) == []
    told = {row["rule"]: row["languages"] for row in pq.read_table(root / "ledger/rules.parquet").to_pylist()}
    assert told["long.characters"] == [{"language": "de", "min": None, "max": 7.0}]
    assert json.loads((root / "ledger.json").read_text())["without_limits"] == {"xx": 2, "yy": 1}


def test_a_kept_document_names_the_limit_of_its_language(build: tuple[Path, Built, Ledger]) -> None:
    nearest = {example.text: (example.rule, example.value, example.limit) for example in build[2].examples.kept}
    assert nearest["de:1234!"] == ("long.characters", 7.0, 7.0)
    assert nearest["fr:12."] == ("long.characters", 5.0, 5.0)
    card = (build[0] / "README.md").read_text(encoding="utf-8")
    assert "`long.characters`: 7, at most 7" in card
    assert "`long.characters`: 5, at least 5" in card


def test_the_card_says_which_languages_have_none(build: tuple[Path, Built, Ledger]) -> None:
    card = (build[0] / "README.md").read_text(encoding="utf-8")
    assert "for languages in general: `xx` (2), `yy` (1)." in card
    assert ["`long.characters`", "at least 5; in 1 language at most 7"] in [row[:2] for row in cells(card)]


def test_why_shows_the_limit_of_the_language(build: tuple[Path, Built, Ledger]) -> None:
    by_text = {row["text"]: row["id"] for row in rows(build[0], "rejected")}
    said = {text: ways(finished_build(str(build[0])), by_text[text])[0] for text in ("de:12345", "fr:1")}
    assert [line.split() for line in said["de:12345"].splitlines() if "long.characters  " in line] == [
        ["long.characters", "8", "at", "most", "7", "BROKEN", "14.3", "%", "beyond"]
    ]
    assert [line.split() for line in said["fr:1"].splitlines() if "long.characters  " in line] == [
        ["long.characters", "4", "at", "least", "5", "BROKEN", "20.0", "%", "beyond"]
    ]


def test_without_anything_by_language_nothing_is_said(tmp_path: Path) -> None:
    made = recipe(TONGUE, LONG, dedup=EXACT_ONLY)
    ledger = finished(tmp_path / "out", made, [f"web={warc(tmp_path / 'web.warc.gz', TEXTS)}"])[1]
    assert (ledger.without_limits, [rule.languages for rule in ledger.rules]) == (None, [{}, {}, {}])
    assert "limits of their own" not in (tmp_path / "out/README.md").read_text(encoding="utf-8")
