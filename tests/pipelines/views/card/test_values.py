import dataclasses

import pytest
from card_ledger import cells, golden

from winnow.pipelines.ledger.types import Percentiles, RuleCount
from winnow.pipelines.views.card import values

RULE = RuleCount("a.b", None, 0.5, "", 200, 0, 30, 10, 25, Percentiles(0.0, 0.123456, 12345.6))


def rendered(*rules: RuleCount) -> str:
    return values.render(dataclasses.replace(golden(), rules=rules))


def test_a_line_a_rule_with_three_digits_a_value() -> None:
    text = rendered(RULE, dataclasses.replace(RULE, rule="a.c", dropped=0, percentiles=Percentiles(-1.0, 2.0, 3.0)))
    assert text.startswith("### Values\n\n") is True
    found = cells(text)
    assert found[0] == ["measure", "1 % at or below", "50 %", "99 %", "judged", "dropped by it", "of those judged"]
    assert found[2:] == [
        ["`a.b`", "0", "0.123", "12,346", "200", "25", "12.5 %"], ["`a.c`", "-1", "2", "3", "200", "0", "0.0 %"],
    ]  # fmt: skip


@pytest.mark.parametrize("rule", [dataclasses.replace(RULE, max=None), dataclasses.replace(RULE, percentiles=None)])
def test_without_a_limit_or_a_value_there_is_no_line(rule: RuleCount) -> None:
    assert rendered(rule) == rendered() == ""
    assert cells(rendered(rule, RULE)) == cells(rendered(RULE))


def test_a_limit_of_zero_is_a_limit() -> None:
    assert len(cells(rendered(dataclasses.replace(RULE, max=0.0)))) == 3
