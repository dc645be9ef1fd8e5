"""Beam's workers run bundles in threads of one process: a stage gives each its own answer."""

import functools
import threading
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from winnow.pipelines.beam.ingest import IngestChunk, Scan
from winnow.pipelines.beam.storage import BeamStorage
from winnow.pipelines.plan.inputs import find_inputs
from winnow.pipelines.plan.job import Job
from winnow.pipelines.plan.units import MIB, Chunk
from winnow.pipelines.recipe.model import Recipe

END_SECONDS = 300.0
"""After which a thread that waits for an answer of another's counts as hanging."""


def scanned(root: Path, recipe: Recipe, sample: Path) -> tuple[Job, list[Chunk]]:
    job = Job(recipe, str(root), int(0.02 * MIB))
    inputs = find_inputs(BeamStorage(), recipe, [f"{sample}/*.warc.gz"])
    return job, [chunk for given in inputs for chunk in Scan(job).process(given)]


def texts(job: Job, chunks: list[Chunk]) -> dict[tuple[str, int], Any]:
    """(file, offset) -> title and text of every page, kept or not."""
    found = {}
    for chunk in chunks:
        for kind in ("kept", "rejected"):
            for row in pq.read_table(f"{job.chunk(chunk)}.{kind}.parquet").to_pylist():
                found[row["file"], row["offset"]] = (row["url"], row["title"], row["text"], row.get("rule"))
    return found


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, tiny: Recipe, sample: Path) -> dict[tuple[str, int], Any]:
    job, chunks = scanned(tmp_path_factory.mktemp("alone"), tiny, sample)
    for chunk in chunks:
        list(IngestChunk(job).process(chunk))
    return texts(job, chunks)


@pytest.mark.slow
@pytest.mark.parametrize("threads", [2, 8])
def test_bundles_in_threads(
    threads: int, alone: dict[tuple[str, int], Any], tmp_path: Path, tiny: Recipe, sample: Path
) -> None:
    job, chunks = scanned(tmp_path, tiny, sample)
    assert len(chunks) >= 2 * threads

    def bundle(mine: list[Chunk]) -> None:
        for chunk in mine:
            list(IngestChunk(job).process(chunk))

    running = [
        threading.Thread(target=functools.partial(bundle, chunks[i::threads]), daemon=True) for i in range(threads)
    ]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(END_SECONDS)
    assert not any(thread.is_alive() for thread in running)
    assert texts(job, chunks) == alone
