import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.trainer.config.settings import Masking
from winnow.trainer.data import masking
from winnow.trainer.model.loss import IGNORED

VOCAB, MASK = 50, 1
SPECIAL = (0, MASK)


def tokens_of(rows: int, length: int) -> numpy.ndarray:
    return numpy.random.default_rng(1).integers(2, VOCAB, (rows, length))


def masked(
    tokens: numpy.ndarray, how: Masking, key: tuple[int, int, int] = (1, 0, 0)
) -> tuple[numpy.ndarray, numpy.ndarray]:
    return masking.mask(tokens, how, vocab=VOCAB, mask_id=MASK, special=SPECIAL, key=key)


def test_a_row_depends_on_seed_step_and_its_number_alone() -> None:
    tokens = tokens_of(6, 40)
    how = Masking(share=0.3, keep=0.1, random=0.1)
    inputs, targets = masked(tokens, how)
    for first, stop in ((0, 1), (1, 4), (4, 6)):  # as other ranks or micro-batches would cut it
        part_inputs, part_targets = masked(tokens[first:stop], how, (1, 0, first))
        assert (part_inputs == inputs[first:stop]).all()
        assert (part_targets == targets[first:stop]).all()


@pytest.mark.parametrize("key", [(2, 0, 0), (1, 1, 0), (1, 0, 1)])
def test_another_seed_step_or_row_hides_others(key: tuple[int, int, int]) -> None:
    tokens = tokens_of(1, 40)
    assert (masked(tokens, Masking())[1] != masked(tokens, Masking(), key)[1]).any()


def test_inputs_are_left_alone() -> None:
    tokens = tokens_of(2, 20)
    before = tokens.copy()
    masked(tokens, Masking(share=1.0))
    assert (tokens == before).all()


@settings(max_examples=60, deadline=None)
@given(
    rows=st.integers(0, 4),
    length=st.integers(1, 30),
    share=st.floats(0.01, 1.0),
    split=st.tuples(st.floats(0, 0.5), st.floats(0, 0.5)),
    seed=st.integers(0, 1 << 40),
)
def test_what_holds_of_every_mask(rows: int, length: int, share: float, split: tuple[float, float], seed: int) -> None:
    how = Masking(share=share, keep=split[0], random=split[1])
    tokens = numpy.random.default_rng(seed).integers(0, VOCAB, (rows, length))
    inputs, targets = masked(tokens, how, (seed, 0, 0))
    chosen = targets != IGNORED
    assert (targets[chosen] == tokens[chosen]).all()
    assert (inputs[~chosen] == tokens[~chosen]).all()
    assert not numpy.isin(tokens[chosen], SPECIAL).any()
    ordinary = (~numpy.isin(tokens, SPECIAL)).sum(1)
    assert (chosen.sum(1) == numpy.minimum(ordinary, masking.hidden_per_row(length, how))).all()
    shown = inputs[chosen]
    assert ((shown == MASK) | ((shown > MASK) & (shown < VOCAB))).all()


@pytest.mark.parametrize(
    ("keep", "random"), [(0.0, 0.0), (0.1, 0.1), (1.0, 0.0), (0.0, 1.0), (0.5, 0.5)]
)  # fmt: skip
def test_shares_of_what_is_shown_instead(keep: float, random: float) -> None:
    tokens = tokens_of(40, 500)
    inputs, targets = masked(tokens, Masking(share=0.5, keep=keep, random=random))
    chosen = targets != IGNORED
    assert chosen.sum() == 40 * 250
    hidden = (inputs[chosen] == MASK).mean()
    same = (inputs[chosen] == tokens[chosen]).mean()
    assert hidden == pytest.approx(1 - keep - random, abs=0.015)
    assert same == pytest.approx(keep + random / (VOCAB - 2), abs=0.015)


def test_every_place_is_hidden_as_often() -> None:
    _, targets = masked(numpy.full((4000, 10), 7), Masking(share=0.3))
    assert (targets != IGNORED).mean(0) == pytest.approx([0.3] * 10, abs=0.03)


def test_a_row_of_special_tokens_has_no_targets() -> None:
    tokens = numpy.array([[0, 0, 1, 0], [0, 5, 0, 1]])
    inputs, targets = masked(tokens, Masking(share=1.0))
    assert inputs.tolist() == [[0, 0, 1, 0], [0, MASK, 0, 1]]
    assert targets.tolist() == [[IGNORED] * 4, [IGNORED, 5, IGNORED, IGNORED]]


@pytest.mark.parametrize(
    ("length", "share", "expected"), [(512, 0.3, 154), (512, 1.0, 512), (10, 0.15, 2), (1, 0.01, 1), (3, 0.5, 2)]
)
def test_how_many_are_hidden(length: int, share: float, expected: int) -> None:
    assert masking.hidden_per_row(length, Masking(share=share)) == expected
