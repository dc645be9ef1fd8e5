from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.trainer.data.order import Epoch, Epochs


def epochs(tokens: list[int], weight: list[float] | None = None, *, context: int = 8, overlap: int = 1) -> Epochs:
    weights = np.ones(len(tokens)) if weight is None else np.array(weight, np.float64)
    return Epochs(np.array(tokens, np.int64), weights, source="web", seed=7, context=context, overlap=overlap)


def order(epoch: Epoch) -> np.ndarray:
    return epoch.documents(np.arange(epoch.places))


@settings(deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.integers(1, 9), st.integers(0, 1))
def test_an_epoch_has_each_document_and_each_window_once(tokens: list[int], context: int, overlap: int) -> None:
    made = epochs(tokens, context=context, overlap=overlap)
    epoch = made.epoch(3)
    assert sorted(order(epoch).tolist()) == list(range(len(tokens)))
    assert epoch._begins[-1] == sum(tokens)
    windows = made.windows(3)
    assert windows == made.average
    assert windows * context + (overlap if windows else 0) + made.left_over(3) == sum(tokens)
    assert made.left_over(3) < context + overlap
    if windows:
        number, begins = made.locate(np.arange(3 * windows, 4 * windows))
        assert set(number.tolist()) == {3}
        assert sorted(begins.tolist()) == list(range(0, windows * context, context))


def test_epochs_differ_and_do_not_depend_on_what_was_asked_before() -> None:
    tokens = list(range(1, 60))
    first, second = epochs(tokens), epochs(tokens)
    forth = [order(first.epoch(i)).tolist() for i in range(5)]
    back = [order(second.epoch(i)).tolist() for i in reversed(range(5))]
    assert forth == back[::-1]
    assert len({tuple(order) for order in forth}) == 5
    other = Epochs(np.array(tokens), np.ones(59), source="books", seed=7, context=8, overlap=1)
    assert order(other.epoch(0)).tolist() != forth[0]


def test_no_more_than_two_epochs_are_kept() -> None:
    made = epochs([5] * 100)
    kept = [made.epoch(i) for i in range(4)]
    assert made.epoch(3) is kept[3]
    assert made.epoch(2) is kept[2]
    assert made.epoch(0) is not kept[0]


def test_threads_see_one_epoch() -> None:
    made = epochs([5] * 1000)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: made.epoch(1), range(16)))
    assert all(each is found[0] for each in found)


WEIGHTS = [1.0, 0.5, 2.0, 2.5, 0.1, 1 / 3, 1e-9, 3.999999, 0.0]


def test_copies_never_stray_from_the_weight() -> None:
    made = epochs([4] * len(WEIGHTS), WEIGHTS)
    had = np.zeros(len(WEIGHTS))
    for epoch in range(50):
        had += np.bincount(order(made.epoch(epoch)), minlength=len(WEIGHTS))
        assert np.all(np.abs(had - (epoch + 1) * np.array(WEIGHTS)) < 1 + 1e-4)
    assert had[0] == 50
    assert had[2] == 100
    assert had[-1] == 0


def test_documents_of_half_a_weight_take_turns() -> None:
    made = epochs([4] * 1000, [0.5] * 1000)
    first, second = (set(order(made.epoch(i)).tolist()) for i in range(2))
    assert first | second == set(range(1000))
    assert not first & second
    assert 400 < len(first) < 600
    assert made.average == (2000 - 1) // 8


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 30), st.floats(0.05, 3)), min_size=1, max_size=20), st.integers(0, 1))
def test_weighted_windows_come_once_an_epoch(documents: list[tuple[int, float]], overlap: int) -> None:
    made = epochs([n for n, _ in documents], [w for _, w in documents], context=3, overlap=overlap)
    if not made.average:
        return
    numbers, begins = made.locate(np.arange(60))
    assert numbers.tolist() == sorted(numbers.tolist())
    for epoch in set(numbers.tolist()) - {numbers[-1]}:
        assert sorted(begins[numbers == epoch].tolist()) == [3 * i for i in range(made.windows(epoch))]
    again, other = made.locate(np.array([59, 0]))
    assert [again[0], other[0], again[1], other[1]] == [numbers[59], begins[59], numbers[0], begins[0]]


@pytest.mark.parametrize(("tokens", "average"), [([], 0), ([8], 0), ([9], 1), ([4, 5], 1), ([16], 1), ([17], 2)])
def test_windows_of_a_short_source(tokens: list[int], average: int) -> None:
    assert epochs(tokens).average == average


def test_a_source_without_a_window_has_no_places() -> None:
    with pytest.raises(ValueError, match="shorter than a window"):
        epochs([8]).locate(np.arange(1))


@pytest.mark.parametrize(("places", "kept"), [(1, 2), (64, 2), (65, 3), (6400, 101), (100_000, 1564)])
def test_memory_of_an_epoch(places: int, kept: int) -> None:
    epoch = epochs([3] * places).epoch(0)
    assert [value.nbytes for value in vars(epoch).values() if isinstance(value, np.ndarray)][1:] == [8 * kept]


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.tuples(st.integers(1, 30), st.floats(0.05, 3)), min_size=1, max_size=300),
    st.integers(1, 40), st.booleans(), st.integers(0, 2), st.booleans(),
)  # fmt: skip
def test_pieces_are_those_of_the_stream_laid_out(
    documents: list[tuple[int, float]], context: int, weighted: bool, epoch: int, shift: bool
) -> None:
    tokens = np.array([n for n, _ in documents])
    weight = np.array([w for _, w in documents]) if weighted else np.ones(len(documents))
    made = Epochs(tokens, weight, source="web", seed=7, context=context, overlap=1, shift=shift)
    windows = made.windows(epoch)
    if not windows:
        return
    stream = [(document, token) for document in order(made.epoch(epoch)).tolist() for token in range(tokens[document])]
    begins = made.begin(epoch) + context * np.arange(windows)
    found: list[list[tuple[int, int]]] = [[] for _ in range(windows)]
    for window, document, start, stop in zip(*made.epoch(epoch).under(begins, context + 1), strict=True):
        assert start < stop
        found[window] += [(document, token) for token in range(start, stop)]
    assert found == [stream[begin : begin + context + 1] for begin in begins.tolist()]
    assert [len(row) for row in found] == [context + 1] * windows


@pytest.mark.parametrize("weight", [None, [1.0, 2.5, 0.5]])
@pytest.mark.parametrize("overlap", [0, 1])
def test_later_epochs_begin_their_windows_elsewhere(weight: list[float] | None, overlap: int) -> None:
    """And none reads a token twice, but for the overlap."""
    weights = np.ones(3) if weight is None else np.array(weight)
    made = Epochs(np.array([100, 37, 64]), weights, source="web", seed=7, context=8, overlap=overlap, shift=True)
    first = 0
    begun = set[int]()
    for epoch in range(30):
        windows = made.windows(epoch)
        epochs, begins = made.locate(np.arange(first, first + windows))
        first += windows
        assert epochs.tolist() == [epoch] * windows
        assert len(set(begins.tolist())) == windows
        assert {int(begin) % 8 for begin in begins} == {made.begin(epoch)}
        stream = made.length(epoch)
        read = [token % stream for begin in begins.tolist() for token in range(begin, begin + 8)]
        assert len(set(read)) == len(read)
        assert made.epoch(epoch)._begins[-1] >= int(begins.max()) + 8 + overlap
        begun.add(made.begin(epoch))
    assert made.begin(0) == 0
    assert len(begun) == 8


def test_the_end_of_one_long_document_is_read_in_some_epoch() -> None:
    made = Epochs(np.array([29]), np.ones(1), source="book", seed=1, context=8, overlap=1, shift=True)
    read = set[int]()
    for epoch in range(20):
        _, begins = made.locate(np.arange(3 * epoch, 3 * epoch + 3))
        made_of = made.epoch(epoch)
        assert order(made_of).tolist() in ([0], [0, 0])
        read |= {token % 29 for begin in begins.tolist() for token in range(begin, begin + 9)}
    assert read == set(range(29))
