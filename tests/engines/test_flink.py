"""Builds on a Flink cluster: parallelism 2, both slots of one TaskManager, hence two bundles at once in each worker."""

import time
from pathlib import Path

import pytest
from flink import Cluster
from given import ROOT, Given
from pool import worker_pool

pytestmark = pytest.mark.engines
LOOPBACK = ("--environment_type", "LOOPBACK")


def test_workers_in_the_driver(sample: Given, cluster: Cluster, tmp_path: Path) -> None:
    assert sample.build(tmp_path, *cluster.options, *LOOPBACK) == (0, "")
    sample.check(tmp_path)


def test_workers_of_their_own(web: Given, cluster: Cluster, tmp_path: Path) -> None:
    with worker_pool(ROOT, tmp_path / "pool.log") as external:
        assert web.build(tmp_path / "out", *cluster.options, *external) == (0, "")
    web.check(tmp_path / "out")


def test_a_task_manager_that_is_killed(sample: Given, cluster: Cluster, tmp_path: Path) -> None:
    running = sample.start(tmp_path, "--unit-mib", sample.unit_mib, *cluster.options, *LOOPBACK)
    while len(list((tmp_path / "work/curate").glob("*.json"))) < 3 and running.poll() is None:
        time.sleep(0.05)
    cluster.kill("taskmanager-1")
    assert not (tmp_path / "work/keys").exists()
    cluster.add("taskmanager-2")
    told = running.communicate()[1]
    assert (running.returncode, told) == (0, "")
    sample.check(tmp_path)
