from typing import Any

from winnow.trainer.report.curve import WIDTH, curve
from winnow.trainer.report.history import History

TOP, RULE = " " * 7 + "|", " " * 7 + "+" + "-" * WIDTH


def told(steps: dict[int, Any], evaluations: dict[int, Any], key: str = "bits_per_byte") -> History:
    lines = [{"kind": "step", "tokens": tokens, key: value} for tokens, value in steps.items()]
    held = [{"kind": "evaluation", "tokens": tokens, key: value} for tokens, value in evaluations.items()]
    return History((*lines, *held), 0)


def test_training_and_evaluations_over_the_tokens() -> None:
    found = curve(told({1000: 3.0, 2000: 3.0}, {1500: 2.0, 3000: 1.0}))
    assert found == [
        "     3 |" + " " * 20 + "." + " " * 18 + ".",
        *[TOP] * 3,
        TOP + " " * 30 + "o",
        *[TOP] * 3,
        "     1 |" + " " * (WIDTH - 1) + "o",
        RULE,
        " " * 8 + "0" + "3 k tokens".rjust(WIDTH - 1),
        " " * 8 + "bits per byte: . training, o held-out documents",
    ]


def test_an_evaluation_stands_over_what_training_drew_there() -> None:
    assert curve(told({1: 3.0, 2: 2.0}, {1: 3.0}))[0].endswith("o")


def test_a_run_of_the_masked_objective() -> None:
    assert "bits per masked token" in curve(told({}, {1: 9.0, 2: 8.0}, "bits_per_masked_token"))[-1]


def test_nothing_to_draw() -> None:
    for history in (
        told({}, {}),
        told({5: 2.0}, {}),
        told({5: 2.0}, {9: 2.0}),
        told({5: None}, {9: None}),
        told({0: 2.0}, {0: 3.0}),
    ):
        assert curve(history) == []


def test_what_is_no_number_leaves_a_gap() -> None:
    assert len(curve(told({1: None, 2: 4.0, 3: "x"}, {3: 2.0}))) == len(curve(told({2: 4.0}, {3: 2.0}))) == 12
