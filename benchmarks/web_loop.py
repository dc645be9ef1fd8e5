"""The stages of a build, called in a plain loop in one process: what web.py holds the engine's cost against.

No Beam, no driver, no queue; the stages of the table on the same units, and the extraction in its child process as in a
build (--direct: in this process, which leaves out what the sandbox costs). The last line of output is JSON: CPU seconds
by stage and, of these, by the recipe's steps; those of the sandbox's children apart.

    python -m benchmarks.web_loop --input 'crawl/*.warc.gz' --output DIR
"""

import argparse
import collections
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from winnow.filters.rules import Reject
from winnow.pipelines.clock import Clock
from winnow.pipelines.engines import jobs
from winnow.pipelines.engines.drive import Done, drive
from winnow.pipelines.engines.engine import Seen
from winnow.pipelines.extraction.extract import extract
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.extraction.sandbox import Sandbox
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.ingest import ask
from winnow.pipelines.ingest.extract import extract_with
from winnow.pipelines.ingest.tally import Reading
from winnow.pipelines.plan import units
from winnow.pipelines.plan.inputs import MIB, find_inputs
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.recipe.file import find, load
from winnow.pipelines.recipe.model import Step


class Direct(Sandbox):
    """No sandbox: extraction in this process."""

    def extract(self, html: str | bytes, url: str | None, captured: str | None) -> Extracted | Reject:
        return extract(html, url, captured, self._settings, self._screen)


class Loop:
    """An engine that is none: stage after stage, element after element."""

    def __init__(self, direct: Direct | None) -> None:
        self.direct = direct
        self.cpu: dict[str, float] = collections.defaultdict(float)
        """Seconds of this process by stage."""

    def run(self, work: Work, job: str, seen: Seen) -> None:
        stages = jobs.JOBS[job]
        for stage in stages:
            began = time.process_time()
            for element in stage.elements(work):
                if self.direct and stage.name == "extract":
                    extract_with(work, element, self.direct)
                else:
                    jobs.run(work, stage, element)
            self.cpu[stage.name] += time.process_time() - began
            for element in stage.elements(work) if stage.watched else ():
                seen(element)


class Steps:
    """CPU seconds of each step of the recipe, of what it reads of a text included."""

    def __init__(self) -> None:
        self.cpu: dict[str, float] = collections.defaultdict(float)

    def time(self) -> None:
        """From now on."""
        for name in ("annotate", "edit", "measure"):
            setattr(ask, name, self._timed(getattr(ask, name)))

    def _timed(self, asked: Callable[..., Any]) -> Callable[..., Any]:
        def timed(step: Step, *given: Any) -> Any:
            began = time.process_time()
            found = asked(step, *given)
            self.cpu[step.name] += time.process_time() - began
            return found

        return timed


def build(recipe: str, inputs: list[str], output: str, unit_mib: float, loop: Loop) -> Done:
    """All jobs, without the ledger and the card."""
    storage, made = LocalStorage(), load(find(recipe))
    given = find_inputs(storage, made, inputs)
    return drive(loop, Work(storage, Job(made, output, max(1, int(unit_mib * MIB)))), given, Clock())


def sandboxed(done: Done) -> float:
    """CPU seconds of the child processes that extracted."""
    storage, names = done.work.storage, done.work.job.names
    return sum(Reading.load(storage, names.reading(unit.name)).cpu_seconds["extract"] for unit in units.load(done.work))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", default="fineweb", metavar="NAME", help="default: %(default)s")
    parser.add_argument("--input", action="append", required=True, metavar="PATTERN", help="may be repeated")
    parser.add_argument("--output", required=True, metavar="DIR", help="is emptied first")
    parser.add_argument("--unit-mib", type=float, default=8.0, metavar="N")
    parser.add_argument("--direct", action="store_true", help="extract in this process, without the sandbox")
    given = parser.parse_args()
    shutil.rmtree(given.output, ignore_errors=True)
    Path(given.output).mkdir(parents=True)
    started = time.process_time()
    made = load(find(given.recipe))
    direct = Direct(made.extract, made.screen_of(made.sources[0].name))
    loop, steps = Loop(direct if given.direct else None), Steps()
    steps.time()
    done = build(given.recipe, given.input, given.output, given.unit_mib, loop)
    print(json.dumps({"stages": {"start": started, **loop.cpu}, "steps": steps.cpu, "sandboxes": sandboxed(done)}))


if __name__ == "__main__":
    main()
