"""Whole jobs on Beam's in-memory runner; real engines have tests of their own in tests/engines."""

import dataclasses
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from line_source import Lines
from small_builds import recipe

from winnow.pipelines import errors
from winnow.pipelines.beam import run as runner
from winnow.pipelines.beam.dofns import signed
from winnow.pipelines.beam.run import failure, said
from winnow.pipelines.build import Request, build
from winnow.pipelines.display import Display
from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.ingest.tally import Tally
from winnow.pipelines.plan.job import Job
from winnow.pipelines.recipe.model import Recipe, Source

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
        f"job scan: a worker is not as the driver is: trafilatura is {here['trafilatura']}, the driver's is 2.0.0: "
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


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("errors.BadCall", "a: b"), ("errors.Gone", "a: b"), ("errors.Damaged", "a: b"),
        ("errors.BuildFailed", "job scan: a: b"), ("corpus.parts.OutOfOrder", "job scan: a: b"),
    ],
)  # fmt: skip
def test_errors_of_workers_keep_their_kind(kind: str, text: str) -> None:
    """Other machines hand back text alone."""
    name = f"winnow.pipelines.{kind}"
    found = failure("scan", RuntimeError(f"{TRACEBACK.replace(FAILED, name)}{name}: a: b [while running 'scan']\n"))
    assert (type(found), str(found)) == (getattr(errors, kind.partition(".")[2], BuildFailed), text)


def test_a_wrong_call_that_a_worker_meets(tmp_path: Path, quiet: Display, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "a.txt").write_text("!no such model")
    made = recipe(sources=(Source("web", Lines(error="BadCall"), "lines"),))
    with pytest.raises(BadCall, match=r"^no such model$"):
        build(Request(made, (f"{tmp_path}/a.txt",), str(tmp_path / "out"), beam=WHOLE), quiet)
    assert list((tmp_path / "temporary").glob("beam-pipeline*")) == []
