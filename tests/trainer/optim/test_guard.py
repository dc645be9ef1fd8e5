import math

import pytest
import torch

from winnow.trainer.optim.guard import ENOUGH, SETTLED, STAYS, WINDOW, Guard, Verdict

CPU = torch.device("cpu")


def judged(guard: Guard, loss: float, norm: float = 1.0, begins: bool = False) -> Verdict:
    return Verdict.of(guard.judge(torch.tensor(loss), torch.tensor(norm), begins).tolist())


def noisy(step: int) -> float:
    return 3.0 + (0.1 if step % 2 else -0.1)


def after(steps: int, spike: float = 6.0) -> Guard:
    guard = Guard(spike, CPU)
    for step in range(steps):
        assert judged(guard, noisy(step)).sound
    return guard


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("steps", [0, ENOUGH, WINDOW + 3])
def test_what_is_not_finite_is_never_sound_and_leaves_no_trace(bad: float, steps: int) -> None:
    guard = after(steps)
    before = guard.history.clone()
    assert judged(guard, bad).reason == f"the loss is {bad}"
    assert judged(guard, 3.0, bad).reason == f"the gradient norm is {bad}"
    assert torch.equal(guard.history, before)
    assert guard.seen.item() == steps
    assert judged(guard, 3.0).sound


@pytest.mark.parametrize(("steps", "sound"), [(ENOUGH - 1, True), (ENOUGH, False)])
def test_spikes_are_judged_once_there_is_enough_to_go_by(steps: int, sound: bool) -> None:
    assert judged(after(steps), 30.0).sound is sound


def test_the_limit_is_so_many_standard_deviations_above_the_mean() -> None:
    values = [noisy(step) for step in range(WINDOW)]
    deviation = (sum((v - 3.0) ** 2 for v in values) / (WINDOW - 1)) ** 0.5
    limit = 3.0 + 6.0 * deviation
    assert judged(after(WINDOW), 3.0).loss_limit == pytest.approx(limit)
    assert judged(after(WINDOW), limit - 1e-4).sound
    assert not judged(after(WINDOW), limit + 1e-4).sound
    verdict = judged(after(WINDOW), limit + 1e-2)
    assert (verdict.sound, verdict.reason) == (False, "the loss is 3.612, above the limit 3.602")


def test_the_gradient_norm_is_judged_as_the_loss_is() -> None:
    verdict = judged(after(WINDOW), 3.0, 9.0)
    assert (verdict.sound, verdict.reason) == (False, "the gradient norm is 9, above the limit 2.2")


@pytest.mark.parametrize(("norm", "sound"), [(2.199, True), (2.201, False)])
def test_a_norm_that_was_quiet_may_double(norm: float, sound: bool) -> None:
    assert judged(after(WINDOW), 3.0, norm).sound is sound


def test_only_the_last_steps_count() -> None:
    guard = after(WINDOW)
    for _ in range(WINDOW):
        assert judged(guard, 1.0).sound
    assert judged(guard, 1.0).loss_limit == pytest.approx(1.06)


def test_one_spike_does_not_hide_the_next() -> None:
    guard = after(WINDOW)
    first = judged(guard, 1e9)
    second = judged(guard, 1e9)
    assert (first.sound, second.sound) == (False, False)
    assert second.loss_limit < 4.2


@pytest.mark.parametrize("level", [3.7, 5.0, 300.0, 1e30])
@pytest.mark.parametrize("of", ["loss", "norm"])
def test_a_jump_that_stays_is_the_new_level(level: float, of: str) -> None:
    guard = after(WINDOW)
    now = (level, 1.0) if of == "loss" else (3.0, level)
    verdicts = [judged(guard, *now).sound for _ in range(2 * WINDOW)]
    assert 1 <= verdicts.index(True) < STAYS  # the limits widen a little with each
    assert all(verdicts[STAYS - 1 :])
    assert not judged(guard, 10 * now[0], 10 * now[1]).sound


def test_spikes_that_do_not_stay_are_skipped_each() -> None:
    guard = after(WINDOW)
    for _ in range(6):
        assert [judged(guard, 1e9).sound for _ in range(STAYS - 1)] == [False] * (STAYS - 1)
        assert [judged(guard, noisy(step)).sound for step in range(20)] == [True] * 20


def test_what_is_not_finite_is_never_a_level() -> None:
    guard = after(WINDOW)
    assert not any(judged(guard, math.inf).sound for _ in range(3 * STAYS))
    assert [judged(guard, 9.0).sound for _ in range(STAYS)] == [False] * (STAYS - 1) + [True]


@pytest.mark.parametrize("level", [0.5, 3.45, 30.0])
def test_a_phase_of_the_mixture_is_judged_by_its_own_steps(level: float) -> None:
    guard = after(WINDOW)
    assert [judged(guard, level, begins=step == 0).sound for step in range(SETTLED)] == [True] * SETTLED
    assert judged(guard, 1.06 * level - 1e-3).sound
    assert not judged(guard, 1.2 * level).sound


@pytest.mark.parametrize(("steps", "sound"), [(SETTLED - 1, True), (SETTLED, False)])
def test_a_new_phase_is_judged_sooner_than_the_first_steps(steps: int, sound: bool) -> None:
    guard = after(WINDOW)
    for step in range(steps):
        judged(guard, 3.0, begins=step == 0)
    assert judged(guard, 30.0).sound is sound


def test_a_phase_that_begins_among_the_first_steps_does_not_end_their_wait() -> None:
    guard = after(3)
    for step in range(ENOUGH - 4):
        judged(guard, 3.0, begins=step == 0)
    assert judged(guard, 30.0).sound
    assert not judged(guard, 300.0).sound


def test_a_checkpoint_of_before_goes_on() -> None:
    """Version 1 of the state knew the history and how many steps it has."""
    guard, again = after(WINDOW), Guard(6.0, CPU)
    again.load({name: tensor for name, tensor in guard.state().items() if name in ("guard.history", "guard.seen")})
    assert judged(again, 9.0) == judged(guard, 9.0)


def test_without_a_limit_only_what_is_not_finite_is_skipped() -> None:
    guard = after(WINDOW, spike=0.0)
    assert judged(guard, 1e9).sound
    assert not judged(guard, math.nan).sound


def test_a_fall_is_no_spike() -> None:
    assert judged(after(WINDOW), 0.0, 0.0).sound


def test_state_taken_over_judges_the_same() -> None:
    guard, again = after(WINDOW + 5), Guard(6.0, CPU)
    again.load({name: tensor.clone() for name, tensor in guard.state().items()})
    for value in (3.0, 4.5, 3.1, *[4.5] * (STAYS + SETTLED), 9.0):
        assert judged(again, value) == judged(guard, value)
        again = Guard(6.0, CPU)
        again.load({name: tensor.clone() for name, tensor in guard.state().items()})


def test_the_record_of_a_skipped_step() -> None:
    assert Verdict(9.0, 1.5, 4.0, 2.0, False).record() == {
        "reason": "the loss is 9, above the limit 4",
        "loss": 9.0,
        "gradient_norm": 1.5,
    }
