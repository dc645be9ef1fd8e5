import pickle
from dataclasses import replace

import pytest
from small_builds import EXACT_ONLY, recipe

from winnow.pipelines.plan import digests
from winnow.pipelines.plan.job import Job
from winnow.pipelines.plan.unit import Input, Unit
from winnow.pipelines.recipe.model import Output, Recipe

GIVEN = Input("web", "a.gz", 3, "e")
UNIT = Unit("web", (), 0, "name")


def names(job: Job) -> dict[str, str]:
    """What names the files of every stage but those of `extract`, which are named by their unit."""
    return {
        "scan": job.census(GIVEN), "items": job.items(GIVEN), "cuts": job.cuts(GIVEN), "curate": job.curated(UNIT),
        "keys": job.keyed(UNIT), "dedup": job.deduplicated, "output": job.output_digest,
    }  # fmt: skip


@pytest.mark.parametrize("root", ["out", "out/", "gs://b/out"])
def test_where_a_files_census_lies(root: str) -> None:
    job, at = Job(recipe(), root, 1), f"{root.rstrip('/')}/work/scan/"
    assert job.census(GIVEN).startswith(at)
    assert job.items(GIVEN) == job.census(GIVEN).removesuffix("json") + "npz"
    assert job.cuts(GIVEN).startswith(at)
    assert len({job.census(GIVEN), job.census(replace(GIVEN, ends="other")), job.cuts(GIVEN)}) == 3


def test_a_job_can_travel() -> None:
    job = Job(recipe(), "out", 1)
    before = names(job)
    assert pickle.loads(pickle.dumps(job)) == job
    assert names(pickle.loads(pickle.dumps(job))) == before


CHANGES: dict[str, tuple[Recipe, set[str]]] = {
    "about": (recipe(about="other"), set()),
    "rejected text": (recipe(rejected_text="none"), {"curate", "keys", "dedup"}),
    "dedup": (recipe(dedup=EXACT_ONLY), {"keys", "dedup"}),
    "output": (recipe(output=Output(part_characters=1)), {"output"}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_names_hold_the_names_before_them(change: str) -> None:
    made, changed = CHANGES[change]
    before, after = names(Job(recipe(), "out", 1)), names(Job(made, "out", 1))
    assert {name for name in before if before[name] != after[name]} == changed


def test_digests_are_by_source() -> None:
    job = Job(recipe(), "out", 1)
    assert job.extract_digest("web") == digests.extract(recipe(), "web")
    assert job.curate_digest("web") == digests.curate(recipe(), "web")
    with pytest.raises(KeyError):
        job.extract_digest("other")


def test_the_size_of_units_is_in_the_cuts_alone() -> None:
    before, after = names(Job(recipe(), "out", 1)), names(Job(recipe(), "out", 2))
    assert {name for name in before if before[name] != after[name]} == {"cuts"}
