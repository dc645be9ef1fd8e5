"""Where a unit's rows are: in the files that ingest left or, where records are forgotten, in a finished build."""

from winnow.pipelines.corpus.finished_tables import FinishedTables
from winnow.pipelines.corpus.tables import UnitTables
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.unit import Unit


def tables_of(work: Work, unit: Unit) -> UnitTables:
    """What a unit gives to each table."""
    return FinishedTables(work, unit) if work.job.finished else UnitTables(work, unit)
