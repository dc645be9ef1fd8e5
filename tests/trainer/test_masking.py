"""What the masked objective hides: the right number, never special tokens, the same whoever asks."""

import numpy as np
import pytest

from trainer.config import Masking
from trainer.errors import BadCall
from trainer.loss import IGNORED
from trainer.masking import check, hidden_per_row, mask

VOCAB, MASK, SPECIAL = 50, 1, [0, 1]
Array = np.ndarray


def rows(count: int, length: int) -> Array:
    return np.random.default_rng(0).integers(2, VOCAB, (count, length))


def masked(tokens: Array, settings: Masking, key: tuple[int, int, int] = (1, 2, 0)) -> tuple[Array, Array]:
    return mask(tokens, settings, vocab=VOCAB, mask_id=MASK, special=SPECIAL, key=key)


@pytest.mark.parametrize(("share", "length", "hidden"), [(0.15, 100, 15), (0.3, 512, 154), (0.3, 1, 1), (1.0, 7, 7)])
def test_a_share_of_every_row_is_hidden(share: float, length: int, hidden: int) -> None:
    tokens = rows(5, length)
    inputs, targets = masked(tokens, Masking(share=share))
    assert hidden_per_row(length, Masking(share=share)) == hidden
    assert (targets != IGNORED).sum(1).tolist() == [hidden] * 5
    assert np.array_equal(targets[targets != IGNORED], tokens[targets != IGNORED])
    assert (inputs[targets != IGNORED] == MASK).all()
    assert np.array_equal(inputs[targets == IGNORED], tokens[targets == IGNORED])


def test_of_the_hidden_some_stay_and_some_are_drawn() -> None:
    tokens = rows(200, 200)
    inputs, targets = masked(tokens, Masking(share=0.5, keep=0.1, random=0.1))
    hidden = targets != IGNORED
    same, shown = inputs[hidden] == tokens[hidden], inputs[hidden] == MASK
    assert abs(shown.mean() - 0.8) < 0.01
    assert abs(same.mean() - 0.1 - 0.1 / 48) < 0.01  # one drawn token in 48 is the one that stood there
    assert not np.isin(inputs[hidden][~same & ~shown], SPECIAL).any()


def test_special_tokens_are_never_hidden() -> None:
    tokens = rows(4, 40)
    tokens[:, ::2] = 0
    tokens[3] = 0
    _, targets = masked(tokens, Masking(share=1.0))
    assert (targets != IGNORED).sum(1).tolist() == [20, 20, 20, 0]


def test_a_row_depends_on_seed_step_and_its_number_alone() -> None:
    tokens, settings = rows(6, 64), Masking()
    whole = masked(tokens, settings)
    for first, stop in ((0, 1), (2, 5), (5, 6)):
        part = masked(tokens[first:stop], settings, (1, 2, first))
        assert all(np.array_equal(a, b[first:stop]) for a, b in zip(part, whole, strict=True))
    for key in ((2, 2, 0), (1, 3, 0), (1, 2, 1)):
        assert not np.array_equal(masked(tokens, settings, key)[1], whole[1])


def test_the_given_tokens_stay_as_they_are() -> None:
    tokens = rows(2, 16)
    before = tokens.copy()
    masked(tokens, Masking(share=1.0))
    assert np.array_equal(tokens, before)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Masking(share=0.0), "masking.share = 0"),
        (Masking(share=1.01), "masking.share = 1.01"),
        (Masking(keep=-0.1), "masking.keep = -0.1"),
        (Masking(keep=0.6, random=0.5), "more than all of the masked"),
    ],
)
def test_shares_that_are_none(settings: Masking, said: str) -> None:
    with pytest.raises(BadCall, match=said):
        check(settings)


@pytest.mark.parametrize("settings", [Masking(share=1.0), Masking(keep=0.5, random=0.5)])
def test_shares_at_the_limit(settings: Masking) -> None:
    check(settings)
