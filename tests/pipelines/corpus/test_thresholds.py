import dataclasses

import pytest
from small_builds import Long, recipe

from winnow.filters.rules import Rule
from winnow.pipelines.corpus.thresholds import thresholds
from winnow.pipelines.recipe.model import Step

STEP = Step("language", "long", Long(), (Rule("characters", min=5.0), Rule("bangs", max=2.0)))
GERMAN = dataclasses.replace(STEP, rules=(Rule("characters", min=0.0, max=9.0), Rule("bangs")))
OF = thresholds(recipe(dataclasses.replace(STEP, languages=(("de", GERMAN),))))


def test_measures_are_those_of_the_steps_and_of_every_row() -> None:
    assert OF.measures == [
        ("", "characters"), ("", "language_score"), ("language", "characters"), ("language", "bangs"),
    ]  # fmt: skip
    assert (OF.columns, OF.rules[2]) == ({"language": "language_measures"}, "language.characters")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (None, "[[nan, nan], [nan, nan], [5.0, nan], [nan, 2.0]]"),
        ("en", "[[nan, nan], [nan, nan], [5.0, nan], [nan, 2.0]]"),
        ("de", "[[nan, nan], [nan, nan], [0.0, 9.0], [nan, nan]]"),
    ],
)
def test_limits_are_those_of_the_language(language: str | None, expected: str) -> None:
    assert str(OF.of(language).tolist()) == expected
