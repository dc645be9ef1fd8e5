"""An entry in words, for the terminal and for the page."""

from typing import Any

import pytest

from winnow.trainer.report.words import documents, interval, line, said


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            {"loss": 3.41234, "bits_per_byte": 1.29876, "tokens_per_second": 2961.2, "matmul_share": 0.578},
            "step 1,200 of 8,850  loss 3.4123  1.2988 bits/byte  2.96 k tokens/s  57.8 % of matmul  1 h 2 min left",
        ),
        (
            {"loss": 3.0, "tokens_per_second": 1e6, "mfu": 0.42, "matmul_share": 0.6},
            "step 1,200 of 8,850  loss 3.0000  1 M tokens/s  MFU 42.0 %  1 h 2 min left",
        ),
        ({"loss": None}, "step 1,200 of 8,850  1 h 2 min left"),
    ],
)  # fmt: skip
def test_the_line(values: dict[str, float | None], expected: str) -> None:
    assert line(1200, 8850, values, 3725.0) == expected


def test_what_is_not_known_is_not_told_as_left() -> None:
    assert line(1, 1, {"loss": 3.0}, float("nan")) == "step 1 of 1  loss 3.0000"


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ({"kind": "start", "seconds_to_first_step": 2.31}, "first step 2.3 s after the start"),
        ({"kind": "skip", "step": 7, "reason": "the loss is nan", "documents": ["a", "b", "c", "d", "e"]},
         "step 7 skipped: the loss is nan; its documents: a, b, c and 2 more"),
        ({"kind": "evaluation", "step": 1000, "bits_per_byte": 1.5, "low": 1.4, "high": 1.6},
         "step 1,000: held-out text 1.5000 bits per byte, 95 % interval 1.4000 to 1.6000"),
        ({"kind": "evaluation", "step": 4, "bits_per_byte": 1.5, "low": 1.4, "high": 1.6, "xz_bits_per_byte": 2.25},
         "step 4: held-out text 1.5000 bits per byte, 95 % interval 1.4000 to 1.6000; xz needs 2.2500"),
        ({"kind": "evaluation", "step": 4, "bits_per_masked_token": 3, "low": 2, "high": 4},
         "step 4: held-out text 3.0000 bits per masked token, 95 % interval 2.0000 to 4.0000"),
        ({"kind": "task", "step": 4, "task": "grammar", "questions": 200, "chance": 0.5,
          "accuracy": {"value": 0.625, "low": 0.5, "high": 0.75}, "accuracy_by_length": {"value": 0.5}},
         "step 4: grammar: 200 questions, accuracy 62.5 % (50.0 % to 75.0 %), by length 50.0 %; by chance 50.0 %"),
        ({"kind": "sample", "step": 4, "prompt": "The\nriver", "text": " runs\n on"},
         r"step 4: 'The\nriver' goes on: ' runs\n on'"),
        ({"kind": "sample", "step": 4, "prompt": "", "text": "x" * 201}, "step 4: '' goes on: '" + "x" * 199 + "…"),
        ({"kind": "end", "reason": "done", "step": 1200}, "done: all 1,200 steps"),
        ({"kind": "end", "reason": "done", "step": 1}, "done: 1 step"),
        ({"kind": "end", "reason": "stopped", "step": 3, "steps": 9},
         "stopped after step 3 of 9, which is saved; the same command goes on from there"),
        ({"kind": "save", "step": 4}, ""), ({"kind": "step", "step": 4}, ""), ({"kind": None}, ""), ({}, ""),
    ],
)  # fmt: skip
def test_sentences(entry: dict[str, Any], sentence: str) -> None:
    assert said(entry) == sentence


ODD: list[Any] = [None, True, "x", [1], {"value": "x"}, 10**400, float("nan")]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("kind", ["start", "skip", "evaluation", "task", "sample", "end"])
def test_odd_values_are_one_line(kind: str, odd: Any) -> None:
    keys = ("step", "steps", "reason", "documents", "bits_per_byte", "low", "task", "questions", "accuracy", "prompt",
            "text", "seconds_to_first_step", "chance")  # fmt: skip
    assert "\n" not in said({"kind": kind} | dict.fromkeys(keys, odd))


def test_intervals_and_lists() -> None:
    assert interval({"value": 1, "low": 0.5, "high": 1.5}) == "1.0000 (0.5000 to 1.5000)"
    assert (interval({"value": 1}), interval({})) == ("1.0000", "-")
    assert [documents(found, 2) for found in (["a"], ["a", "b"], ["a", "b", "c"], [], None)] == [
        "a", "a, b", "a, b and 1 more", "", "",
    ]  # fmt: skip
