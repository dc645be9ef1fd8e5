import re
from xml.etree import ElementTree

import pytest
from fit_texts import fitted

from winnow.pipelines.fit.fitted import FittedRule, Histogram, Limit, Side
from winnow.pipelines.views.fit.picture import Line, lines_of, picture, ticks

LENGTHS, WORDS, BULLETS = fitted().rules


def drawn(rule: FittedRule) -> ElementTree.Element:
    return ElementTree.fromstring(picture(rule))


def kinds(rule: FittedRule) -> list[str | None]:
    return [bar.get("class") for bar in drawn(rule).iter("rect")]


def test_what_the_fitted_limit_drops_has_another_colour() -> None:
    assert kinds(LENGTHS) == ["kept", "kept", "dropped"]
    assert kinds(WORDS) == ["dropped", "kept", "kept"]
    assert kinds(BULLETS) == ["kept"]  # an empty bar is none


def test_lines() -> None:
    assert lines_of(LENGTHS.sides, False) == [
        Line("recipe", 3.0), Line("published", 10.0), Line("recipe", 12.0), Line("fitted", 9.25)
    ]  # fmt: skip
    assert lines_of(WORDS.sides, True) == [Line("recipe", 1.5), Line("fitted", 1.5)]
    most = Side("max", Limit(2.0, 0), "", None, None, ())
    assert lines_of([most], True) == [Line("fitted", 2.5)]


def test_a_line_outside_is_not_drawn() -> None:
    far = Side("max", None, "", Limit(99.0, 0), None, ())
    assert [line.get("class") for line in drawn(FittedRule("q", "a", 1, 1.0, 1.0, 1.0, (far,), Histogram(
        (0.0, 1.0), (1,), False))).iter("line")] == ["grid", "axis"]  # fmt: skip


def test_bars_lie_inside() -> None:
    for rule in (LENGTHS, WORDS, BULLETS):
        for bar in drawn(rule).iter("rect"):
            x, y, width, height = (float(bar.get(name, "nan")) for name in ("x", "y", "width", "height"))
            assert x >= 52
            assert x + width <= 546
            assert y >= 24
            assert y + height == pytest.approx(190)


def test_nothing_and_odd_names() -> None:
    assert picture(FittedRule("q", "a", 0, None, None, None, (), Histogram((), (), False))) == ""
    odd = FittedRule("q", '<"&', 1, 1.0, 1.0, 1.0, (), Histogram((0.5, 1.5), (1,), True))
    assert drawn(odd).get("aria-label") == 'q.<"&: documents by value'


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 1.0, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (3.0, 10.0, [4.0, 6.0, 8.0, 10.0]),
        (-0.5, 0.5, [-0.4, -0.2, 0.0, 0.2, 0.4]),
        (5.0, 100_000.0, [20_000.0, 40_000.0, 60_000.0, 80_000.0, 100_000.0]),
        (0.0, 1e-9, [0.0, 2e-10, 4e-10, 6e-10, 8e-10, 1e-9]),
        (0.123, 0.1231, [0.123, 0.12305, 0.1231]),
    ],
)
def test_ticks(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == expected


def test_no_script_and_no_network() -> None:
    assert re.search(r"<script|https?:", picture(LENGTHS)) is None
