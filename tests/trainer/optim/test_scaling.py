import math

import pytest

from winnow.trainer.optim import scaling


def test_the_constants_are_the_papers() -> None:
    assert [round(v, 2) for v in (scaling.E, scaling.R_D, scaling.R_N)] == [1.87, 15.39, 5.31]
    assert [round(v) for v in (scaling.A, scaling.B)] == [521, 1488]
    assert round(scaling.ALPHA, 3) == round(scaling.BETA, 3) == 0.353


def test_fresh_tokens_are_worth_themselves() -> None:
    assert scaling.effective_tokens(100, 0) == 0
    assert scaling.effective_tokens(100, 99) == 99
    assert scaling.effective_tokens(100, 100) == 100
    assert scaling.effective_tokens(0, 10) == 0


@pytest.mark.parametrize(("epochs", "worth"), [(2, 1.9682), (4, 3.7257), (16.387756, 10.7268), (1e9, 16.387756)])
def test_repeated_tokens_are_worth_less_and_less(epochs: float, worth: float) -> None:
    assert scaling.effective_tokens(1000, epochs * 1000) == pytest.approx(1000 * worth, rel=1e-4)


def test_at_r_star_repeats_an_eth_of_each_repetitions_worth_is_left() -> None:
    before, at, after = (
        scaling.effective_tokens(1, 1 + r) for r in (scaling.R_D - 1e-4, scaling.R_D, scaling.R_D + 1e-4)
    )
    assert (after - before) / 2e-4 == pytest.approx(1 / math.e, rel=1e-3)
    assert at == pytest.approx(1 + scaling.R_D * (1 - 1 / math.e))


def test_sources_decay_by_themselves() -> None:
    drawn = {"a": (100.0, 400.0), "b": (1000.0, 500.0)}
    assert scaling.effective_of_sources(drawn) == scaling.effective_tokens(100, 400) + 500
    assert scaling.effective_of_sources({}) == 0


def test_chinchilla_is_about_twenty_tokens_a_parameter() -> None:
    assert 20e9 / scaling.optimal_parameters(20e9) == pytest.approx(19.6, rel=0.01)


def test_parameters_beyond_what_the_tokens_feed_are_worth_less() -> None:
    enough = scaling.optimal_parameters(1e9)
    assert scaling.effective_parameters(0.5 * enough, 1e9) == 0.5 * enough
    assert scaling.effective_parameters(enough, 1e9) == pytest.approx(enough)
    assert enough < scaling.effective_parameters(4 * enough, 1e9) < 4 * enough
    assert scaling.effective_parameters(1e30, 1e9) == pytest.approx(enough * (1 + scaling.R_N))
    assert scaling.effective_parameters(100, 0) == 0


def test_loss_falls_towards_what_cannot_be_learnt() -> None:
    assert scaling.loss(1e9, 20e9) == pytest.approx(1.869 + 521 / 1e9**0.35266 + 1488 / 20e9**0.35266, abs=2e-3)
    assert scaling.loss(1e9, 20e9) > scaling.loss(1e9, 40e9) > scaling.loss(2e9, 40e9) > scaling.E
    assert scaling.loss(1e60, 1e60) == pytest.approx(scaling.E)
