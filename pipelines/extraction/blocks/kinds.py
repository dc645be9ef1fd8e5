"""What each line of a text is, in few characters: `h1 p4 c12` is a heading, four lines of prose and twelve of code."""

from collections.abc import Sequence
from itertools import groupby

from winnow.filters.kinds import NAMES
from winnow.pipelines.extraction.blocks.compose import Line

LETTERS = "".join(NAMES)
"""Of the kinds of blocks in their order."""


def kinds_of(lines: Sequence[Line]) -> str:
    """Runs of lines of one kind: its letter and their number."""
    runs = groupby(LETTERS[kind] for kind, _ in lines)
    return " ".join(f"{letter}{len(list(run))}" for letter, run in runs)
