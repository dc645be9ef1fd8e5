"""A build of 300 rules in 40 languages: its report stays within its budget, and says what it leaves out."""

from pathlib import Path

import pytest
from wide_builds import LANGUAGES, MEASURES, STEPS, recipe, wide

from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.views.report.budget import MOST_BYTES, fitted
from winnow.pipelines.views.report.data import report
from winnow.pipelines.views.report.page import filled

pytestmark = pytest.mark.slow


def test_the_page_stays_small(tmp_path: Path) -> None:
    ledger = wide(tmp_path)
    data = report(LocalStorage(), str(tmp_path), ledger, recipe())
    page = filled(fitted(data), data["title"])
    assert MOST_BYTES / 10 < len(page) < 15_000_000
    assert len(data["rules"]) == STEPS * MEASURES
    assert {len(rule["groups"]) + rule["more_languages"] for rule in data["rules"]} == {len(LANGUAGES)}
    assert min(len(rule["groups"]) for rule in data["rules"]) > 5
    assert (len(data["documents"]) > 1_000, "more_rules" in data["overlaps"]) == (True, True)
    assert sum(len(document["measures"]) for document in data["documents"]) < 300_000
