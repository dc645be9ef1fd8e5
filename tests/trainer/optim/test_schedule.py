from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.trainer.config.settings import Optimizer, Run
from winnow.trainer.optim.schedule import Length, at_peak, interval, length, momentum, rate, times

WSD = Optimizer(rate=1.0, warmup=0.1, decay=0.5, floor=0.0, schedule="wsd")
COSINE = Optimizer(rate=1.0, warmup=0.1, floor=0.0, schedule="cosine")


@pytest.mark.parametrize(
    ("step", "expected"),
    [(0, 0.1), (8, 0.9), (9, 1.0), (10, 1.0), (49, 1.0), (50, 1.0), (51, 0.98), (99, 0.02)],
)
def test_wsd_rises_stays_and_falls_in_a_line(step: int, expected: float) -> None:
    assert rate(step, 100, WSD) == pytest.approx(expected)


@pytest.mark.parametrize(("step", "expected"), [(0, 0.1), (9, 1.0), (10, 1.0), (55, 0.5), (99, 0.00030458649)])
def test_cosine(step: int, expected: float) -> None:
    assert rate(step, 100, COSINE) == pytest.approx(expected)


def test_the_floor_is_where_the_run_ends() -> None:
    for settings in (replace(WSD, floor=0.2, rate=3.0), replace(COSINE, floor=0.2, rate=3.0)):
        assert rate(100, 100, settings) == pytest.approx(0.6)
        assert rate(99, 100, settings) > 0.6


@pytest.mark.parametrize("schedule", [WSD, COSINE])
def test_a_run_of_one_step_trains_at_the_peak(schedule: Optimizer) -> None:
    assert rate(0, 1, schedule) == pytest.approx(1.0, rel=0.03)


def test_without_warm_up_and_decay_the_rate_stands() -> None:
    flat = replace(WSD, warmup=0.0, decay=0.0)
    assert {rate(step, 10, flat) for step in range(10)} == {1.0}


@given(
    st.integers(1, 10_000),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 1),
    st.sampled_from(["wsd", "cosine"]),
    st.data(),
)
def test_every_step_has_a_rate_above_zero_and_not_above_the_peak(
    steps: int, warmup: float, decay: float, floor: float, schedule: str, data: st.DataObject
) -> None:
    settings = Optimizer(rate=2.0, warmup=warmup, decay=decay, floor=floor, schedule=schedule)  # type: ignore[arg-type]
    assert 0 < rate(data.draw(st.integers(0, steps - 1)), steps, settings) <= 2.0


@pytest.mark.parametrize(
    ("run", "context", "parameters", "expected"),
    [
        (Run(tokens=1024, batch_tokens=256), 64, 0, Length(4, 4, 1024)),
        (Run(tokens=1025, batch_tokens=256), 64, 0, Length(4, 5, 1280)),
        (Run(tokens=1, batch_tokens=256), 64, 0, Length(4, 1, 256)),
        (Run(tokens=640, batch_tokens=1), 64, 0, Length(1, 10, 640)),
        (Run(tokens_per_parameter=20, batch_tokens=64), 64, 32, Length(1, 10, 640)),
    ],
)
def test_length(run: Run, context: int, parameters: int, expected: Length) -> None:
    assert length(run, context, parameters) == expected


@pytest.mark.parametrize(
    ("settings", "step", "expected"),
    [
        (Optimizer(momentum=0.95, momentum_warmup=300), 0, 0.85),
        (Optimizer(momentum=0.95, momentum_warmup=300), 150, 0.9),
        (Optimizer(momentum=0.95, momentum_warmup=300), 300, 0.95),
        (Optimizer(momentum=0.95, momentum_warmup=300), 301, 0.95),
        (Optimizer(momentum=0.95, momentum_warmup=0), 0, 0.95),
        (Optimizer(momentum=0.5, momentum_warmup=300), 0, 0.5),
    ],
)
def test_momentum_rises_to_what_it_is(settings: Optimizer, step: int, expected: float) -> None:
    assert momentum(step, settings) == pytest.approx(expected)


@pytest.mark.parametrize(("every", "steps", "expected"), [(7, 100, 7), (0, 100, 10), (0, 101, 11), (0, 1, 1)])
def test_interval(every: int, steps: int, expected: int) -> None:
    assert interval(every, steps) == expected


@pytest.mark.parametrize(
    ("every", "done", "steps", "expected"),
    [(7, 0, 62, 9), (7, 6, 62, 9), (7, 7, 62, 8), (7, 61, 62, 1), (7, 62, 62, 0), (10, 0, 100, 10), (10, 99, 100, 1),
     (200, 0, 100, 1), (1, 0, 1, 1), (1, 1, 1, 0)],
)  # fmt: skip
def test_how_often_something_is_still_due(every: int, done: int, steps: int, expected: int) -> None:
    assert times(every, done, steps) == expected
    assert expected == len([step for step in range(done + 1, steps + 1) if step % every == 0 or step == steps])


@pytest.mark.parametrize(("done", "expected"), [(0, False), (1, False), (2, True), (7, True), (8, False), (10, False)])
def test_the_peak_lies_between_warm_up_and_decay(done: int, expected: bool) -> None:
    assert at_peak(done, 10, Optimizer(rate=0.01, warmup=0.2, decay=0.4)) is expected
