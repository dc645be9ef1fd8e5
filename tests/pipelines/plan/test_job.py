import dataclasses
import pickle

import pytest
from small_builds import recipe

from winnow.pipelines.plan.job import Job
from winnow.pipelines.plan.units import Chunk, Input
from winnow.pipelines.recipe import lock
from winnow.pipelines.recipe.lock import ingest_digest

GIVEN = Input("web", "a.gz", 3, "e")
CHUNK = Chunk(GIVEN, 0, 1, 0, 3, "name")


@pytest.mark.parametrize("root", ["out", "out/", "gs://b/out"])
def test_where_things_lie(root: str) -> None:
    job, at = Job(recipe(), root, 1), root.rstrip("/")
    assert job.census(GIVEN) == f"{at}/work/scan/{lock.digest('census', GIVEN.name, lock.versions())}"
    assert job.chunk(CHUNK) == f"{at}/work/ingest/name"
    assert job.work("dedup", "x", "y.npz") == f"{at}/work/dedup/x/y.npz"
    assert (job.path("corpus", "a"), job.path("")) == (f"{at}/corpus/a", f"{at}/")


def test_a_job_can_travel() -> None:
    job = Job(recipe(), "out", 1)
    assert job.ingest_digest("web") == ingest_digest(recipe(), "web")
    assert pickle.loads(pickle.dumps(job)) == job


def test_a_changed_job_has_digests_of_its_own() -> None:
    job = Job(recipe(), "out", 1)
    before = job.ingest_digest("web")
    assert dataclasses.replace(job, recipe=recipe(rejected_text="none")).ingest_digest("web") != before
    with pytest.raises(KeyError):
        job.ingest_digest("other")
