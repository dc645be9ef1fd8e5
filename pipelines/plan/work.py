"""Where the files between the jobs lie, for those who make them and those who wait for them."""

from collections.abc import Sequence

from winnow.pipelines.corpus.parts import Part
from winnow.pipelines.dedup.settle import name_of
from winnow.pipelines.plan.job import Job
from winnow.pipelines.plan.units import Chunk


def bucket_path(job: Job, chunks: Sequence[Chunk], band: int) -> str:
    return job.work("dedup", name_of(job, chunks), f"buckets-{band}.npz")


def weights_path(job: Job, chunk: Chunk, drops: str) -> str:
    return job.work("weights", drops.rsplit("/", 2)[1], f"{chunk.name}.json")  # by the name of the deduplication


def receipt_path(job: Job, part: Part) -> str:
    return job.work("write", f"{part.name(job)}.json")
