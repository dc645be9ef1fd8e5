"""What a plug-in's step may give back, and what is told of the rest."""

import dataclasses
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from winnow.filters import edits, steps
from winnow.filters.document import Document
from winnow.filters.rules import Reject
from winnow.pipelines.ingest.results import WrongResult, annotated, edited, measured, recorded
from winnow.pipelines.sources.base import Content, Record

NAMES = ("a", "b")
DOCUMENT = Document(id="0" * 32, text="text", source="web", file="f", meta={"k": "v"})


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"a": 1.5, "b": None}, {"a": 1.5, "b": None}),
        ({"b": 2, "a": True}, {"a": 1.0, "b": 2.0}),
        ({"a": np.float32(0.5), "b": np.int64(3)}, {"a": 0.5, "b": 3.0}),
        ({"a": Fraction(1, 4), "b": -0.0}, {"a": 0.25, "b": 0.0}),
    ],
)
def test_measures_are_floats_in_the_order_of_the_rules(found: Any, expected: dict[str, float | None]) -> None:
    made = measured(found, NAMES)
    assert (list(made.items()), [type(value) for value in made.values()]) == (
        list(expected.items()), [type(value) for value in expected.values()]
    )  # fmt: skip


WANTED = "wanted a number or None for each of a, b"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, f"measure gave None, {WANTED}"),
        (1.0, f"measure gave 1.0, {WANTED}"),
        ([("a", 1), ("b", 2)], f"measure gave [('a', 1), ('b', 2)], {WANTED}"),
        ({}, f"measure gave {{}}, {WANTED}"),
        ({"a": 1}, f"measure gave {{'a': 1}}, {WANTED}"),
        ({"a": 1, "b": 2, "c": 3}, f"measure gave {{'a': 1, 'b': 2, 'c': 3}}, {WANTED}"),
        ({"a": "1", "b": None}, "measure gave a = '1', wanted a number or None"),
        ({"a": 1, "b": math.nan}, "measure gave b = nan, wanted a number or None"),
        ({"a": math.inf, "b": 1}, "measure gave a = inf, wanted a number or None"),
        ({"a": np.float64("nan"), "b": 1}, f"measure gave a = {np.float64('nan')!r}, wanted a number or None"),
        ({"a": 1j, "b": 1}, "measure gave a = 1j, wanted a number or None"),
        ({"a": np.ones(1), "b": 1}, "measure gave a = array([1.]), wanted a number or None"),
    ],
)  # fmt: skip
def test_wrong_measures(found: Any, said: str) -> None:
    with pytest.raises(WrongResult) as error:
        measured(found, NAMES)
    assert str(error.value) == said


def test_a_number_too_large_for_a_float() -> None:
    with pytest.raises(OverflowError):
        measured({"a": 10**400, "b": None}, NAMES)


Edit: Any = steps.Edit
Change: Any = edits.Change
"""Made of what their types do not allow."""
PLACED = "wanted a Change from one whole number to another"
TIMES = f"wanted a whole number up to {1 << 32}"
ORDER = "edit gave changes out of order: "


@pytest.mark.parametrize(
    "edit",
    [
        Edit(),
        Edit([Change(0, 4, "🙂 é"), Change(4, 4, "")], {"lines": 0}),
        Edit((Change(1, 2),), {"lines": np.int64(3), "all": True, "most": 1 << 32}),
    ],
)
def test_an_edit(edit: steps.Edit) -> None:
    made = edited("text", edit)
    assert made == edit
    assert [type(times) for times in made.counts.values()] == [int] * len(edit.counts)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("text", "edit gave 'text', wanted an Edit"),
        (None, "edit gave None, wanted an Edit"),
        (Edit(None), "edit gave Edit(changes=None, counts={}), wanted an Edit"),
        (Edit((), [1]), "edit gave Edit(changes=(), counts=[1]), wanted an Edit"),
        (Edit("x"), f"edit gave 'x', {PLACED}"),
        (Edit([(0, 1, "")]), f"edit gave (0, 1, ''), {PLACED}"),
        (Edit([Change(0.0, 1)]), f"edit gave Change(start=0.0, end=1, replacement=''), {PLACED}"),
        (Edit([Change(0, None)]), f"edit gave Change(start=0, end=None, replacement=''), {PLACED}"),
        (Edit([Change(0, 1, None)]), "edit gave a replacement that is None, wanted text that UTF-8 can hold"),
        (Edit([Change(0, 1, "\ud800")]), "edit gave a replacement that is '\\ud800', wanted text that UTF-8 can hold"),
        (
            Edit([Change(0, 2), Change(1, 3)]),
            f"{ORDER}{Change(1, 3)} does not follow position 2 of a text of 4 characters",
        ),
        (Edit([Change(4, 5)]), f"{ORDER}{Change(4, 5)} does not follow position 0 of a text of 4 characters"),
        (Edit((), {1: 1}), "edit counted what is called 1, wanted text that UTF-8 can hold"),
        (Edit((), {"a": 1.5}), f"edit counted a = 1.5, {TIMES}"),
        (Edit((), {"a": -1}), f"edit counted a = -1, {TIMES}"),
        (Edit((), {"a": (1 << 32) + 1}), f"edit counted a = {(1 << 32) + 1}, {TIMES}"),
        (Edit((), {"a": np.uint64(1 << 63)}), f"edit counted a = {np.uint64(1 << 63)!r}, {TIMES}"),
    ],
)
def test_wrong_edits(found: Any, said: str) -> None:
    with pytest.raises(WrongResult) as error:
        edited("text", found)
    assert str(error.value) == said


def test_facts_may_be_added() -> None:
    after = dataclasses.replace(DOCUMENT, language="en", language_score=0.5, license=None, meta={"k": "w", "l": ""})
    assert annotated(DOCUMENT, after) == after


@pytest.mark.parametrize(
    ("score", "expected"),
    [(Fraction(1, 4), 0.25), (2**60 + 1, 2.0**60), (np.float32(0.5), 0.5), (np.float64(0.5), 0.5), (True, 1.0)],
)
def test_a_score_is_a_plain_float(score: Any, expected: float) -> None:
    found = annotated(DOCUMENT, dataclasses.replace(DOCUMENT, language_score=score)).language_score
    assert (type(found), found) == (float, expected)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"text": "other"}, "annotate changed text, which no annotator may"),
        ({"id": "1" * 32}, "annotate changed id, which no annotator may"),
        ({"part": 1}, "annotate changed part, which no annotator may"),
        ({"language": 3}, "annotate gave language = 3, wanted text or None"),
        ({"language_score": math.nan}, "annotate gave language_score = nan, wanted a number or None"),
        ({"language_score": "0.5"}, "annotate gave language_score = '0.5', wanted a number or None"),
        ({"meta": {"a": 1}}, "annotate gave meta 'a' = 1, wanted text under text"),
        ({"meta": {1: "a"}}, "annotate gave meta 1 = 'a', wanted text under text"),
        ({"meta": None}, "annotate gave meta = None, wanted a mapping"),
    ],
)
def test_wrong_facts(more: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongResult) as error:
        annotated(DOCUMENT, dataclasses.replace(DOCUMENT, **more))
    assert str(error.value) == said


def test_no_document() -> None:
    with pytest.raises(WrongResult, match=r"^annotate gave 'en', wanted a Document$"):
        annotated(DOCUMENT, "en")


ID, TEXT = "0" * 32, Content("\ud800", title="t", meta={"k": "v"})


@pytest.mark.parametrize(
    "record",
    [Record(0, "line", ID, "http://x", "2024", (TEXT, TEXT), {"k": "v"}), Record(5, "note"), Record(0, "gap", ID),
     Record(0, "line", ID, reject=Reject("x.y"))],
)  # fmt: skip
def test_a_record(record: Record) -> None:
    assert recorded(record) == record


def test_numbers_of_a_record_are_plain() -> None:
    found = recorded(Record(np.int64(5), "line", ID, reject=Reject("x", np.float32(0.5), Fraction(1, 4), "\ud800")))  # type: ignore[arg-type]
    assert found == Record(5, "line", ID, reject=Reject("x", 0.5, 0.25, "\ufffd"))
    assert found.reject is not None
    assert [type(n) for n in (found.offset, found.reject.value, found.reject.limit)] == [int, float, float]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, "read gave None, wanted a Record"),
        (Record(0, 3), "read gave kind = 3, wanted text that UTF-8 can hold"),  # type: ignore[arg-type]
        (Record(0, "line", url=b"x"), "read gave url = b'x', wanted text or None"),  # type: ignore[arg-type]
        (Record(0, "line", contents=[TEXT]),  # type: ignore[arg-type]
         f"read gave contents = {[TEXT]!r}"[:121] + ", wanted a tuple of Content"),
        (Record(0, "line", ID, contents=("text",)),  # type: ignore[arg-type]
         "read gave contents = ('text',), wanted a tuple of Content"),
        (Record(0, "line", "", contents=(TEXT,)), "read gave id = '', wanted 32 hex digits"),
        (Record(0, "line", "A" * 32, reject=Reject("x")), f"read gave id = '{'A' * 32}', wanted 32 hex digits"),
        (Record(0, "line", ID + "0", contents=(TEXT,)), f"read gave id = '{'0' * 33}', wanted 32 hex digits"),
        (Record(0, "line", ID, reject="x"),  # type: ignore[arg-type]
         "read gave reject = 'x', wanted a Reject or None"),
        (Record(0.0, "line", ID), "read gave offset = 0.0, wanted a whole number"),  # type: ignore[arg-type]
        (Record(0, "\ud800"), "read gave kind = '\\ud800', wanted text that UTF-8 can hold"),
        (Record(0, "line", ID, reject=Reject(None)),  # type: ignore[arg-type]
         "read gave a reject whose rule is None, wanted text that UTF-8 can hold"),
        (Record(0, "line", ID, reject=Reject("a\ud800")),
         "read gave a reject whose rule is 'a\\ud800', wanted text that UTF-8 can hold"),
        (Record(0, "line", ID, reject=Reject("")), "read gave a reject whose rule is '', wanted a name"),
        (Record(0, "line", ID, reject=Reject("x", "abc")),  # type: ignore[arg-type]
         "read gave a reject with value = 'abc', wanted a number or None"),
        (Record(0, "line", ID, reject=Reject("x", math.nan, 1)),
         "read gave a reject with value = nan, wanted a number or None"),
        (Record(0, "line", ID, reject=Reject("x", 1, math.inf)),
         "read gave a reject with limit = inf, wanted a number or None"),
        (Record(0, "line", ID, reject=Reject("x", detail=123)),  # type: ignore[arg-type]
         "read gave a reject with detail = 123, wanted text or None"),
        (Record(0, "line", ID, contents=(Content(None),)),  # type: ignore[arg-type]
         "read gave text = None, wanted text"),
        (Record(0, "line", ID, contents=(TEXT, Content("", language=3))),  # type: ignore[arg-type]
         "read gave language = 3, wanted text or None"),
        (Record(0, "line", ID, meta={"a": 1}), "read gave meta 'a' = 1, wanted text under text"),  # type: ignore[dict-item]
        (Record(0, "line", ID, contents=(Content("", meta=None),)),  # type: ignore[arg-type]
         "read gave meta = None, wanted a mapping"),
        (Record(0, "line", ID, contents=(Content("a", utf8="a"),)),  # type: ignore[arg-type]
         "read gave utf8 = 'a', wanted bytes or None"),
    ],
)  # fmt: skip
def test_wrong_records(found: Any, said: str) -> None:
    with pytest.raises(WrongResult) as error:
        recorded(found)
    assert str(error.value) == said
