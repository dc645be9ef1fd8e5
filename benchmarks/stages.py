"""What a stage of a build costs in this process."""

from winnow.pipelines.engines import jobs
from winnow.pipelines.engines.meter import Cost, Meter
from winnow.pipelines.engines.stage import Stage
from winnow.pipelines.plan.job import Work


def cost_of(work: Work, stage: Stage) -> Cost:
    """Run it on all its elements, one after another."""
    meter = Meter()
    for element in stage.elements(work):
        jobs.run(work, stage, element)
    return meter.cost()
