"""Shares past which a build fails. Whole builds that fail so are in test_error_share.py."""

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


@pytest.mark.parametrize(
    ("rejected", "kept", "share"),
    [
        ({}, 0, 0.0), ({}, 4, 0.0), ({"long": {"long.bangs": 1}}, 3, 0.25), ({"long": {"a": 1}}, 0, 1.0),
        ({"long": {"a": 1, "b": 1}, "dedup": {"duplicate.near": 2}}, 4, 0.25),
        ({"read": {"http.status": 9}, "edit": {"edit.empty": 9}}, 1, 0.0),
    ],
)  # fmt: skip
def test_the_share_that_steps_dropped(rejected: Mapping[str, Mapping[str, int]], kept: int, share: float) -> None:
    assert shares.dropped_share(SMALL, total(rejected, kept)) == share


@pytest.mark.parametrize(("most", "fails"), [(0.25, False), (0.24, True)])
def test_too_much_is_dropped(most: float, fails: bool) -> None:
    made = dataclasses.replace(SMALL, max_dropped_share=most)
    found = total({"long": {"long.bangs": 1}}, 3)
    if not fails:
        shares.require(made, "web", found)
        return
    with pytest.raises(BuildFailed) as error:
        shares.require(made, "web", found)
    assert str(error.value) == (
        "the steps dropped 25.0% of the documents of source 'web', and the recipe's max_dropped_share is 24.0%: look "
        "into rejected/, then mend a limit or raise the share"
    )


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
