import time

from winnow.pipelines import progress
from winnow.pipelines.engines.meter import Meter


def busy(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_what_this_process_and_its_children_spent() -> None:
    progress.spent(7.0)  # before
    meter = Meter()
    busy(0.05)
    progress.spent(2.0)
    progress.spent(0.5)
    found = meter.cost()
    assert round(found.child_cpu_seconds, 6) == 2.5  # of a sum that other tests began
    assert 2.55 <= found.cpu_seconds < 3.0
    assert found.peak_mib > 1


def test_waiting_is_wall_time_alone() -> None:
    meter = Meter()
    time.sleep(0.2)
    found = meter.cost()
    assert found.wall_seconds >= 0.2
    assert found.cpu_seconds < 0.15
    assert found.child_cpu_seconds == 0.0
