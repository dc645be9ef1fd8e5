"""Cloze tasks: tokens that are compared, and what counts as right."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from winnow.trainer.errors import BadCall
from winnow.trainer.evaluate import cloze
from winnow.trainer.evaluate.cloze import score
from winnow.trainer.evaluate.questions import Question

VOCAB = 256


class Unigram:
    """A model that charges each token by itself: `bits` of it, up to a constant, whatever comes before."""

    def __init__(self, bits: dict[str, float], other: float) -> None:
        logits = torch.full((VOCAB,), -other)
        for letter, of in bits.items():
            logits[ord(letter)] = -of
        self.head = (logits * float(np.log(2)))[:, None]

    def hidden(self, tokens: torch.Tensor, starts: torch.Tensor | None = None) -> torch.Tensor:
        return torch.ones(*tokens.shape, 1)


def words(encode: Callable[[list[str]], list[list[int]]]) -> Any:
    """What is asked of a tokenizer."""
    return SimpleNamespace(encode=encode, begin=0)


BYTES = words(lambda texts: [list(text.encode()) for text in texts])


def question(context: str, choices: tuple[str, ...], answer: int) -> Question:
    return Question(context, choices, answer, "task.jsonl:1")


def test_the_likeliest_choice_wins() -> None:
    model = Unigram({"a": 1, "b": 2}, 8)
    asked = [question("x", ("b", "a"), 1), question("x", ("b", "a"), 0), question("", ("a", "b"), 0)]
    found = score(model, "t", asked, BYTES, 16)
    assert found.questions == 3
    assert found.accuracy.value == pytest.approx(2 / 3)
    assert found.chance == 0.5
    assert found.accuracy.low <= found.accuracy.value <= found.accuracy.high


def test_by_length_a_long_choice_is_not_held_back() -> None:
    model = Unigram({"a": 1, "b": 1.5}, 8)
    found = score(model, "t", [question("x", ("aaaa", "b"), 0)], BYTES, 16)
    assert (found.accuracy.value, found.accuracy_by_length.value) == (0, 1)


def test_length_is_in_bytes() -> None:
    model = Unigram({"b": 3, "\xc3": 2.5, "\xa9": 2.5}, 8)
    found = score(model, "t", [question("x", ("é", "b"), 0)], BYTES, 16)
    assert (found.accuracy.value, found.accuracy_by_length.value) == (0, 1)


@pytest.mark.parametrize("answer", [0, 1])
def test_a_tie_is_the_first_choice(answer: int) -> None:
    model = Unigram({}, 8)
    found = score(model, "t", [question("x", ("a", "b"), answer)], BYTES, 16)
    assert found.accuracy.value == 1 - answer


def test_choices_that_change_the_contexts_last_token_are_compared_from_there() -> None:
    """As pairs merge: "x" + "a" is one token, "x" + "b" two. Both are charged for the x."""

    def merging(texts: list[str]) -> list[list[int]]:
        return [list(text.replace("xa", "M").encode()) for text in texts]

    model = Unigram({"M": 4, "x": 3, "b": 3}, 12)
    found = score(model, "t", [question("cx", ("a", "b"), 0)], words(merging), 16)
    assert found.accuracy.value == 1  # 4 bits against 3 + 3, not against 3


def test_a_long_context_loses_its_beginning() -> None:
    model = Unigram({"a": 1}, 8)
    found = score(model, "t", [question("x" * 100, ("a", "bb"), 0)], BYTES, 4)
    assert found.accuracy.value == 1


@pytest.mark.parametrize(("length", "fits"), [(4, True), (5, False)])
def test_a_choice_as_long_as_the_context(length: int, fits: bool) -> None:
    asked = [question("x", ("a" * length, "b"), 0)]
    if fits:
        assert score(Unigram({}, 8), "t", asked, BYTES, 4).questions == 1
    else:
        with pytest.raises(BadCall, match=r"task.jsonl:1: a choice has more tokens than the model's context, 4"):
            score(Unigram({}, 8), "t", asked, BYTES, 4)


def test_what_is_shared() -> None:
    assert cloze._shared([[1, 2, 3], [1, 2], [1, 2, 4]]) == 2
    assert cloze._shared([[1], [2]]) == 0
    assert cloze._shared([[], [2]]) == 0
