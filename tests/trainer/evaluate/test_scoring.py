"""Bits of texts: each token once, by windows, whatever is packed beside it."""

import functools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import ModelShape
from winnow.trainer.evaluate import scoring
from winnow.trainer.evaluate.scoring import COUNT, END, TEXT, Piece, bits, causal_pieces, masked_pieces, pack_rows
from winnow.trainer.model.loss import IGNORED
from winnow.trainer.model.model import Model
from winnow.trainer.parallel.ranks import Ranks

STOP, BEGIN = 0, 1
VOCAB = 40


@functools.cache
def model() -> Model:
    made = Model(Layout.of(ModelShape(layers=2, width=32, heads=2, mlp=48, context=64), VOCAB, "causal"))
    made.initialise(1)
    torch.manual_seed(0)
    with torch.no_grad():
        for name, parameter in made.named_parameters():
            if name.endswith(("o_proj.weight", "down_proj.weight")):
                parameter.copy_(torch.randn(parameter.shape) * 0.3)  # which begin at zero
    return made


def text(length: int, seed: int = 0) -> np.ndarray:
    """What begins a document, and `length` tokens, the last one end-of-text."""
    body = np.random.default_rng(seed).integers(2, VOCAB, length - 1)
    return np.concatenate(([BEGIN], body, [STOP]))


def costs(row: list[int]) -> np.ndarray:
    """Bits of each next token, by the logits of the whole row: the reference."""
    inputs = torch.tensor([row[:-1]])
    with torch.no_grad():
        logits = model()(inputs)
    losses = torch.nn.functional.cross_entropy(logits[0], torch.tensor(row[1:]), reduction="none")
    return losses.double().numpy() / np.log(2)


def test_a_short_document_is_charged_for_all_but_its_beginning() -> None:
    tokens = text(20)
    expected = costs(tokens.tolist())
    found = bits(model(), causal_pieces(tokens, 32, 16), STOP, 32)
    assert found[0, TEXT] == pytest.approx(expected[:-1].sum(), rel=1e-5)
    assert found[0, END] == pytest.approx(expected[-1], rel=1e-5)
    assert found[0, COUNT] == 19


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 200), st.integers(1, 32), st.data())
def test_every_token_is_scored_once_with_enough_before_it(length: int, context: int, data: st.DataObject) -> None:
    stride = data.draw(st.integers(1, context))
    whole = [BEGIN, *range(2, length + 1), STOP]
    pieces = causal_pieces(np.array(whole), context, stride)
    scored = [target for piece in pieces for target in piece.targets.tolist() if target != IGNORED]
    assert scored == whole[1:]
    for number, piece in enumerate(pieces):
        assert 1 <= len(piece.inputs) <= context
        seen = int(np.argmax(piece.targets != IGNORED)) + 1
        place = whole.index(piece.inputs[0]) if number else 0
        assert piece.inputs.tolist() == whole[place : place + len(piece.inputs)]
        assert seen >= min(context - stride + 1, place + seen)


@pytest.mark.parametrize(("length", "pieces"), [(1, 1), (15, 1), (16, 1), (17, 2), (24, 2), (25, 3)])
def test_windows_at_the_border(length: int, pieces: int) -> None:
    assert len(causal_pieces(text(length), 16, 8)) == pieces


def test_a_long_document_equals_its_windows_one_by_one() -> None:
    tokens = text(50)
    whole = tokens.tolist()
    expected = costs(whole[:17])[:16].sum()
    for begin in (8, 16, 24, 32):
        expected += costs(whole[begin : begin + 17])[8:].sum()
    expected += costs(whole[34:51])[14:].sum()
    found = bits(model(), causal_pieces(tokens, 16, 8), STOP, 16).sum(axis=0)
    assert found[TEXT] + found[END] == pytest.approx(expected, rel=1e-5)
    assert found[COUNT] == 49


def test_what_is_packed_beside_does_not_matter() -> None:
    cut = [causal_pieces(text(length, length), 64, 32)[0] for length in (3, 40, 1, 17, 2, 60)]
    together = bits(model(), cut, STOP, 64)
    apart = np.concatenate([bits(model(), [piece], STOP, 64) for piece in cut])
    np.testing.assert_allclose(together, apart, rtol=1e-5)


def test_a_longer_row_changes_nothing_for_a_model_without_window() -> None:
    cut = causal_pieces(text(10), 16, 8)
    np.testing.assert_allclose(bits(model(), cut, STOP, 16), bits(model(), cut, STOP, 64), rtol=1e-5)


def test_ranks_add_up_to_one_process_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(scoring.BATCH_TOKENS, "cpu", 64)
    cut = [piece for length in range(1, 60, 4) for piece in causal_pieces(text(length, length), 32, 16)]
    monkeypatch.setattr(Ranks, "sum", lambda ranks, tensor: None)
    alone = bits(model(), cut, STOP, 32)
    for world in (2, 3):
        parts = [bits(model(), cut, STOP, 32, Ranks(rank, world)) for rank in range(world)]
        assert np.array_equal(sum(parts), alone)
        assert np.count_nonzero([part.any() for part in parts]) == world


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 20), max_size=60))
def test_rows_hold_every_piece_once_and_overflow_never(lengths: list[int]) -> None:
    rows = pack_rows(lengths, 20)
    assert sorted(piece for row in rows for piece in row) == list(range(len(lengths)))
    sums = [sum(lengths[piece] for piece in row) for row in rows]
    assert all(total <= 20 for total in sums)
    assert sum(total <= 10 for total in sums) <= 1  # two half-empty rows would have been one


def test_the_longest_go_first_and_fill_what_fits_best() -> None:
    assert pack_rows([2, 7, 3, 8], 10) == [[3, 0], [1, 2]]


def test_no_logits_of_a_whole_batch_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hidden states that reach the head are the scored ones only."""
    given_: list[int] = []
    real = scoring.per_token

    def per_token(hidden: torch.Tensor, weight: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        given_.append(len(hidden))
        return real(hidden, weight, targets)

    monkeypatch.setattr(scoring, "per_token", per_token)
    bits(model(), causal_pieces(text(50), 16, 8), STOP, 16)
    assert given_ == [50]


def test_hidden_tokens_are_those_that_count() -> None:
    def hide(tokens: np.ndarray, window: int) -> tuple[np.ndarray, np.ndarray]:
        inputs, targets = tokens.copy(), np.full_like(tokens, IGNORED)
        inputs[:, 1], targets[:, 1] = 39 - window, tokens[:, 1]
        return inputs, targets

    tokens = np.append(np.arange(1, 8), STOP)
    first, second = masked_pieces(tokens, 4, hide)
    assert first.inputs.tolist() == [1, 39, 3, 4]
    assert first.targets.tolist() == [IGNORED, 2, IGNORED, IGNORED]
    assert second.inputs.tolist() == [5, 38, 7, STOP]
    found = bits(model(), [first, second], STOP, 8)
    assert found[:, COUNT].tolist() == [1, 1]
    assert found[:, END].tolist() == [0, 0]


def test_nothing_given() -> None:
    assert bits(model(), [], STOP, 8).shape == (0, 3)


def test_a_piece_without_targets_costs_nothing() -> None:
    piece = Piece(np.array([1, 2]), np.full(2, IGNORED))
    assert bits(model(), [piece], STOP, 8).tolist() == [[0, 0, 0]]


def test_rows_are_as_long_as_the_longest_window_and_cost_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = [piece for n in range(9) for piece in causal_pieces(text(5 + n, n), 64, 32)]
    widths: list[int] = []

    def hidden(self: Model, tokens: torch.Tensor, starts: torch.Tensor | None = None) -> torch.Tensor:
        widths.append(tokens.shape[1])
        return real(self, tokens, starts)

    real = Model.hidden
    monkeypatch.setattr(Model, "hidden", hidden)
    wide = bits(model(), pieces, STOP, 64)
    monkeypatch.setattr(scoring, "SHORTEST", 8)
    narrow = bits(model(), pieces, STOP, 64)
    assert (set(widths[:1]), set(widths[1:])) == ({64}, {16})
    np.testing.assert_allclose(narrow, wide, rtol=1e-5)


def test_where_shapes_are_compiled_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """FlexAttention on a GPU is compiled anew for each."""
    given = [causal_pieces(text(length, length), 64, 32) for length in (3, 40, 1, 17, 2, 60, 150)]
    expected = [bits(model(), cut, STOP, 64) for cut in given]
    shapes, made = set[tuple[int, ...]](), model()
    hidden = made.hidden

    def recorded(tokens: torch.Tensor, starts: torch.Tensor | None = None) -> torch.Tensor:
        shapes.add(tuple(tokens.shape))
        return hidden(tokens, starts)

    monkeypatch.setattr(made, "hidden", recorded)
    monkeypatch.setattr(scoring, "PADDED", ("cpu",))
    monkeypatch.setitem(scoring.BATCH_TOKENS, "cpu", 192)
    for cut, wanted in zip(given, expected, strict=True):
        np.testing.assert_allclose(bits(made, cut, STOP, 64), wanted, rtol=1e-5)
    assert shapes == {(3, 64)}


@pytest.mark.parametrize(
    ("device", "longest", "context", "expected"),
    [("cuda", 3, 2048, (32, 2048)), ("cuda", 2048, 2048, (32, 2048)), ("cuda", 3, 100_000, (1, 65536)),
     ("cuda", 70_000, 1 << 20, (1, 1 << 17)), ("cpu", 3, 512, (16, 512)), ("cpu", 3, 4096, (8, 1024)),
     ("cpu", 1025, 4096, (4, 2048)), ("cpu", 1, 16, (512, 16))],
)  # fmt: skip
def test_the_shape_of_a_batch(device: str, longest: int, context: int, expected: tuple[int, int]) -> None:
    assert scoring.shape_of(device, longest, context) == expected
