"""The stages of a build, called in a plain loop in one process: what web.py holds the engine's cost against.

No Beam, no driver, no queue; the table's own functions on the same units, and the extraction in its child process as in
a build (--direct: in this process, which leaves out what the sandbox costs). The last line of output is JSON: CPU
seconds by stage, the child's apart, and the items that were read.

    python -m benchmarks.web_loop --input 'crawl/*.warc.gz' --output DIR
"""

import argparse
import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from winnow.filters.rules import Reject
from winnow.pipelines.engines import jobs
from winnow.pipelines.engines.jobs import DEDUP, INGEST, WRITE, Element, Stage
from winnow.pipelines.extraction.extract import extract
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.extraction.sandbox import Sandbox
from winnow.pipelines.extraction.settings import ExtractSettings
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.ingest.extract import extract_with
from winnow.pipelines.ingest.tally import Tally
from winnow.pipelines.plan import inputs, units
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.recipe.file import find, load


class Direct(Sandbox):
    """No sandbox: extraction in this process."""

    def __init__(self, settings: ExtractSettings) -> None:
        super().__init__(settings)
        self.settings = settings

    def extract(self, html: str, url: str | None, captured: str | None) -> Extracted | Reject:
        return extract(html, url, captured, self.settings)


class Loop:
    """A build without an engine."""

    def __init__(self, recipe: str, output: str, unit_mib: float, direct: bool) -> None:
        self.work = Work(LocalStorage(), Job(load(find(recipe)), output, max(1, int(unit_mib * inputs.MIB))))
        self.sandbox = (Direct if direct else Sandbox)(self.work.job.recipe.extract)
        self.cpu: dict[str, float] = {}
        """Seconds of this process, by stage."""
        self.items = 0

    def run(self, patterns: Sequence[str]) -> None:
        storage, job = self.work.storage, self.work.job
        given = inputs.find_inputs(storage, job.recipe, patterns)
        self.work = replace(self.work, job=replace(job, inputs=inputs.save(storage, job.names, given)))
        with self.sandbox:
            self._stages(INGEST)
        made = units.units(self.work, given)
        kept = sum(Tally.load(storage, job.names.curate(job.curated(unit))).kept for unit in made)
        self.items = sum(unit.items for unit in made)
        listed = replace(self.work.job, units=units.save(self.work, made), documents=kept)
        self.work = replace(self.work, job=listed)
        self._stages(DEDUP)
        self._stages(WRITE)

    def _stages(self, job: Sequence[Stage]) -> None:
        for stage in job:
            began = time.process_time()
            for element in stage.elements(self.work):
                self._run(stage, element)
            self.cpu[stage.name] = time.process_time() - began

    def _run(self, stage: Stage, element: Element) -> None:
        if stage.name == "extract":
            extract_with(self.work, element, self.sandbox)
        else:
            jobs.run(self.work, stage, element)


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
    loop = Loop(given.recipe, given.output, given.unit_mib, given.direct)
    loop.run(given.input)
    print(json.dumps({"start": started, **loop.cpu, "child": loop.sandbox.cpu_seconds, "items": loop.items}))


if __name__ == "__main__":
    main()
