"""How tasks share a machine after deaths, and what they are called."""

from typing import Any

import pytest

from winnow.pipelines.corpus.parts import Part
from winnow.pipelines.dedup.join import Band
from winnow.pipelines.dedup.keys import CONTENT
from winnow.pipelines.engines.stage import Everything
from winnow.pipelines.engines.task import TRIES, Task
from winnow.pipelines.plan.unit import Cut, Input, Piece, Unit

INPUT = Input("web", "crawl/a.warc.gz", 9, "")
PIECE = Piece(INPUT, Cut(0, 3, 100, 200, 100, ""))
UNIT = Unit("web", (PIECE,), 0, "0" * 32)
MANY = Unit("web", (PIECE, PIECE, PIECE), 0, "0" * 32)


@pytest.mark.parametrize(
    ("workers", "beside"),
    [(1, [1, 1, 1, 1, 1, 1]), (2, [2, 1, 1, 1, 1, 1]), (33, [33, 16, 8, 4, 1, 1]), (192, [192, 96, 48, 24, 1, 1])],
)
def test_fewer_beside_it_and_at_last_none(workers: int, beside: list[int]) -> None:
    stages = ("extract", "curate")
    assert [Task(0, stages, [UNIT], deaths).most_beside(workers) for deaths in range(TRIES)] == beside
    assert Task(0, stages, [UNIT], 1, suspect=100).most_beside(workers) == 1


@pytest.mark.parametrize(
    ("stages", "elements", "name"),
    [
        (("scan",), [INPUT], "scan of crawl/a.warc.gz"),
        (("scan",), [INPUT, INPUT, INPUT], "scan of crawl/a.warc.gz and 2 more"),
        (("extract", "curate"), [UNIT], "extract and curate of crawl/a.warc.gz [100, 200)"),
        (("keys",), [UNIT, UNIT], "keys of crawl/a.warc.gz [100, 200) and 1 more"),
        (("keys",), [MANY], "keys of crawl/a.warc.gz and 2 more"),
        (("join",), [Band(3, 0, 1)], "join of band 3"),
        (("join",), [Band(CONTENT, 0, 1)], "join of equal texts"),
        (("join",), [Band(3, 1, 2)], "join of band 3, slice 2 of 2"),
        (("settle",), [Everything()], "settle of all units"),
        (("write",), [Part("corpus", "web/en", 7, 0, 1, 0)], "write of corpus/web/en/part-00007.parquet"),
    ],
)
def test_a_task_is_named_by_its_files(stages: tuple[str, ...], elements: list[Any], name: str) -> None:
    assert Task(0, stages, elements).name == name
