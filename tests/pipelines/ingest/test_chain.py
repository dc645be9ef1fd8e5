import dataclasses
import re
from collections.abc import Sequence
from typing import Any, ClassVar

import pytest

from winnow.filters.document import Document
from winnow.filters.edits import Change, apply
from winnow.filters.rules import Reject, Rule
from winnow.filters.steps import Edit
from winnow.filters.text import Text
from winnow.pipelines.errors import BadCall, BuildFailed, Starved
from winnow.pipelines.ingest.chain import Curated, Measures, carefully
from winnow.pipelines.recipe.model import Step

DOCUMENT = Document("0" * 32, "one two three", "web", url="http://e.org/")


@dataclasses.dataclass(frozen=True)
class Words:
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("words", min=1.0, max=3.0), Rule("letters", max=20.0))

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        assert text.string == document.text
        return {"words": float(len(text.words)), "letters": float(len(text.string)) if text.string else None}


@dataclasses.dataclass(frozen=True)
class Tongue:
    """An annotator that measures, and stops."""

    name: str = "en"
    STOPS: ClassVar[bool] = True
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("listed", min=1.0),)

    def annotate(self, document: Document) -> Document:
        return dataclasses.replace(document, language=self.name)

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        return {"listed": float(document.language == "en")}


@dataclasses.dataclass(frozen=True)
class Swap:
    old: str = "two"
    new: str = "2"

    def edit(self, document: Document, text: Text) -> Edit:
        found = [Change(m.start(), m.end(), self.new) for m in re.finditer(re.escape(self.old), text.string)]
        return Edit(found, {"swapped": len(found)})


@dataclasses.dataclass(frozen=True)
class Address:
    NEEDS_TEXT: ClassVar[bool] = False
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("length", max=13.0),)

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        return {"length": float(len(document.url or ""))}


def step(name: str, settings: Any, **limits: tuple[float | None, float | None]) -> Step:
    rules = tuple(
        dataclasses.replace(r, **dict(zip(("min", "max"), limits.get(r.name, (r.min, r.max)), strict=True)))
        for r in getattr(settings, "RULES", ())
    )
    return Step(name, name, settings, rules)


def curate(document: Document, steps: Sequence[Step], measures: Measures | None = None) -> Curated:
    """`carefully`, where nothing fails."""
    done = carefully(document, steps, measures or {})
    assert done.error is None
    return done


def broken(done: Curated) -> list[tuple[str, Reject]]:
    return [(s.name, reject) for s, reject in done.broken]


def test_a_document_that_breaks_nothing() -> None:
    done = curate(DOCUMENT, [step("a", Words()), step("b", Words())])
    assert (done.document, done.original, done.edits, broken(done)) == (DOCUMENT, DOCUMENT.text, {}, [])
    assert done.measures == {name: {"words": 3.0, "letters": 13.0} for name in ("a", "b")}


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"words": (3.0, 3.0)}, []),
        ({"words": (4.0, None)}, [("a", Reject("a.words", 3.0, 4.0))]),
        ({"words": (None, 2.0)}, [("a", Reject("a.words", 3.0, 2.0))]),
        ({"words": (None, None)}, []),
        ({"words": (None, 0.0), "letters": (None, 12.0)},
         [("a", Reject("a.words", 3.0, 0.0)), ("a", Reject("a.letters", 13.0, 12.0))]),
    ],
)  # fmt: skip
def test_all_is_measured_after_a_broken_rule(limits: Any, expected: list[tuple[str, Reject]]) -> None:
    done = curate(DOCUMENT, [step("a", Words(), **limits), step("b", Words())])
    assert broken(done) == expected
    assert done.measures["b"] == {"words": 3.0, "letters": 13.0}


def test_namesakes_are_told_apart_by_their_step() -> None:
    done = curate(DOCUMENT, [step("a", Words(), words=(4.0, None)), step("b", Words(), words=(5.0, None))])
    assert broken(done) == [("a", Reject("a.words", 3.0, 4.0)), ("b", Reject("b.words", 3.0, 5.0))]


@pytest.mark.parametrize(("language", "measured"), [("en", True), ("de", False)])
def test_a_step_that_stops(language: str, measured: bool) -> None:
    done = curate(DOCUMENT, [step("tongue", Tongue(language)), step("a", Words())])
    assert done.document.language == language
    assert ("a" in done.measures) == measured
    assert broken(done) == ([] if measured else [("tongue", Reject("tongue.listed", 0.0, 1.0))])


def test_it_stops_for_its_own_rules_only() -> None:
    steps = [step("a", Words(), words=(4.0, None)), step("tongue", Tongue()), step("b", Words())]
    done = curate(DOCUMENT, steps)
    assert broken(done) == [("a", Reject("a.words", 3.0, 4.0))]
    assert done.measures["b"] == {"words": 3.0, "letters": 13.0}


def test_an_annotator_leaves_its_measures() -> None:
    assert curate(DOCUMENT, [step("tongue", Tongue())]).measures == {"tongue": {"listed": 1.0}}


def test_an_editor_changes_what_later_steps_see() -> None:
    done = curate(DOCUMENT, [step("a", Words()), step("swap", Swap()), step("b", Words()), step("again", Swap())])
    assert (done.document.text, done.original) == ("one 2 three", "one two three")
    assert done.changes == [Change(4, 7, "2")]
    assert done.edits == {"swap": {"swapped": 1}, "again": {"swapped": 0}}
    assert (done.measures["a"]["letters"], done.measures["b"]["letters"]) == (13.0, 11.0)


def test_the_changes_of_several_editors_are_those_of_one() -> None:
    steps = [step("one", Swap("one", "1")), step("two", Swap("1 two", "12")), step("three", Swap("e", ""))]
    done = curate(DOCUMENT, steps)
    assert done.document.text == "12 thr"
    assert done.changes == [Change(0, 7, "12"), Change(11, 13)]
    assert apply(done.original, done.changes) == done.document.text


@pytest.mark.parametrize("nothing", ["", " ", "\n\t"])
def test_an_empty_text_ends_the_way(nothing: str) -> None:
    steps = [step("a", Words(), words=(4.0, None)), step("swap", Swap(DOCUMENT.text, nothing)), step("b", Words())]
    done = curate(DOCUMENT, steps)
    assert (done.document.text, done.original) == (nothing, DOCUMENT.text)
    assert done.measures.keys() == {"a"}
    assert broken(done) == [("a", Reject("a.words", 3.0, 4.0))]


def test_unknown_is_never_judged() -> None:
    empty = dataclasses.replace(DOCUMENT, text="")
    assert broken(curate(empty, [step("a", Words(), words=(None, None), letters=(1.0, 1.0))])) == []


def test_a_step_without_need_of_text_runs_early() -> None:
    steps = [step("a", Words()), step("address", Address()), step("swap", Swap()), step("tongue", Tongue())]
    early, late = [s for s in steps if not s.needs_text], [s for s in steps if s.needs_text]
    assert ([s.name for s in early], [s.name for s in late]) == (["address"], ["a", "swap", "tongue"])
    first = curate(dataclasses.replace(DOCUMENT, text=""), early)
    assert (first.measures, broken(first)) == ({"address": {"length": 13.0}}, [])
    done = curate(DOCUMENT, late, first.measures)
    assert done.measures.keys() == {"address", "a", "tongue"}
    assert first.measures.keys() == {"address"}


@dataclasses.dataclass(frozen=True)
class Fails:
    error: type[Exception] = ZeroDivisionError
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("never", max=1.0),)

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        raise self.error("as planted")


def test_a_step_that_fails_is_a_reject() -> None:
    done = carefully(DOCUMENT, [step("a", Words(), words=(4.0, None)), step("fails", Fails())], {})
    found = done.error
    assert isinstance(found, Reject)
    assert done.end() == ("measure", [found])
    assert (found.rule, found.value, found.limit) == ("measure.error", None, None)
    assert re.fullmatch(
        r"step 'fails': ZeroDivisionError: as planted, at ingest/test_chain\.py:\d+", found.detail or ""
    )


def test_what_was_done_before_a_step_failed_is_not_lost() -> None:
    before = [step("tongue", Tongue()), step("swap", Swap()), step("a", Words(), words=(4.0, None))]
    early = {"early": {"x": 1.0}}
    done = carefully(DOCUMENT, [*before, step("fails", Fails()), step("after", Words())], early)
    assert done.error
    assert dataclasses.replace(done, error=None) == curate(DOCUMENT, before, early)
    assert (done.measures.keys(), done.edits.keys()) == ({"early", "tongue", "a"}, {"swap"})
    assert done.document != DOCUMENT


@pytest.mark.parametrize(
    ("limits", "expected"), [((4.0, None), ("a", [Reject("a.words", 3.0, 4.0)])), ((3.0, None), ("", []))]
)
def test_where_nothing_fails_broken_rules_end_it(limits: Any, expected: tuple[str, list[Reject]]) -> None:
    done = carefully(DOCUMENT, [step("a", Words(), words=limits)], {"early": {"x": 1.0}})
    assert (done.error, done.measures.keys(), done.end()) == (None, {"early", "a"}, expected)


@pytest.mark.parametrize("error", [MemoryError, BuildFailed, BadCall, Starved, ImportError])
def test_what_is_no_documents_fault_is_raised(error: type[Exception]) -> None:
    ends = BuildFailed if error is ImportError else error  # which then says at which step
    with pytest.raises(ends, match="as planted"):
        carefully(DOCUMENT, [step("fails", Fails(error))], {})


@dataclasses.dataclass(frozen=True)
class Code:
    """Measures the lines of code that it is told of."""

    RULES: ClassVar[tuple[Rule, ...]] = (Rule("lines"),)

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        return {"lines": None if text.kinds is None else float(text.kinds.count("code"))}


@pytest.mark.parametrize(("kinds", "expected"), [("p1 c2", (2.0, 1.0)), ("p1 c1", (None, None))])
def test_a_step_behind_an_editor_knows_what_the_lines_are(kinds: str, expected: tuple[float, float]) -> None:
    document = dataclasses.replace(DOCUMENT, text="one\ntwo\nthree", meta={"kinds": kinds})
    done = curate(document, [step("a", Code()), step("swap", Swap("one\ntwo", "1")), step("b", Code())])
    assert (done.measures["a"]["lines"], done.measures["b"]["lines"]) == expected


def test_a_step_is_that_of_the_language() -> None:
    """Which an annotator before it, or itself, found out; settings and limits both."""
    words = step("words", Words())
    german = dataclasses.replace(words, rules=(Rule("words", max=2.0), Rule("letters", max=1.0)))
    swap = dataclasses.replace(step("swap", Swap()), languages=(("de", step("swap", Swap("one", "1"))),))
    steps = [dataclasses.replace(words, languages=(("de", german),)), swap]
    done = curate(dataclasses.replace(DOCUMENT, language="de"), steps)
    assert [(of.rule, of.limit) for _, of in done.broken] == [("words.words", 2.0), ("words.letters", 1.0)]
    assert done.document.text == "1 two three"
    for language in ("en", None):
        done = curate(dataclasses.replace(DOCUMENT, language=language), steps)
        assert (done.broken, done.document.text) == ([], "one 2 three")


def test_an_annotator_that_measures_is_judged_by_the_language_that_it_found() -> None:
    tongue = step("tongue", Tongue("de"))
    lenient = dataclasses.replace(tongue, rules=(Rule("listed", min=0.0),))
    own = dataclasses.replace(tongue, languages=(("de", lenient),))
    assert [len(curate(DOCUMENT, [each]).broken) for each in (tongue, own)] == [1, 0]
