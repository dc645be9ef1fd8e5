"""What each stage dropped, from a ledger with every stage in it."""

from dataclasses import replace

import pytest
from card_ledger import golden, with_rejected

from winnow.pipelines.counts import Count
from winnow.pipelines.ledger.types import Total
from winnow.pipelines.views.funnel import StageCount, funnel, several, step_of, steps


def test_the_funnel_ends_at_what_was_kept() -> None:
    ledger = golden()
    for name, total in [(None, ledger.total), *((name, source.total) for name, source in ledger.sources.items())]:
        stages = funnel(ledger, total, name)
        assert stages[0].before == total.documents == total.records + total.gaps
        assert Count(stages[-1].left, stages[-1].characters) == total.kept
        assert [a.left for a in stages[:-1]] == [b.before for b in stages[1:]]


def test_the_order_of_the_funnel() -> None:
    ledger = with_rejected("strange", {"strange.rule": Count(1, 2)})
    names = [stage.name for stage in funnel(ledger, ledger.total)]
    assert names == ["gaps", "read", "url", "extract", "language", "gopher_quality", "mask", "strange", "edit", "dedup"]


def test_a_source_has_the_stages_that_are_for_it() -> None:
    """All steps but the mask are for the web alone."""
    ledger = golden()
    stages = funnel(ledger, ledger.sources["old books"].total, "old books")
    assert [stage.name for stage in stages] == ["gaps", "read", "extract", "mask", "edit", "dedup"]
    assert [stage.left for stage in stages] == [3, 3, 3, 3, 2, 2]
    shared = replace(ledger, steps=tuple(replace(step, sources=()) for step in ledger.steps))
    assert list(steps(shared, "old books")) == ["url", "language", "gopher_quality", "mask"]


def test_gaps_are_a_stage_before_the_reading() -> None:
    stages = funnel(golden(), golden().total)
    assert stages[:2] == [
        StageCount("gaps", 2, 1503, 3_700_000 + 372_040, {"warc.gap": 2}),
        StageCount("read", 58, 1445, 3_700_000 + 372_040, {"http.status": 58}),
    ]


def test_rules_stand_most_first_then_by_name() -> None:
    ledger = with_rejected("read", {"read.b": Count(58, 0), "read.a": Count(58, 0), "read.c": Count(59, 0)})
    (read,) = (stage for stage in funnel(ledger, ledger.total) if stage.name == "read")
    assert list(read.rules.items()) == [("read.c", 59), ("http.status", 58), ("read.a", 58), ("read.b", 58)]
    assert (read.dropped, read.before - read.left) == (233, 233)


def test_a_step_that_needs_no_text_comes_before_the_extraction() -> None:
    ledger = golden()
    late = replace(ledger, steps=tuple(replace(step, needs_text=True) for step in ledger.steps))
    assert [stage.name for stage in funnel(late, late.total)][:4] == ["gaps", "read", "extract", "url"]


def test_a_step_of_which_only_rules_are_known() -> None:
    assert steps(replace(golden(), steps=())) == {"url": "url", "language": "language",
                                                  "gopher_quality": "gopher_quality"}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "step"), [("gopher_quality.words", "gopher_quality"), ("a.b.c", "a.b"), ("alone", "alone")]
)
def test_the_step_of_a_rule(rule: str, step: str) -> None:
    assert step_of(rule) == step


@pytest.mark.parametrize(("documents", "expected"), [(4, False), (5, False), (6, True)])
def test_several_documents_of_a_record(documents: int, expected: bool) -> None:
    assert several(Total(records=3, gaps=2, documents=documents)) is expected
