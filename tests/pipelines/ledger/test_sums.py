"""What the ledger sums up."""

import json

import pytest

from winnow.pipelines.corpus.frequent import Frequent, frequent
from winnow.pipelines.counts import NONE, Count
from winnow.pipelines.ingest.ingested import SourceTally
from winnow.pipelines.ledger import sums
from winnow.pipelines.ledger.types import Distribution, Total

ONE = Total(files=1, bytes=10, records=3, gaps=1, gap_bytes=2, other_records={"request": 2}, documents=5,
            kept=Count(2, 30), rejected={"long": {"long.x": Count(2, 5)}, "a": {"a.gap": Count(1, 0)}})  # fmt: skip
TWO = Total(files=2, bytes=1, records=1, other_records={"request": 1, "info": 4}, documents=1,
            rejected={"long": {"long.x": Count(1, 1)}})  # fmt: skip
BOTH = Total(files=3, bytes=11, records=4, gaps=1, gap_bytes=2, other_records={"info": 4, "request": 3}, documents=6,
             kept=Count(2, 30), rejected={"a": {"a.gap": Count(1, 0)}, "long": {"long.x": Count(3, 6)}})  # fmt: skip


def test_totals_add_up_in_any_order() -> None:
    assert sums.total_of([ONE, TWO]) == sums.total_of([TWO, ONE]) == BOTH
    assert [list(part) for part in (sums.total_of([TWO, ONE]).rejected, sums.total_of([ONE, TWO]).other_records)] == [
        ["a", "long"], ["info", "request"]
    ]  # fmt: skip
    assert sums.total_of([]) == Total()
    assert (ONE.dropped, BOTH.dropped) == (Count(3, 5), Count(4, 6))


def tally(edits: dict[str, dict[str, int]]) -> SourceTally:
    return SourceTally({}, {}, edits)


def test_edits_add_up() -> None:
    tallies = [tally({"b": {"y": 1, "x": 2}}), tally({"b": {"x": 3}, "a": {}})]
    assert json.dumps(sums.edits(tallies)) == '{"a": {}, "b": {"x": 5, "y": 1}}'


@pytest.mark.parametrize(("more", "others"), [(0, NONE), (99, NONE), (100, Count(1, 10)), (103, Count(4, 40))])
def test_a_distribution(more: int, others: Count) -> None:
    counts = {f"{i:03}": Count(1, 10) for i in reversed(range(more))} | {"z": Count(2, 1)}
    found = sums.distribution(frequent(counts))
    assert (found.distinct, found.others) == (more + 1, others)
    assert list(found.top) == ["z", *(f"{i:03}" for i in range(min(more, 99)))]
    assert sums.distribution(Frequent()) == Distribution(0, {}, NONE)


def test_a_distribution_of_too_many_values() -> None:
    found = sums.distribution(frequent({"a": Count(9, 90), "b": Count(3, 30), "c": Count(1, 10)}, 2))
    assert found == Distribution(3, {"a": Count(8, 80), "b": Count(2, 20)}, Count(3, 30), 1)
