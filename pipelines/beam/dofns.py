"""A stage of the table as a DoFn. What it finds damaged it deletes, so that the job, begun again, makes it again.

A worker with another release of a library would give its files other names, and the driver would look in vain for its
own; or, worse, find those of an older build. So a worker that is not as the driver is refuses to work.
"""

import contextlib
import dataclasses
import functools
from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam

from winnow.pipelines.beam.storage import BeamStorage
from winnow.pipelines.engines import jobs
from winnow.pipelines.engines.jobs import STAGES
from winnow.pipelines.engines.stage import Element, Sent, Stage
from winnow.pipelines.errors import BuildFailed, Damaged
from winnow.pipelines.files.sealed import Sealed
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.plan.unit import Unit
from winnow.pipelines.plan.units import UnitRange
from winnow.pipelines.recipe.lock import made_by


@dataclasses.dataclass(frozen=True)
class Ended(Sealed):
    """Word of a job that has run to its end."""

    done: int
    """Elements of its last stage."""


class _OfAStage(beam.DoFn):
    """Carries the job and the name of a stage, for the table is code."""

    def __init__(self, job: Job, name: str) -> None:
        self.job, self.name = job, name

    def setup(self) -> None:
        """Raise BuildFailed where this worker's code or libraries differ from the driver's."""
        if self.job.driver:
            differences = "; ".join(_differences(dict(self.job.driver), made_by(self.job.recipe)))
            if differences:
                raise BuildFailed(f"a worker is not as the driver is: {differences}: install the same on both")

    @property
    def stage(self) -> Stage:
        return STAGES[self.name]

    @functools.cached_property
    def work(self) -> Work:
        """One as long as this lives, so that what it checked for one element need not be checked for the next."""
        return Work(BeamStorage(), self.job)

    @contextlib.contextmanager
    def clearing(self) -> Iterator[None]:
        """Delete what is found damaged: other machines hand back an error's text alone."""
        try:
            yield
        except Damaged as damage:
            for path in damage.remove:
                BeamStorage().delete(path)
            raise


class _After(_OfAStage):
    """Goes on once all elements of the stage before are done, and raises where there are not as many as there must be:
    a runner can lose some and report success."""

    def require(self, done: int | None) -> None:
        """`done`: how many are; None where nothing comes before."""
        if done is not None:
            jobs.require(self.work, jobs.before(self.stage), done)


class Elements(_After):
    """All elements of a stage."""

    def process(self, _: Any, done: int | None = None) -> Iterator[Element]:
        with self.clearing():
            self.require(done)
            yield from self.stage.elements(self.work)


class Blocks(_After):
    """The blocks of all units, for a stage over units."""

    def process(self, _: Any, done: int | None = None) -> Iterator[UnitRange]:
        with self.clearing():
            self.require(done)
            yield from units.blocks(self.work)


class Inside(_OfAStage):
    """The units of a block."""

    def process(self, block: UnitRange) -> Iterator[Unit]:
        with self.clearing():
            yield from units.inside(self.work, block)


class End(_OfAStage):
    """Leaves word of how many elements of a job's last stage were done."""

    def __init__(self, job: Job, name: str, of: str) -> None:
        super().__init__(job, name)
        self.of = of

    def process(self, _: Any, done: int) -> None:
        with self.clearing():
            jobs.require(self.work, self.stage, done)
            Ended(done).save(self.work.storage, self.work.job.names.ended(self.of))


class Run(_OfAStage):
    """The stage on one element."""

    def process(self, element: Element) -> Iterator[Element]:
        with self.clearing():
            jobs.run(self.work, self.stage, element)
        yield element


class Senders(_After):
    """All that send something to the elements of a stage."""

    def process(self, _: Any, done: int | None = None) -> Iterator[Element]:
        with self.clearing():
            self.require(done)
            yield from _sent(self.stage).senders(self.work)


class Send(_OfAStage):
    """What a sender has for elements of a stage, keyed by their places."""

    def process(self, sender: Element) -> Iterator[tuple[int, Any]]:
        with self.clearing():
            yield from _sent(self.stage).push(self.work, sender)


class Places(_OfAStage):
    """The place of every element of a stage, with nothing: an element to which nobody sends is run too."""

    def process(self, _: Any, done: int | None = None) -> Iterator[tuple[int, Any]]:
        with self.clearing():
            yield from ((place, None) for place in range(len(self.stage.elements(self.work))))


class RunSent(_OfAStage):
    """The stage on the element at a place, and what was sent to it."""

    def process(self, element: tuple[int, Iterable[Any]]) -> Iterator[int]:
        place, sent = element
        with self.clearing():
            of = self.stage.elements(self.work)[place]
            jobs.run(self.work, self.stage, of, (each for each in sent if each is not None))
        yield place


def _sent(stage: Stage) -> Sent:
    assert isinstance(stage.after, Sent)
    return stage.after


def signed(job: Job) -> Job:
    """The job for workers that may be of another installation: they compare theirs with this process."""
    return dataclasses.replace(job, driver=tuple(made_by(job.recipe).items()))


def _differences(driver: dict[str, str], worker: dict[str, str]) -> list[str]:
    return [
        f"{name} is {worker.get(name, 'not there')}, the driver's is {driver.get(name, 'not there')}"
        for name in dict.fromkeys((*driver, *worker))
        if driver.get(name) != worker.get(name)
    ]
