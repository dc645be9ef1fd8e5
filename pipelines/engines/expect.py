"""Whether a job has left what it is there for: a runner can lose elements and report success."""

from winnow.pipelines.engines.jobs import JOBS
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.files.listings import Listings
from winnow.pipelines.plan.job import Work


def expect(work: Work, job: str) -> None:
    """BuildFailed where a file of an element of a job is not there."""
    there = Listings(work.storage)
    for stage in JOBS[job]:
        paths = [path for element in stage.elements(work) for path in stage.leaves(work, element)]
        missing = there.missing(paths)
        if missing:
            raise BuildFailed(
                f"{len(missing)} of {len(paths)} files of stage {stage.name!r} are not there, the first is "
                f"{missing[0]}: the runner lost them; run the same command again"
            )
