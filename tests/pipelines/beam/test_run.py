"""Whole jobs on Beam's in-memory runner; real engines have tests of their own in tests/engines."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from winnow.pipelines.beam import run as runner
from winnow.pipelines.beam.dofns import signed
from winnow.pipelines.beam.run import said
from winnow.pipelines.build import Request, build
from winnow.pipelines.display import Display
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.ingest.tally import Tally
from winnow.pipelines.plan.job import Job
from winnow.pipelines.recipe.model import Recipe

Promised = Callable[[Path], dict[str, str]]
WHOLE = ("--runner", "FnApiRunner")


@pytest.mark.slow
def test_units_that_keep_nothing(
    promised: Promised, sample: Path, tiny: Recipe, reference: Path, tmp_path: Path, quiet: Display
) -> None:
    build(Request(tiny, (f"{sample}/*",), str(tmp_path), unit_mib=0.005, beam=WHOLE), quiet)
    assert promised(tmp_path) == promised(reference)
    kept = [Tally.load(LocalStorage(), str(path)).kept for path in (tmp_path / "work/curate").glob("*.json")]
    assert min(kept) == 0


def test_a_worker_of_another_installation(
    sample: Path, tiny: Recipe, tmp_path: Path, quiet: Display, monkeypatch: pytest.MonkeyPatch
) -> None:
    def by_an_older_driver(job: Job) -> Job:
        table = dict(signed(job).driver) | {"trafilatura": "2.0.0"}
        return dataclasses.replace(job, driver=tuple(table.items()))

    here = dict(by_an_older_driver(Job(tiny, "", 1)).driver) | dict(signed(Job(tiny, "", 1)).driver)
    monkeypatch.setattr(runner, "signed", by_an_older_driver)
    with pytest.raises(BuildFailed) as found:
        build(Request(tiny, (f"{sample}/*",), str(tmp_path), beam=WHOLE), quiet)
    assert str(found.value) == (
        f"job ingest: a worker is not as the driver is: trafilatura is {here['trafilatura']}, the driver's is 2.0.0: "
        "install the same on both"
    )


FAILED = "winnow.pipelines.errors.BuildFailed"
TRACEBACK = """\
Traceback (most recent call last):
  File "pipelines/beam/dofns.py", line 33, in setup
    raise BuildFailed("a: b")
winnow.pipelines.errors.BuildFailed: a: b

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "apache_beam/runners/common.py", line 604, in apache_beam.runners.common.DoFnInvoker.invoke_setup
"""


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (f"Pipeline job-001 failed in state FAILED: bundle inst002 failed:{TRACEBACK}"
         "winnow.pipelines.errors.BuildFailed: a: b [while running 'scan']\n", "a: b"),
        (f"java.lang.RuntimeException: Error received from SDK harness for instruction 4: {TRACEBACK}"
         "winnow.pipelines.corpus.parts.OutOfOrder: x [while running 'write']\n\n\tat java.base/x.y(Z.java:1)", "x"),
        (f"{TRACEBACK.replace(FAILED, 'KeyError')}KeyError: 'a' [while running 'extract']\n",
         "KeyError: 'a'"),
        ("Connection refused\n  by nobody", "RuntimeError: Connection refused by nobody"),
    ],
)  # fmt: skip
def test_what_a_runner_reports_is_one_line(report: str, line: str) -> None:
    assert said(RuntimeError(report)) == line
