import dataclasses
import pickle

import pytest
from small_builds import EXACT_ONLY, recipe

from winnow.pipelines.plan import digests
from winnow.pipelines.plan.job import Job
from winnow.pipelines.plan.unit import Cut, Input, Piece, Unit

GIVEN = Input("web", "a.gz", 3, "e")
UNIT = Unit("web", (Piece(GIVEN, Cut(0, 1, 0, 3, 3, "c")),), 0, "name")
JOB = Job(recipe(), "out", 1, inputs="i", units="u")


@pytest.mark.parametrize("root", ["out", "out/", "gs://b/out"])
def test_where_things_lie(root: str) -> None:
    job, at = Job(recipe(), root, 1), root.rstrip("/")
    scanned = job.census(GIVEN).removeprefix(f"{at}/work/scan/").removesuffix(".json")
    assert job.names.census(scanned) == job.census(GIVEN)
    assert job.names.items(scanned) == job.items(GIVEN)
    assert job.cuts(GIVEN).startswith(f"{at}/work/scan/")
    assert job.names.reading(UNIT.name) == f"{at}/work/extract/name.json"


def test_a_job_can_travel() -> None:
    assert JOB.extract_digest("web") == digests.extract(recipe(), "web")
    assert pickle.loads(pickle.dumps(JOB)) == JOB


def test_a_changed_job_has_digests_of_its_own() -> None:
    before = JOB.curate_digest("web"), JOB.dedup_digest, JOB.output_digest
    after = dataclasses.replace(JOB, recipe=recipe(rejected_text="none"))
    assert after.curate_digest("web") != before[0]
    assert (after.dedup_digest, after.output_digest) == before[1:]
    with pytest.raises(KeyError):
        JOB.curate_digest("other")


def named(job: Job, given: Input = GIVEN, unit: Unit = UNIT) -> dict[str, str]:
    """Every name that a job makes."""
    return {"census": job.census(given), "items": job.items(given), "cuts": job.cuts(given),
            "curated": job.curated(unit), "keyed": job.keyed(unit), "deduplicated": job.deduplicated}  # fmt: skip


def test_with_its_digests_a_job_asks_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each worker of the local engine read the source of all modules for them."""
    wanted, others = named(JOB), (JOB.ingested, JOB.decided, JOB.output_digest)
    job = pickle.loads(pickle.dumps(dataclasses.replace(JOB).with_digests()))
    for name in ("scan", "extract", "curate", "add", "keys", "dedup", "spans", "output"):
        monkeypatch.setattr(digests, name, None)
    assert named(job) == wanted
    assert (job.ingested, job.decided, job.output_digest) == others


@pytest.mark.parametrize(
    ("change", "others"),
    [
        ({"root": "out/"}, {}), ({"poisoned": (1,)}, {}), ({"driver": (("a", "1"),)}, {}), ({"compared": 9}, {}),
        ({"inputs": "j"}, {}), ({"unit_bytes": 2}, {"cuts"}), ({"units": "v"}, {"deduplicated"}),
        ({"recipe": recipe(dedup=EXACT_ONLY)}, {"keyed", "deduplicated"}),
        ({"recipe": recipe(rejected_text="none")}, {"curated", "keyed", "deduplicated"}),
    ],
)  # fmt: skip
def test_what_is_made_is_named_by_what_it_is_made_of(change: dict[str, object], others: set[str]) -> None:
    was, now = named(JOB), named(dataclasses.replace(JOB, **change))  # type: ignore[arg-type]
    assert {name for name in was if was[name].replace("//", "/") != now[name].replace("//", "/")} == set(others)


def test_another_file_and_another_unit_have_names_of_their_own() -> None:
    was = named(JOB)
    file, unit = named(JOB, dataclasses.replace(GIVEN, ends="f")), named(JOB, unit=dataclasses.replace(UNIT, name="n"))
    assert {name for name in was if was[name] != file[name]} == {"census", "items", "cuts"}
    assert {name for name in was if was[name] != unit[name]} == {"curated", "keyed"}
    assert len({*was.values()}) == len(was)
