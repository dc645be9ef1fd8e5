"""What every DoFn of ours is: it carries the job, and refuses to run on a worker that is not as the driver is.

A worker with another release of a library would give its files other names, and the driver would look in vain for its
own; or, worse, find those of an older build.
"""

import dataclasses
import functools
from collections.abc import Callable, Iterator
from typing import Any

import apache_beam as beam

from winnow.pipelines.beam.storage import BeamStorage
from winnow.pipelines.errors import BuildFailed, Damaged
from winnow.pipelines.plan.job import Job
from winnow.pipelines.recipe.lock import lists, made_by
from winnow.pipelines.recipe.model import Recipe


class Stage(beam.DoFn):
    """A DoFn of a job. What it finds damaged it deletes, so that the job, begun again, makes it anew."""

    def __init_subclass__(cls, **rest: Any) -> None:
        super().__init_subclass__(**rest)
        cls.process = _clearing(cls.process)

    def __init__(self, job: Job) -> None:
        self.job = job

    def setup(self) -> None:
        """Raise BuildFailed where this worker's code, libraries or lists differ from the driver's."""
        if self.job.driver:
            differences = "; ".join(_differences(dict(self.job.driver), software(self.job.recipe)))
            if differences:
                raise BuildFailed(f"a worker is not as the driver is: {differences}: install the same on both")


def _clearing(process: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    """Other machines hand back an error's text alone, so what it says to delete is deleted where it arose."""

    @functools.wraps(process)
    def cleared(self: Stage, element: Any) -> Iterator[Any]:
        try:
            yield from process(self, element)
        except Damaged as damage:
            for path in damage.remove:
                BeamStorage().delete(path)
            raise

    return cleared


def signed(job: Job) -> Job:
    """The job for workers that may be of another installation: they hold themselves against this process."""
    return dataclasses.replace(job, driver=tuple(software(job.recipe).items()))


def software(recipe: Recipe) -> dict[str, str]:
    """Versions of all code that the recipe needs, and digests of its lists, on this machine."""
    try:
        return made_by(recipe) | lists(recipe)
    except OSError as error:
        raise BuildFailed(f"a list of the recipe cannot be read here: {error}") from error


def _differences(driver: dict[str, str], worker: dict[str, str]) -> list[str]:
    return [
        f"{name} is {worker.get(name, 'not there')}, the driver's is {driver.get(name, 'not there')}"
        for name in dict.fromkeys((*driver, *worker))
        if driver.get(name) != worker.get(name)
    ]
