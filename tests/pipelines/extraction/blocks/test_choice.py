import numpy as np
import pytest

from winnow.pipelines.extraction.blocks.choice import choose


@pytest.mark.parametrize(
    ("chances", "words", "kept", "confidence"),
    [
        ([], [], [], 0.0),
        ([0], [5], [False], 0.0),
        ([900_000], [0], [False], 0.0),
        ([1_000_000], [5], [True], 1.0),
        ([1_000_000, 0], [5, 5], [True, False], 1.0),
        ([500_000], [10], [True], 2 * 5 / 15),
        # beside a sure block one of as many words is kept if its chance is above a half:
        # (1 + p) / (6 + 2 * (1 + p)) > 1 / (3 + 2 * (1 + p))
        ([1_000_000, 500_000], [10, 10], [True, False], 2 / 2.5),
        ([1_000_000, 700_000], [10, 10], [True, True], 2 * 1.7 / 3.7),
        # of equal blocks the first come first
        ([300_000] * 3, [1] * 3, [True] * 3, 2 * 0.9 / 3.9),
        ([900_000, 100_000, 900_000], [1] * 3, [True, False, True], 2 * 1.8 / 3.9),
    ],
)
def test_the_prefix_that_promises_most(
    chances: list[int], words: list[int], kept: list[bool], confidence: float
) -> None:
    found = choose(np.array(chances, np.int64), np.array(words, np.int64))
    assert (found.kept.tolist(), found.confidence) == (kept, pytest.approx(confidence))
