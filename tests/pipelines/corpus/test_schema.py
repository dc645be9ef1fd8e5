import dataclasses
from collections.abc import Callable
from typing import ClassVar

import pyarrow as pa
import pytest
from small_builds import recipe

from winnow.filters.document import Document
from winnow.filters.edits import Change
from winnow.filters.families.c4 import C4Lines
from winnow.filters.rules import Reject, Rule
from winnow.filters.text import Text
from winnow.pipelines.annotators.language import Language
from winnow.pipelines.corpus import schema
from winnow.pipelines.recipe.model import Recipe, Step

DOCUMENT = Document(
    "0" * 32, "text é", "web", "f.gz", 7, 2, "http://e.org/", "T", "2026", "2026-01-31T00:00:00Z", "en", 0.5, None,
    "CC0-1.0", {"b": "2", "a": "1"},
)  # fmt: skip
LONG = ("long", pa.struct([("characters", pa.float64()), ("bangs", pa.float64())]))


def kept(made: Recipe) -> pa.Schema:
    return schema.unit_kept(made.steps)


def gone(made: Recipe) -> pa.Schema:
    return schema.unit_rejected(made.steps)


def read(made: Recipe) -> pa.Schema:
    return schema.extracted(made.steps)


def names(made: pa.Schema) -> list[str]:
    found: list[str] = made.names
    return found


def test_columns_of_the_contract() -> None:
    document = ["id", "text", "url", "title", "date", "captured", "source", "file", "offset", "part", "language",
                "language_score", "code_language", "license", "characters"]  # fmt: skip
    why = ["stage", "rule", "failed", "value", "limit", "detail"]
    cluster = ["cluster", "cluster_size", "meta", "edits", "measured"]
    assert names(schema.corpus(recipe())) == [*document, *cluster, "long"]
    assert names(schema.rejected(recipe())) == [*document, *cluster, *why, "long"]
    assert names(schema.CLUSTERS) == ["cluster", "id", "source", "file", "offset", "part", "similarity", "kept"]
    assert names(kept(recipe())) == ["item", *document, *cluster[2:], "long"]
    assert names(gone(recipe())) == ["item", *document, *cluster[2:], *why, "long"]
    assert names(read(recipe())) == ["item", *document, *cluster[2:], *why]


@pytest.mark.parametrize("made", [schema.corpus, schema.rejected, kept, gone])
def test_a_measuring_step_is_a_struct(made: Callable[[Recipe], pa.Schema]) -> None:
    """Of its name, or, where a fixed column has that, NAME_measures."""
    language = Step("language", "language", Language(), Language.RULES)
    found = made(recipe(language, *recipe().steps))
    assert found.field("long") == pa.field(*LONG)
    assert found.field("language").type == pa.string()
    assert found.field("language_measures").type == pa.struct([("listed", pa.float64()), ("score", pa.float64())])
    assert len(names(found)) == len(set(names(found)))


@pytest.mark.parametrize("made", [schema.corpus, schema.rejected, kept, gone, read, lambda _: schema.CLUSTERS])
def test_every_fixed_column_is_reserved(made: Callable[[Recipe], pa.Schema]) -> None:
    assert set(names(made(recipe()))) - {"long"} <= set(Recipe.COLUMNS)


def test_a_row_fits_the_schema() -> None:
    measures = {"long": {"characters": 6.0, "bangs": None}}
    row = schema.row(DOCUMENT, 4, recipe().steps, measures, [Change(1, 3, "é")])
    table = pa.Table.from_pylist([row], kept(recipe()))
    found = table.to_pylist()[0]
    assert (found["item"], found["characters"], found["text"], found["offset"]) == (4, 6, "text é", 7)
    assert found["long"] == {"characters": 6.0, "bangs": None}
    assert found["edits"] == [{"start": 1, "end": 3, "replacement": "é"}]
    assert [tuple(pair.values()) if isinstance(pair, dict) else pair for pair in found["meta"]] == [
        ("a", "1"),
        ("b", "2"),
    ]


def test_what_was_not_measured_is_null_and_not_named() -> None:
    """A measure that is unknown is null as well, but its step measured; steps are named in the recipe's order."""
    again, text = (dataclasses.replace(recipe().steps[0], name=name) for name in ("again", "text"))
    steps = (*recipe().steps, again, text, Step("lines", "c4_lines", C4Lines()))
    measures = {"text": {"characters": None, "bangs": None}, "long": {"characters": 6.0, "bangs": 0.0}}
    table = pa.Table.from_pylist([schema.row(DOCUMENT, 0, steps, measures)], schema.unit_rejected(steps))
    (found,) = table.to_pylist()
    assert (found["text"], found["text_measures"]) == (DOCUMENT.text, measures["text"])
    assert (found["long"], found["again"], found["measured"]) == (measures["long"], None, ["long", "text"])
    assert schema.measures_of(found, steps) == measures


def test_the_first_broken_rule_speaks() -> None:
    broken = [Reject("a.x", 1.0, 2.0, "d"), Reject("b.y")]
    row = schema.row(DOCUMENT, 0, (), {}) | schema.why("a", broken, None)
    found = pa.Table.from_pylist([row], gone(recipe())).to_pylist()[0]
    said = {name: found[name] for name in ("stage", "rule", "failed", "value", "limit", "detail", "text")}
    assert said == {"stage": "a", "rule": "a.x", "failed": ["a.x", "b.y"], "value": 1.0, "limit": 2.0, "detail": "d",
                    "text": None}  # fmt: skip
    assert found["characters"] == len(DOCUMENT.text)


def test_the_schema_does_not_depend_on_the_rows() -> None:
    empty = dataclasses.replace(DOCUMENT, text="", meta={}, url=None)
    for document in (DOCUMENT, empty):
        row = schema.row(document, 0, recipe().steps, {})
        assert pa.Table.from_pylist([row], kept(recipe())).schema == kept(recipe())


@dataclasses.dataclass(frozen=True)
class Early:
    NEEDS_TEXT: ClassVar[bool] = False
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("x", max=1.0),)

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        return {"x": 0.0}


def test_before_the_other_steps_there_are_measures_of_those_that_need_no_text() -> None:
    early = Step("early", "early", Early(), Early.RULES)
    found = read(recipe(early, *recipe().steps))
    assert found.field("early") == pa.field("early", pa.struct([("x", pa.float64())]))
    assert "long" not in names(found)
    assert {"early", "long"} <= set(names(kept(recipe(early, *recipe().steps))))


def test_a_document_comes_back_from_its_row() -> None:
    table = pa.Table.from_pylist([schema.extracted_row(DOCUMENT, 4, (), {})], read(recipe()))
    (found,) = table.to_pylist()
    assert schema.document_of(found) == DOCUMENT
    assert (found["item"], found["stage"], found["rule"], found["failed"]) == (4, None, None, None)


def test_a_document_that_goes_no_further_says_why() -> None:
    row = schema.extracted_row(DOCUMENT, 4, (), {}, "extract", [Reject("extract.empty", 0.0, 1.0), Reject("b")])
    (found,) = pa.Table.from_pylist([row], read(recipe())).to_pylist()
    assert (found["stage"], found["rule"], found["failed"], found["value"], found["limit"], found["text"]) == (
        "extract", "extract.empty", ["extract.empty", "b"], 0.0, 1.0, DOCUMENT.text
    )  # fmt: skip


@pytest.mark.parametrize(("id", "expected"), [("f" * 31 + "0", True), ("0" * 31 + "1", False), ("", False)])
def test_a_sample_is_chosen_by_id(id: str, expected: bool) -> None:
    assert schema.sampled(id) == expected
