"""Job 3 as a Beam graph: chunks -> weights -> plan -> the files of corpus/, rejected/ and clusters/."""

from collections.abc import Iterable, Iterator

import apache_beam as beam

from winnow.pipelines.beam.stage import Stage
from winnow.pipelines.beam.storage import BeamStorage
from winnow.pipelines.corpus.parts import Part, Weights, plan, weigh, write
from winnow.pipelines.corpus.receipt import Receipt
from winnow.pipelines.corpus.statistics_table import load_part
from winnow.pipelines.corpus.tables import ChunkTables
from winnow.pipelines.errors import Damaged
from winnow.pipelines.files.parquet import sha256_of
from winnow.pipelines.files.sealed import read_sealed, write_sealed
from winnow.pipelines.plan.job import Job
from winnow.pipelines.plan.units import Chunk
from winnow.pipelines.plan.work import receipt_path, weights_path

Dropped = tuple[Chunk, str]
"""A chunk and the path of its drop list."""


def write_parts(chunks: beam.PCollection, job: Job) -> beam.PCollection:
    """(chunk, drop list) in, paths of written files out."""
    return (
        chunks
        | "weigh" >> beam.ParDo(Weigh(job))  # (None, (Chunk, str, Weights))
        | "gather weights" >> beam.GroupByKey()
        | "plan" >> beam.ParDo(Plan(job))  # Part
        | "spread parts" >> beam.Reshuffle()
        | "write" >> beam.ParDo(WritePart(job))  # str
    )


class Weigh(Stage):
    """What a chunk gives to each folder."""

    def process(self, element: Dropped) -> Iterator[tuple[None, tuple[Chunk, str, Weights]]]:
        chunk, drops = element
        storage, path = BeamStorage(), weights_path(self.job, chunk, drops)
        if storage.size(path) is None:
            tables = ChunkTables(storage, self.job, chunk, drops)
            write_sealed(storage, path, weigh(tables, self.job.recipe.output.part_characters))
        yield None, (chunk, drops, read_sealed(storage, path))


class Plan(Stage):
    """All weights in one place: where files are cut."""

    def process(self, element: tuple[None, Iterable[tuple[Chunk, str, Weights]]]) -> Iterator[Part]:
        weighed = sorted(element[1], key=_row_order)
        yield from plan(weighed, self.job.recipe.output.part_characters)


class WritePart(Stage):
    """Write one file; one whose receipt and file are there is not written again."""

    def process(self, element: Part) -> Iterator[str]:
        storage, receipt, path = BeamStorage(), receipt_path(self.job, element), self.job.path(element.path)
        if storage.size(path) is None or sha256_of(storage, path) != _written(storage, receipt):
            write(storage, self.job, element, receipt)
        yield element.path


def _written(storage: BeamStorage, receipt: str) -> str | None:
    """The sha256 of the file that a receipt is for; None without one, or without the statistics beside it."""
    try:
        made = Receipt.load(storage, receipt)
        load_part(storage, receipt, made.statistics)
        return made.file.sha256
    except Damaged:  # or not there: the file is written anew, with its receipt
        return None


def _row_order(weighed: tuple[Chunk, str, Weights]) -> tuple[int, int]:
    return weighed[0].input.number, weighed[0].first
