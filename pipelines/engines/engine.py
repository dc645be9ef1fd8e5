"""What an engine is: it runs a job of the table whole, and lets somebody watch what is done."""

from collections.abc import Callable
from typing import Protocol

from winnow.pipelines.engines.stage import Element
from winnow.pipelines.plan.job import Work

Seen = Callable[[Element], None]
"""Told of elements of a job's watched stage once they are done, now or before; the first at least. What it raises ends
the job."""


class Engine(Protocol):
    """Runs a job. What it makes are files, so nothing is handed back; where one was lost, that is BuildFailed."""

    def run(self, work: Work, job: str, seen: Seen) -> None: ...


def nobody(element: Element) -> None:
    """Watches nothing."""
