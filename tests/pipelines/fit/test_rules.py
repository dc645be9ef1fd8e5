from typing import Any

import numpy as np
import pytest

from winnow.filters.families.gopher_quality import GopherQuality
from winnow.filters.rules import Rule
from winnow.pipelines.annotators.language import Language
from winnow.pipelines.fit.fitted import Limit
from winnow.pipelines.fit.measured import Measured, Seen
from winnow.pipelines.fit.rules import Asked, dropped, fit, fits_stop_words, judged, limits_of
from winnow.pipelines.recipe.model import Step

STEP = Step("q", "gopher_quality", GopherQuality(), GopherQuality.RULES)
RISING = np.arange(200.0) / 100


def rule(name: str) -> Rule:
    return next(each for each in STEP.rules if each.name == name)


def measured(name: str, values: Any) -> Measured:
    values = np.asarray(values, np.float64)
    return Measured([Seen(f"d{n}", f"f, {n}", "text") for n in range(len(values))], {("q", name): values})


def fitted(name: str, values: Any, drop: float = 0.01, *rules: str) -> list[tuple[float | None, str]]:
    found = fit(STEP, rule(name), measured(name, values), Asked(drop, rules))
    return [(side.fitted.value if side.fitted else None, side.why) for side in found.sides]


def test_one_side() -> None:
    found = fit(STEP, rule("hash_to_word_ratio"), measured("hash_to_word_ratio", RISING), Asked(0.02))
    (side,) = found.sides
    assert (found.documents, found.least, found.median, found.most) == (200, 0.0, 1.0, 1.99)
    assert (side.side, side.fitted, side.recipe, side.published) == (
        "max", Limit(1.95, 4), Limit(0.1, 189), Limit(0.1, 189)
    )  # fmt: skip
    assert [each.id for each in side.beyond] == ["d196", "d197", "d198", "d199"]


def test_half_on_each_of_two_sides() -> None:
    found = fit(STEP, rule("mean_word_length"), measured("mean_word_length", RISING), Asked(0.02))
    assert [side.fitted for side in found.sides] == [Limit(0.02, 2), Limit(1.97, 2)]
    assert [each.id for each in found.sides[0].beyond] == ["d1", "d0"]  # the nearest first


def test_what_is_beyond_the_recipes_limit_where_none_is_fitted() -> None:
    found = fit(STEP, rule("words"), measured("words", [*range(40, 60), *range(100, 300)]), Asked(0.01))
    least, most = found.sides
    assert (least.fitted, least.recipe, [each.value for each in least.beyond]) == (
        None, Limit(50.0, 10), [49.0, 48.0, 47.0, 46.0, 45.0]
    )  # fmt: skip
    assert (most.recipe, most.beyond) == (Limit(100_000.0, 0), ())


def test_unknown_values_are_no_documents() -> None:
    values = np.concatenate([RISING, np.full(50, np.nan)])
    found = fit(STEP, rule("hash_to_word_ratio"), measured("hash_to_word_ratio", values), Asked(0.02))
    assert (found.documents, found.sides[0].fitted) == (200, Limit(1.95, 4))


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (RISING[:99], "only 99 documents have a value"),
        ([], "only 0 documents have a value"),
        ([0.0] * 199 + [0.5], "no tail: half of the documents have 0, which would be the limit"),
        ([0.0] * 150 + [1.0] * 50, "yes or no: there is nothing between"),
    ],
)
def test_left_as_it_is(values: Any, why: str) -> None:
    assert fitted("hash_to_word_ratio", values) == [(None, why)]


def test_a_hundred_are_enough() -> None:
    assert fitted("hash_to_word_ratio", RISING[:100]) == [(0.98, "")]


def test_sizes_are_fitted_only_where_they_are_named() -> None:
    values = range(100, 300)
    assert [limit for limit, _ in fitted("words", values)] == [None, None]
    assert fitted("words", values, 0.01, "q.words") == [(101.0, ""), (298.0, "")]
    assert fitted("hash_to_word_ratio", RISING, 0.01, "q.words") == [(None, "not asked for")]


def test_never_more_stop_words_than_the_recipe_asks_for() -> None:
    assert fitted("stop_words", [8.0] * 200) == [(2.0, "")]
    assert fitted("stop_words", [1.0] * 3 + [8.0] * 197) == [(1.0, "")]


def test_which_rules() -> None:
    language = Step("language", "language", Language(), Language.RULES)
    names = [rule.name for _, rule in judged([language, Step("off", "gopher_quality", GopherQuality(), (
        Rule("words"), Rule("stop_words", min=0)))])]  # fmt: skip
    assert names == ["score", "stop_words"]


def test_whether_stop_words_are_looked_for() -> None:
    off = Step("q", "gopher_quality", GopherQuality(), (Rule("stop_words"),))
    asked = (Asked(0.01), Asked(0.01, ("q.words",)), Asked(0.01, ("q.stop_words",)))
    assert [fits_stop_words(STEP, each) for each in asked] == [True, False, True]
    assert [fits_stop_words(off, each) for each in asked] == [False, False, False]


def test_a_limit_beyond_the_other_is_none() -> None:
    """All words are longer than the limit that stays, for half of the documents have the longest."""
    assert fitted("mean_word_length", [*np.linspace(11, 12, 80), *[13.0] * 120]) == [
        (None, "it would lie beyond the other limit, which stays"),
        (None, "no tail: half of the documents have 13, which would be the limit"),
    ]


def test_limits_of_a_rule() -> None:
    of = rule("mean_word_length")
    found = fit(STEP, of, measured("mean_word_length", RISING), Asked(0.02))
    assert (limits_of(found, of).min, limits_of(found, of).max) == (0.02, 1.97)


def test_any_rule_drops() -> None:
    values = {("q", "a"): np.array([1.0, 2.0, 3.0, np.nan]), ("q", "b"): np.array([0.0, 0.0, 9.0, 9.0])}
    assert dropped(values, [("q", Rule("a", min=2)), ("q", Rule("b", max=8))]) == 3
    assert dropped(values, [("q", Rule("a", min=1, max=3))]) == 0
    assert dropped({}, []) == 0
