"""The stages of a job one after the other in this process: for who has little to do."""

from collections.abc import Sequence

from winnow.pipelines.display import Display
from winnow.pipelines.engines import jobs
from winnow.pipelines.engines.engine import Seen, nobody
from winnow.pipelines.engines.expect import expect
from winnow.pipelines.engines.jobs import JOBS, undone
from winnow.pipelines.engines.stage import Element, Stage
from winnow.pipelines.plan.job import Work


class Alone:
    """As `engine.Engine`."""

    def __init__(self, display: Display) -> None:
        self.display = display

    def run(self, work: Work, job: str, seen: Seen = nobody) -> None:
        for stage in JOBS[job]:
            elements = stage.elements(work)
            if any(undone(work, [stage], elements)):
                self._run(work, stage, elements)
            for element in elements if stage.watched else ():
                seen(element)
        expect(work, job)

    def _run(self, work: Work, stage: Stage, elements: Sequence[Element]) -> None:
        with self.display.stage(stage.title, len(elements)) as show:
            for done, element in enumerate(elements, 1):
                jobs.run(work, stage, element)
                show(done, 0, 0)
