"""One build as every worker sees it: the recipe, the folder, and where each piece of work lies."""

import functools
from dataclasses import dataclass

from winnow.pipelines.plan.units import Chunk, Input
from winnow.pipelines.recipe import lock
from winnow.pipelines.recipe.model import Recipe


@dataclass(frozen=True)
class Job:
    """Small and picklable; travels in every DoFn."""

    recipe: Recipe
    root: str
    """The output directory, as Beam's FileSystems write it."""
    chunk_bytes: int
    poisoned: tuple[tuple[str, int], ...] = ()
    """(chunk name, offset) of records that killed the process that worked on them, twice."""
    driver: tuple[tuple[str, str], ...] = ()
    """(name, version) of the driver's code, libraries and lists, where workers may be of another installation."""

    def census(self, input: Input) -> str:
        """Path of an input's census, without suffix."""
        return self.work("scan", lock.digest("census", input.name, lock.versions()))

    def chunk(self, chunk: Chunk) -> str:
        """Path of a chunk's files, without suffix."""
        return self.work("ingest", chunk.name)

    def work(self, *names: str) -> str:
        return "/".join((self.root.rstrip("/"), "work", *names))

    def path(self, *names: str) -> str:
        return "/".join((self.root.rstrip("/"), *names))

    @functools.cached_property
    def _ingest(self) -> dict[str, str]:
        return {s.name: lock.ingest_digest(self.recipe, s.name) for s in self.recipe.sources}

    def ingest_digest(self, source: str) -> str:
        return self._ingest[source]
