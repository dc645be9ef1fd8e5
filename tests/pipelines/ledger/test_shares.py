"""The share of errors past which a build fails. Whole builds that fail so are in test_error_share.py."""

import dataclasses
from collections.abc import Mapping

import pytest
from small_builds import recipe

from winnow.pipelines.counts import Count
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.ledger import shares
from winnow.pipelines.ledger.types import Total

SMALL = recipe()


def total(rejected: Mapping[str, Mapping[str, int]], kept: int, records: int = 0) -> Total:
    counts = {stage: {rule: Count(n, 0) for rule, n in rules.items()} for stage, rules in rejected.items()}
    return Total(records=records, kept=Count(kept, 0), rejected=counts)


def test_errors() -> None:
    found = {"read": {"read.error": 1, "read.crash": 2, "read.x": 9}, "measure": {"measure.error": 4}}
    assert shares.errors(total(found, 1)) == 7


@pytest.mark.parametrize(
    ("failed", "records", "share", "fails"),
    [(9, 9, 0.0, False), (10, 1000, 0.01, False), (10, 999, 0.01, True), (11, 1000, 0.01, True), (10, 10, 1.0, False)],
)
def test_too_many_errors(failed: int, records: int, share: float, fails: bool) -> None:
    made = dataclasses.replace(SMALL, max_error_share=share)
    found = total({"read": {"read.error": failed}}, 1, records)
    if not fails:
        shares.require(made, "web", found)
        return
    with pytest.raises(BuildFailed, match=rf"^{failed} of {records:,} records of source 'web' met an unexpected error"):
        shares.require(made, "web", found)
