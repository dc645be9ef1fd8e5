from typing import Any

import pytest

from winnow.filters.rules import Rule
from winnow.pipelines.errors import BadCall
from winnow.pipelines.recipe.limits import limits, limits_table
from winnow.pipelines.recipe.strict import Origin

RULES = (Rule("words", min=50, max=100, paper="A paper"), Rule("bangs", max=2))
ORIGIN = Origin("r.toml", "")


def made(table: dict[str, Any]) -> tuple[Rule, ...]:
    return limits(table, RULES, ORIGIN, ("step", 0, "limits"), "long")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({}, RULES[0]),
        ({"words": "off"}, Rule("words", paper="A paper")),
        ({"words": {"min": 7}}, Rule("words", min=7, paper="A paper")),
        ({"words": {"min": 7, "max": 7}}, Rule("words", min=7, max=7, paper="A paper")),
        ({"words": {"max": 0.0}}, Rule("words", max=0.0, paper="A paper")),
    ],
)
def test_a_limit_takes_the_place_of_the_rules_own(table: dict[str, Any], words: Rule) -> None:
    assert made(table) == (words, RULES[1])


def test_written_out_it_is_the_same() -> None:
    rules = made({"words": "off", "bangs": {"min": 0, "max": 3}})
    assert limits_table(rules) == {"words": "off", "bangs": {"min": 0, "max": 3}}
    assert made(limits_table(rules)) == rules


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"word": "off"}, "step 'long' has no setting 'word'; did you mean 'words'?"),
        ({"words": {"min": 8, "max": 7}}, "words: min lies above max, so nothing would be kept"),
        ({"words": {}}, 'words is {}; write { min = …, max = … } or "off"'),
        ({"words": 7}, 'words is 7; write { min = …, max = … } or "off"'),
        ({"words": {"min": float("nan")}}, "words is {'min': nan}; write"),
        ({"words": {"least": 7}}, "words is {'least': 7}; write"),
    ],
)
def test_what_is_no_limit(table: dict[str, Any], said: str) -> None:
    with pytest.raises(BadCall) as error:
        made(table)
    assert said in str(error.value)
