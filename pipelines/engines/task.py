"""Stages to run over some elements, as the local driver queues them, and how their processes ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

TRIES = 6
"""How often a task may lose its process, and no record be found guilty, before the build fails."""


@dataclass
class Task:
    place: int
    stages: tuple[str, ...]
    elements: Sequence[Any]
    deaths: int = 0
    """Processes that it lost since a record was last found guilty."""
    suspect: int | None = None
    """Number of the item at which the last one crashed."""

    def most_beside(self, workers: int) -> int:
        """How many tasks may run at a time while this one does, itself included."""
        alone = self.suspect is not None or self.deaths >= TRIES - 2
        return 1 if alone else max(1, workers >> self.deaths)

    @property
    def name(self) -> str:
        more = f" and {len(self.elements) - 1} more" if len(self.elements) > 1 else ""
        return f"{' and '.join(self.stages)} of {self.elements[0].shown}{more}"
