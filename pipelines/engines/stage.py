"""What a stage is, and how what it makes becomes the elements of the next one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from winnow.pipelines.plan.job import Work

Element = Any
"""An Input, a Unit, a Band, a Part: each small, with `shown` for messages."""


@dataclass(frozen=True)
class Sent:
    """Once the stage before is done whole, each of some senders sends packed arrays to elements of this stage."""

    senders: Callable[[Work], Sequence[Element]]
    push: Callable[[Work, Element], Iterable[tuple[int, Any]]]
    """(place of an element, what a sender has for it): how a graph groups."""
    pull: Callable[[Work, Element], Iterable[Any]]
    """What all senders have for an element, from files."""


@dataclass(frozen=True)
class Stage:
    name: str
    title: str
    """What a person is told that it does."""
    elements: Callable[[Work], Sequence[Element]]
    """All of them, in order; what stages before leave is there."""
    run: Callable[..., None]
    """Takes the work and an element, after `Sent` also what was sent to it. Leaves files, the one that seals last."""
    leaves: Callable[[Work, Element], tuple[str, ...]]
    """The files that are there once it is done."""
    after: Literal["all", "each"] | Sent = "all"
    """How elements follow from the stage before: once it is done whole; one by one and the same; by what is sent."""
    done: Callable[[Work, Element], bool] | None = None
    """Whether it is, where it takes more than that the files are there: asked by the worker that would run it."""
    size: Callable[[Element], int] | None = None
    """Bytes of input, the measure of progress; without it elements are counted."""
    over_units: bool = False
    """Whether its elements are all units, which a graph reads block by block."""
    watched: bool = False
    """Whether whoever watches a job is told of its elements."""
    brief: bool = False
    """Whether it takes less time than to hand it to another process: the local engine runs it itself."""
    alone: bool = False
    """Whether a task has one element only, so that the item which killed its process can be found."""

    def is_done(self, work: Work, element: Element) -> bool:
        if self.done is not None:
            return self.done(work, element)
        return all(work.storage.size(path) is not None for path in self.leaves(work, element))


@dataclass(frozen=True)
class Everything:
    """The one element of a stage that takes all."""

    shown: str = "all units"
