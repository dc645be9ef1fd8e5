"""What each line of a web page's text is, for steps that ask, and what it is behind an editor."""

import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.filters.edits import Change, apply
from winnow.filters.kinds import of_lines, of_text, through


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        ({}, None),
        ({"kinds": ""}, []),
        ({"kinds": "h1 p2 c1"}, ["heading", "prose", "prose", "code"]),
        ({"kinds": "t11"}, ["table"] * 11),
        ({"kinds": "l1 d1 q1 f1 b1"}, ["list", "definition", "quote", "caption", "button"]),
    ],
)
def test_lines(meta: dict[str, str], expected: list[str] | None) -> None:
    assert of_lines(meta) == expected


@pytest.mark.parametrize(
    ("kinds", "string", "expected"),
    [
        (None, "a", None),
        ("", "a", None),
        ("p1", "a", ["prose"]),
        ("p1", "", ["prose"]),
        ("h1 c2", "a\n b\n", ["heading", "code", "code"]),
        ("h1 c1", "a\nb\nc", None),  # a line more than kinds
        ("h1 c3", "a\nb\nc", None),
        ("z1", "a", None),  # what somebody else's table has under that name
        ("p" + "9" * 5000, "a", None),
        ("p999999999999", "a", None),
        ("made in 1999", "a", None),
        ("\x00\U0001f642", "a", None),
    ],
)
def test_of_a_text_nothing_is_believed_that_does_not_fit(
    kinds: str | None, string: str, expected: list[str] | None
) -> None:
    assert of_text({} if kinds is None else {"kinds": kinds}, string) == expected


KINDS = ["heading", "code", "table"]


@pytest.mark.parametrize(
    ("changes", "new", "expected"),
    [
        ([], "ab\ncd\nef", KINDS),
        ([Change(3, 6)], "ab\nef", ["heading", "table"]),  # a line with its end
        ([Change(2, 5)], "ab\nef", ["heading", "table"]),  # a line with the end of the one before
        ([Change(3, 5)], "ab\n\nef", KINDS),  # an empty line is what it was
        ([Change(0, 3)], "cd\nef", ["code", "table"]),
        ([Change(5, 8)], "ab\ncd", ["heading", "code"]),
        ([Change(2, 3, " ")], "ab cd\nef", ["heading", "table"]),
        ([Change(1, 4)], "ad\nef", ["heading", "table"]),
        ([Change(3, 4, "x\ny")], "ab\nx\nyd\nef", ["heading", "code", "code", "table"]),
        ([Change(3, 3, "x\n")], "ab\nx\ncd\nef", ["heading", "code", "code", "table"]),
        ([Change(0, 1), Change(1, 2), Change(2, 3)], "cd\nef", ["code", "table"]),
        ([Change(0, 8)], "", ["table"]),
        ([Change(0, 8, "x")], "x", ["heading"]),
        ([Change(8, 8, "\n")], "ab\ncd\nef\n", [*KINDS, "table"]),
    ],
)
def test_behind_an_editor(changes: list[Change], new: str, expected: list[str]) -> None:
    assert apply("ab\ncd\nef", changes) == new
    assert through(KINDS, "ab\ncd\nef", changes) == expected


def plainly(kinds: Sequence[str], string: str, changes: Sequence[Change]) -> list[str]:
    """Character by character: from which old line each came."""
    line_of = [string.count("\n", 0, at) for at in range(len(string) + 1)]
    origins: list[tuple[str, int]] = []
    at = 0
    for change in changes:
        origins += [(string[i], line_of[i]) for i in range(at, change.start)]
        origins += [(new, line_of[change.start]) for new in change.replacement]
        at = change.end
    origins += [(string[i], line_of[i]) for i in range(at, len(string))]
    origins.append(("", line_of[len(string)]))
    starts = [0, *(place + 1 for place, (new, _) in enumerate(origins) if new == "\n")]
    return [kinds[origins[start][1]] for start in starts]


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, list[Change]]:
    string = draw(st.text("a\n\U0001f642", max_size=14))
    cuts = sorted(draw(st.lists(st.integers(0, len(string)), max_size=8)))
    news = st.text("x\n", max_size=3)
    return string, [Change(start, end, draw(news)) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]


@settings(max_examples=200)
@given(edits())
def test_behind_any_editor(given: tuple[str, list[Change]]) -> None:
    string, changes = given
    kinds = [str(number) for number in range(string.count("\n") + 1)]
    found = through(kinds, string, changes)
    assert found == plainly(kinds, string, changes)
    assert len(found) == apply(string, changes).count("\n") + 1


def test_it_takes_linear_time() -> None:
    string, lines = "a\n" * 100_000, ["prose"] * 100_001
    began = time.process_time()
    found = through(lines, string, [Change(2 * line, 2 * line + 2) for line in range(0, 100_000, 2)])
    assert (len(found), time.process_time() - began < 2) == (50_001, True)
