from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.trainer.config.settings import Data, Phase
from winnow.trainer.data.mixture import Mixture, Part, parts
from winnow.trainer.errors import BadCall

NATURAL = {"books": 10, "web": 30}


def check(weights: tuple[int, ...], rows: int, steps: int) -> None:
    """The two promises, at every step."""
    mixture, before = Mixture([Part(0, weights)], rows), (0,) * len(weights)
    for step in range(1, steps):
        counts = mixture.before(step)
        assert sum(counts) == step * rows
        assert all(now >= then for now, then in zip(counts, before, strict=True))
        for weight, count in zip(weights, counts, strict=True):
            assert abs(count - Fraction(step * rows * weight, sum(weights))) < 1
            assert weight or not count
        before = counts


@settings(deadline=None)
@given(st.lists(st.one_of(st.integers(0, 9), st.integers(0, 10**20)), min_size=1, max_size=9).filter(any),
       st.integers(1, 20))  # fmt: skip
def test_less_than_a_row_from_the_ideal_and_nothing_taken_back(weights: list[int], rows: int) -> None:
    check(tuple(weights), rows, 40)


@pytest.mark.parametrize(("weights", "rows"), [
    ((180, *[1] * 20), 1),   # where Webster's method falls nine rows behind
    ((180, *[1] * 20), 8),
    ((1, 1, 1, 1, 1), 3),
    ((10**9, 1), 1),
    ((1, 10**9), 64),
])  # fmt: skip
def test_hard_mixtures(weights: tuple[int, ...], rows: int) -> None:
    check(weights, rows, 500)


def test_a_weight_is_what_is_written() -> None:
    for weights in {"web": 0.8, "books": 0.2}, {"web": 4.0, "books": 1.0}, {"web": 1e-300, "books": 2.5e-301}:
        assert parts(Data("p", weights), NATURAL, 10) == (Part(0, (1, 4)),)
    mixture = Mixture([Part(0, (1, 4))], 10)
    assert [mixture.before(step) for step in (0, 1, 7)] == [(0, 0), (2, 8), (14, 56)]


@pytest.mark.parametrize("weights", [(3, 2, 1), (1000, 3, 1), (1, 1)])
def test_any_step_alone_is_as_in_order(weights: tuple[int, ...]) -> None:
    in_order, alone = Mixture([Part(0, weights)], 4), Mixture([Part(0, weights)], 4)
    counts = [in_order.before(step) for step in range(3000)]
    for step in (2999, 0, 1, 1024, 1023, 1025, 2048, 17, 2998):
        assert alone.before(step) == counts[step]
        assert Mixture([Part(0, weights)], 4).before(step) == counts[step]


def test_steps_far_off_are_told_at_once() -> None:
    mixture = Mixture([Part(0, (3, 2, 1))], 4)
    far = 3 * 10**14  # thirds of which are whole
    assert mixture.before(far) == (2 * far, 4 * far // 3, 2 * far // 3)
    near = mixture.before(2)
    assert mixture.before(far + 2) == tuple(a + b for a, b in zip(mixture.before(far), near, strict=True))


def test_phases_begin_where_they_say_and_zero_means_none() -> None:
    data = Data("p", {"web": 0.75, "books": 0.25}, (Phase(0.7, {"books": 1.0}), Phase(0.9, {})))
    made = parts(data, NATURAL, 101)
    assert made == (Part(0, (1, 3)), Part(71, (1, 0)), Part(91, (1, 3)))
    mixture = Mixture(made, 3)
    at_71 = mixture.before(71)
    assert abs(at_71[1] - 213 * 3 / 4) < 1
    for step in range(71, 92):
        assert mixture.before(step) == (at_71[0] + 3 * (step - 71), at_71[1])
    assert mixture.before(101)[1] - at_71[1] in (22, 23)


def test_phases_of_a_short_run_take_the_place_of_those_they_cover() -> None:
    data = Data("p", {"web": 1.0}, (Phase(0.1, {"books": 1.0}), Phase(0.5, {"web": 1.0, "books": 1.0})))
    assert parts(data, NATURAL, 1) == (Part(0, (0, 1)), Part(1, (1, 1)))
    assert parts(data, NATURAL, 10) == (Part(0, (0, 1)), Part(1, (1, 0)), Part(5, (1, 1)))


@pytest.mark.parametrize(("weights", "message"), [
    ({"boks": 1.0}, "data.weights: the pack p has no source 'boks'; did you mean 'books'?"),
    ({"xyz": 1.0}, "data.weights: the pack p has no source 'xyz'; valid are: books, web"),
    ({"web": 0.0}, "data.weights: wanted at least one source with a weight above 0"),
])  # fmt: skip
def test_weights_that_no_mixture_has(weights: dict[str, float], message: str) -> None:
    with pytest.raises(BadCall) as error:
        parts(Data("p", weights), NATURAL, 10)
    assert str(error.value) == message


def test_a_phase_is_named_in_its_error() -> None:
    with pytest.raises(BadCall) as error:
        parts(Data("p", phases=(Phase(0.5), Phase(0.6, {"wed": 1.0}))), NATURAL, 10)
    assert str(error.value) == "data.phases[1].weights: the pack p has no source 'wed'; did you mean 'web'?"
