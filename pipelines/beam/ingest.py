"""Job 1 as a Beam graph: inputs -> census -> chunks -> a kept file, a rejected file and a tally a chunk."""

import atexit
import functools
from collections.abc import Iterator

import apache_beam as beam

from winnow.pipelines.beam.stage import Stage
from winnow.pipelines.beam.storage import BeamStorage
from winnow.pipelines.engines import progress
from winnow.pipelines.extraction.extract import ExtractSettings
from winnow.pipelines.extraction.sandbox import Sandboxes
from winnow.pipelines.ingest.unit import Ingest
from winnow.pipelines.plan.job import Job
from winnow.pipelines.plan.units import Chunk, Input, cut, load_census, save_census, unchanged
from winnow.pipelines.sources.warc.scan import scan


def ingest(inputs: beam.PCollection, job: Job) -> beam.PCollection:
    """Inputs in, names of finished chunks out."""
    return (
        inputs
        | "scan" >> beam.ParDo(Scan(job))  # Chunk
        | "spread" >> beam.Reshuffle()
        | "ingest" >> beam.ParDo(IngestChunk(job))  # str
    )


class Scan(Stage):
    """Walk a file once: where its records lie, its digest; then cut it into chunks."""

    def process(self, element: Input) -> Iterator[Chunk]:
        storage, path = BeamStorage(), self.job.census(element)
        if storage.size(f"{path}.json") is None:
            with storage.open(element.path) as stream:
                save_census(storage, path, unchanged(storage, element, scan(stream)))
        yield from cut(
            element, load_census(storage, path), self.job.chunk_bytes, self.job.ingest_digest(element.source)
        )


class IngestChunk(Stage):
    """Leave a chunk's files; a chunk whose tally is there is not done again."""

    def process(self, element: Chunk) -> Iterator[str]:
        storage = BeamStorage()
        if storage.size(f"{self.job.chunk(element)}.json") is None:
            poisoned = frozenset(offset for name, offset in self.job.poisoned if name == element.name)
            with _sandboxes(self.job.recipe.extract_of(element.input.source)).borrow() as sandbox:
                Ingest(self.job, element, sandbox, poisoned).run(storage, progress.record)
        yield element.name


@functools.cache
def _sandboxes(settings: ExtractSettings) -> Sandboxes:
    """Warm children of this process, whatever number of pipelines pass through it, one after another or in threads."""
    sandboxes = Sandboxes(settings)
    atexit.register(sandboxes.close)
    return sandboxes
