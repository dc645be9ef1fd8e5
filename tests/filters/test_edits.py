import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.filters.edits import Change, apply, compose, inverse, keeping, recover

TEXT = "one two three"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([], TEXT),
        ([Change(0, 3, "1")], "1 two three"),
        ([Change(0, 4), Change(4, 7, "2"), Change(7, 7, "!"), Change(7, 7, "?"), Change(8, 13, "")], "2!? "),
        ([Change(0, 13, "")], ""),
        ([Change(13, 13, "🙂")], "one two three🙂"),
        ([Change(0, 0, "\0")], "\0one two three"),
        ([Change(4, 7, "two")], TEXT),
    ],
)
def test_changes_are_applied(changes: list[Change], expected: str) -> None:
    assert apply(TEXT, changes) == expected
    assert apply(expected, inverse(TEXT, changes)) == TEXT


@pytest.mark.parametrize(
    "changes",
    [[Change(-1, 2)], [Change(3, 2)], [Change(0, 14)], [Change(14, 14)], [Change(0, 4), Change(3, 5)],
     [Change(5, 6), Change(0, 1)]],
)  # fmt: skip
def test_what_is_no_order_is_refused(changes: list[Change]) -> None:
    with pytest.raises(ValueError, match="does not follow position"):
        apply(TEXT, changes)


def test_a_row_is_recovered() -> None:
    row: dict[str, Any] = {"text": "1  three", "edits": [{"start": 0, "end": 1, "replacement": "one"},
                                                         {"start": 2, "end": 2, "replacement": "two"}]}  # fmt: skip
    assert recover(row["text"], row["edits"]) == TEXT
    assert recover("", []) == ""


def test_what_changes_nothing_leads_nowhere_back() -> None:
    assert inverse(TEXT, [Change(0, 3, "one"), Change(4, 4, ""), Change(4, 7, "2")]) == [Change(4, 5, "two")]


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], [Change(0, 13)]),
        ([(0, 13)], []),
        ([(0, 3), (3, 13)], []),
        ([(0, 3), (4, 7)], [Change(3, 4), Change(7, 13)]),
        ([(1, 12)], [Change(0, 1), Change(12, 13)]),
    ],
)
def test_keeping(spans: list[tuple[int, int]], expected: list[Change]) -> None:
    assert keeping(spans, len(TEXT)) == expected
    assert apply(TEXT, expected) == "".join(TEXT[start:end] for start, end in spans)
    assert keeping([], 0) == []


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([], [Change(0, 1, "x")], [Change(0, 1, "x")]),
        ([Change(0, 1, "x")], [], [Change(0, 1, "x")]),
        ([Change(0, 4)], [Change(3, 9, "3")], [Change(0, 4), Change(7, 13, "3")]),  # "two three"
        ([Change(0, 4)], [Change(0, 3, "2")], [Change(0, 7, "2")]),  # they meet
        ([Change(4, 7, "two hundred")], [Change(8, 11, "dozen")], [Change(4, 7, "two dozendred")]),
        ([Change(4, 7, "2")], [Change(2, 7, "-")], [Change(2, 9, "-")]),
        ([Change(3, 3, "!")], [Change(3, 4)], [Change(3, 3)]),
    ],
)
def test_compose(first: list[Change], second: list[Change], expected: list[Change]) -> None:
    between = apply(TEXT, first)
    assert compose(first, between, second) == expected
    assert apply(TEXT, expected) == apply(between, second)


@st.composite
def changes(draw: st.DrawFn, text: str) -> list[Change]:
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pairs = zip(places[::2], places[1::2], strict=False)
    return [Change(start, end, draw(st.text("ab\n🙂", max_size=3))) for start, end in pairs]


@given(st.data(), st.text("ab\n🙂", max_size=12))
def test_a_chain_of_editors_is_one(data: st.DataObject, text: str) -> None:
    """Three lots of changes in turn, composed from either side, do what they do one after another, and lead back."""
    first = data.draw(changes(text))
    one = apply(text, first)
    second = data.draw(changes(one))
    two = apply(one, second)
    third = data.draw(changes(two))
    three = apply(two, third)
    left = compose(compose(first, one, second), two, third)
    right = compose(first, one, compose(second, two, third))
    assert (apply(text, left), apply(text, right)) == (three, three)
    for made in (left, right):
        assert apply(three, inverse(text, made)) == text


@pytest.mark.parametrize("gap", [pytest.param(1, marks=pytest.mark.slow), 10])
def test_it_takes_linear_time(gap: int) -> None:
    """200,000 characters with a change at every second or eleventh."""
    n = 200_000
    text = "x" * n
    began = time.process_time()
    first = [Change(at, at + 1, "yy") for at in range(0, n, gap + 1)]
    one = apply(text, first)
    second = [Change(at, at + 1) for at in range(0, len(one), gap + 2)]
    made = compose(first, one, second)
    assert apply(text, made) == apply(one, second)
    assert apply(apply(text, made), inverse(text, made)) == text
    assert time.process_time() - began < 4
