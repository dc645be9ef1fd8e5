"""A piece of work over some elements, as the local driver queues it, with what befell the processes that had it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from winnow.pipelines.corpus.parts import Part
from winnow.pipelines.plan.units import Chunk, Input

TRIES = 6
"""How often a task may lose its process, and no record be found guilty, before the build fails."""


@dataclass
class Task:
    place: int
    piece: str
    elements: Sequence[Any]
    deaths: int = 0
    """Processes that it lost since a record was last found guilty."""
    suspect: int | None = None
    """Offset of the record at which the last one crashed."""

    def most_beside(self, workers: int) -> int:
        """How many tasks may run at a time while this one does, itself included."""
        alone = self.suspect is not None or self.deaths >= TRIES - 2
        return 1 if alone else max(1, workers >> self.deaths)

    @property
    def name(self) -> str:
        more = f" and {len(self.elements) - 1} more" if len(self.elements) > 1 else ""
        return _named(self.elements[0]) + more


def _named(element: Any) -> str:
    """An element of a piece of work, by the file that it is about."""
    if isinstance(element, Chunk):
        return f"{element.input.path} [{element.start}, {element.end})"
    if isinstance(element, Input | Part):
        return element.path
    first = element[0]
    if isinstance(first, int):
        return f"band {first}"
    return (
        _named(first)
        if isinstance(element[1:], tuple) and isinstance(element[-1], str)
        else f"all {len(element)} units"
    )
