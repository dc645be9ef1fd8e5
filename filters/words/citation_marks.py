"""Marks of citations in a text, `[7]` and `[3, 4]`, as against indices, pages of a manual and all else in brackets."""

import re
from collections.abc import Sequence
from itertools import pairwise

from winnow.filters.edits import Span

LEAST = 3
"""Different numbers: fewer are not told from indices."""
_MARKS = re.compile(
    r"(?<=[\w.,;:!?%)\]\"'\u2019\u201d])(?<!(?<![^\W\d_])[^\W\d_])"  # behind a mark, or a word that is no single letter
    r"(?:\[[1-9]\d{0,2}(?:, ?\d{1,3}|[-\u2013]\d{1,3})*+\])++(?![\w(){}=\[\]]|\.\w)"
)
_NAMED = re.compile(r"\[(?:edit|citation needed)\]")
_NUMBER = re.compile(r"\d+")


def citation_marks(string: str, lines: Sequence[Span]) -> list[Span]:
    """Where marks stand in these lines of a text, ascending.

    Numbers stand directly behind a word or another mark, and those that a text has not had before count up from one to
    the next, more often than not. So `git-add[1]` stays, which is a page of the manual, and `matrix[5]`, an element.
    `[edit]` and `[citation needed]` are marks anywhere.
    """
    if "[" not in string:
        return []
    numbered = [match.span() for start, end in lines for match in _MARKS.finditer(string, start, end)]
    named = [match.span() for start, end in lines for match in _NAMED.finditer(string, start, end)]
    numbers = dict.fromkeys(int(n) for start, end in numbered for n in _NUMBER.findall(string, start, end))
    steps = [after - before for before, after in pairwise(numbers)]
    counts_up = len(numbers) >= LEAST and 2 * steps.count(1) >= len(steps)
    return sorted([*numbered, *named]) if counts_up else named
