"""Beam's workers run bundles in threads of one process: a stage gives each its own answer."""

import functools
import threading
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from winnow.pipelines.beam.dofns import Run
from winnow.pipelines.beam.storage import BeamStorage
from winnow.pipelines.plan import inputs, units
from winnow.pipelines.plan.inputs import MIB
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.plan.unit import Unit
from winnow.pipelines.recipe.model import Recipe

END_SECONDS = 300.0
"""After which a thread that waits for an answer of another's counts as hanging."""


def scanned(root: Path, recipe: Recipe, sample: Path) -> tuple[Job, list[Unit]]:
    job = Job(recipe, str(root), int(0.02 * MIB))
    given = inputs.find_inputs(BeamStorage(), recipe, [f"{sample}/*.warc.gz"])
    for each in given:
        run(job, "scan", each)
    return job, units.units(Work(BeamStorage(), job), given)


def run(job: Job, stage: str, element: Any) -> None:
    list(Run(job, stage).process(element))


def texts(job: Job, made: list[Unit]) -> dict[tuple[str, int], Any]:
    """(file, offset) -> title and text of every page, kept or not."""
    found = {}
    for unit in made:
        for path in (job.names.kept(job.curated(unit)), job.names.rejected(job.curated(unit))):
            for row in pq.read_table(path).to_pylist():
                found[row["file"], row["offset"]] = (row["url"], row["title"], row["text"], row.get("rule"))
    return found


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, tiny: Recipe, sample: Path) -> dict[tuple[str, int], Any]:
    job, made = scanned(tmp_path_factory.mktemp("alone"), tiny, sample)
    for unit in made:
        for stage in ("extract", "curate"):
            run(job, stage, unit)
    return texts(job, made)


@pytest.mark.slow
@pytest.mark.parametrize("threads", [2, 8])
def test_bundles_in_threads(
    threads: int, alone: dict[tuple[str, int], Any], tmp_path: Path, tiny: Recipe, sample: Path
) -> None:
    job, made = scanned(tmp_path, tiny, sample)
    assert len(made) >= 2 * threads

    def bundle(mine: list[Unit]) -> None:
        for unit in mine:
            for stage in ("extract", "curate"):
                run(job, stage, unit)

    running = [
        threading.Thread(target=functools.partial(bundle, made[i::threads]), daemon=True) for i in range(threads)
    ]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(END_SECONDS)
    assert not any(thread.is_alive() for thread in running)
    assert texts(job, made) == alone
