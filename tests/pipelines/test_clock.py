import time

import pytest

from winnow.pipelines.clock import Clock


def test_jobs_are_summed_and_those_that_fail_count_too() -> None:
    clock = Clock()
    for fails in (True, False):
        try:
            with clock.job("ingest"):
                time.sleep(0.05)
                if fails:
                    raise KeyError
        except KeyError:
            assert fails
    assert [*clock.jobs] == ["ingest"]
    assert clock.jobs["ingest"] >= 0.1


@pytest.mark.parametrize("documents", [0, 1, 1000])
def test_documents_a_second(documents: int) -> None:
    clock = Clock()
    clock.began -= 100
    found = clock.report(documents)
    assert found["documents_a_second"] == pytest.approx(documents / 100, rel=0.02, abs=1e-3)
    assert found["seconds"] == pytest.approx(100, abs=2)
    assert found["jobs"] == {}
