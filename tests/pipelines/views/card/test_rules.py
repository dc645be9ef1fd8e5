from dataclasses import replace

import pytest
from card_ledger import cells, golden

from winnow.pipelines.ledger.types import Limits, RuleCount
from winnow.pipelines.views.card import rules

RULE = RuleCount("a.b", 1.0, 2.0, "A *paper*", 200, 0, 100, 10, 25, None)


def rendered(*made: RuleCount) -> list[str]:
    return rules.render(replace(golden(), rules=made)).split("\n\n")


def test_a_line_a_limit() -> None:
    table = rendered(RULE, replace(RULE, rule="a.c", min=None, broken=0, alone=0, paper=""))[0]
    assert cells(table)[2:] == [
        ["`a.b`", "1 to 2", "100", "50.0 %", "10", "A \\*paper\\*"],
        ["`a.c`", "at most 2", "0", "0.0 %", "0", "\N{EN DASH}"],
    ]


@pytest.mark.parametrize(
    ("rule", "note"),
    [
        (RULE, []),  # half of them
        (replace(RULE, broken=101), ["**More than half of the documents break `a.b`.**"]),
        (replace(RULE, broken=1), []),
        (replace(RULE, broken=0), ["No document breaks `a.b`."]),
        (replace(RULE, unknown=1_234), ["Not judged, for they have no value: documents by `a.b` (1,234)."]),
        (replace(RULE, judged=0, broken=0), ["No document breaks `a.b`."]),
        (
            replace(RULE, judged=0, unknown=7, broken=0),
            [
                "No document has a value of `a.b`, so nothing was judged by it: what is measured is another variant, a "
                "list is missing, or no document is of the kind."
            ],
        ),
    ],
)
def test_rules_that_decide_all_or_nothing_are_named(rule: RuleCount, note: list[str]) -> None:
    assert rendered(rule)[2:-2] == note


@pytest.mark.parametrize(
    ("rule", "limit"),
    [
        (replace(RULE, languages={"de": Limits(1.0, 3.0)}), "1 to 2; in 1 language at least 1 and at most 3"),
        (replace(RULE, languages={"de": Limits(0.5, None), "fr": Limits(0.25, None)}),
         "1 to 2; in 2 languages at least 0.25 to 0.5"),
        (replace(RULE, languages={"de": Limits(None, None)}), "1 to 2; in 1 language none"),
        (replace(RULE, min=None, max=None, languages={"de": Limits(None, 1.0)}),
         "\N{EN DASH}; in 1 language at most 1"),
    ],
)  # fmt: skip
def test_limits_by_language(rule: RuleCount, limit: str) -> None:
    text = rendered(rule)
    assert cells(text[0])[2][1] == limit
    assert text[2].startswith("Limits differ by language: `winnow recipe show RECIPE --language CODE`")


def test_a_measure_without_a_limit_is_named_and_has_no_line() -> None:
    text = rendered(RULE, replace(RULE, rule="a.free", min=None, max=None))
    assert text[2] == "Measured, but not judged: `a.free`."
    assert text[0] == rendered(RULE)[0]


def test_what_no_step_dropped_stands_by_itself() -> None:
    """`language`, `url` and `gopher_quality` are steps of this ledger."""
    assert rendered(RULE)[-2] == "Outside of the recipe's limits:"
    assert cells(rendered(RULE)[-1])[2:] == [
        ["`warc.gap`", "2"], ["`http.status`", "58"], ["`extract.empty`", "61"], ["`edit.empty`", "1"],
        ["`duplicate.near`", "40"], ["`duplicate.exact`", "30"],
    ]  # fmt: skip
