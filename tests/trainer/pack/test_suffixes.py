import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.trainer.pack import suffixes
from winnow.trainer.pack.suffixes import suffix_array


def brute(tokens: np.ndarray) -> list[int]:
    data, width = tokens.tobytes(), tokens.itemsize
    return sorted(range(len(tokens)), key=lambda place: data[place * width :])


texts = st.one_of(
    st.lists(st.integers(0, 2), max_size=80),
    st.lists(st.sampled_from([0, 1, 255, 256, 65535]), max_size=60),
    st.lists(st.integers(0, 3), max_size=6).map(lambda part: part * 12),  # the same over and over
)


@given(texts)
def test_two_bytes_a_token(tokens: list[int]) -> None:
    made = np.array(tokens, "<u2")
    assert suffix_array(made).tolist() == brute(made)


@given(texts, st.sampled_from([1, 65_537, 150_000]))
def test_four_bytes_a_token(tokens: list[int], scale: int) -> None:
    made = (np.array(tokens, np.int64) * scale % (1 << 32)).astype("<u4")
    assert suffix_array(made).tolist() == brute(made)


@pytest.mark.parametrize("tokens", [[], [0], [7], [0] * 300, [5, 0, 0, 0, 0], [0, 1] * 200, list(range(300, 0, -1))])
@pytest.mark.parametrize("dtype", ["<u2", "<u4"])
def test_edges(tokens: list[int], dtype: str) -> None:
    made = np.array(tokens, dtype)
    found = suffix_array(made)
    assert found.tolist() == brute(made)
    assert found.dtype == np.uint32


def test_the_text_stays_as_it_was() -> None:
    made = np.array([3, 1, 3, 1], "<u2")
    made.flags.writeable = False
    assert suffix_array(made).tolist() == [3, 1, 2, 0]


def test_more_than_can_be_sorted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suffixes, "MOST", 3)
    assert suffix_array(np.zeros(3, "<u2")).tolist() == [2, 1, 0]
    with pytest.raises(ValueError, match="4 tokens; at most 3"):
        suffix_array(np.zeros(4, "<u2"))
