import math

import pytest
import torch

from winnow.trainer.guard import ENOUGH, WINDOW, Guard, Verdict

CPU = torch.device("cpu")


def judged(guard: Guard, loss: float, norm: float = 1.0) -> Verdict:
    return Verdict.of(guard.judge(torch.tensor(loss), torch.tensor(norm)).tolist())


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


def test_a_level_that_changed_for_good_is_accepted_in_time() -> None:
    guard = after(WINDOW)
    skipped = [judged(guard, 5.0).sound for _ in range(20)].index(True)
    assert 1 <= skipped <= 10


def test_without_a_limit_only_what_is_not_finite_is_skipped() -> None:
    guard = after(WINDOW, spike=0.0)
    assert judged(guard, 1e9).sound
    assert not judged(guard, math.nan).sound


def test_a_fall_is_no_spike() -> None:
    assert judged(after(WINDOW), 0.0, 0.0).sound


def test_state_taken_over_judges_the_same() -> None:
    guard, again = after(WINDOW + 5), Guard(6.0, CPU)
    again.load({name: tensor.clone() for name, tensor in guard.state().items()})
    for value in (3.0, 4.5, 3.1):
        assert judged(again, value) == judged(guard, value)


def test_the_record_of_a_skipped_step() -> None:
    assert Verdict(9.0, 1.5, 4.0, 2.0, False).record() == {
        "reason": "the loss is 9, above the limit 4",
        "loss": 9.0,
        "gradient_norm": 1.5,
    }
