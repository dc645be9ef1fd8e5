"""How tasks share a machine after deaths, and what they are called."""

from typing import Any

import pytest

from winnow.pipelines.corpus.parts import Part
from winnow.pipelines.engines.task import TRIES, Task
from winnow.pipelines.plan.units import Chunk, Input

INPUT = Input("web", "crawl/a.warc.gz", 9, "")
CHUNK = Chunk(INPUT, 0, 3, 100, 200, "0" * 32)


@pytest.mark.parametrize(
    ("workers", "beside"),
    [(1, [1, 1, 1, 1, 1, 1]), (2, [2, 1, 1, 1, 1, 1]), (33, [33, 16, 8, 4, 1, 1]), (192, [192, 96, 48, 24, 1, 1])],
)
def test_fewer_beside_it_and_at_last_none(workers: int, beside: list[int]) -> None:
    assert [Task(0, "ingest", [CHUNK], deaths).most_beside(workers) for deaths in range(TRIES)] == beside
    assert Task(0, "ingest", [CHUNK], 1, suspect=100).most_beside(workers) == 1


@pytest.mark.parametrize(
    ("elements", "name"),
    [
        ([INPUT], "crawl/a.warc.gz"),
        ([CHUNK], "crawl/a.warc.gz [100, 200)"),
        ([CHUNK, CHUNK], "crawl/a.warc.gz [100, 200) and 1 more"),
        ([(CHUNK, "out/work/dedup/x.npz")], "crawl/a.warc.gz [100, 200)"),
        ([(3, (CHUNK, CHUNK))], "band 3"),
        ([(CHUNK, CHUNK, CHUNK)], "all 3 units"),
        ([Part("corpus", "web/en", 7, ())], "corpus/web/en/part-00007.parquet"),
    ],
)
def test_a_task_is_named_by_its_files(elements: list[Any], name: str) -> None:
    assert Task(0, "any", elements).name == name
