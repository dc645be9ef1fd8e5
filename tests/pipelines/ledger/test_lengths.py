import numpy as np
import pytest

from winnow.pipelines.corpus.sketch import Sketches
from winnow.pipelines.corpus.statistics import ALONE, ANOTHER, KEPT, Key
from winnow.pipelines.counts import NONE, Count
from winnow.pipelines.ledger.lengths import lengths_of
from winnow.pipelines.ledger.statistics import Spread
from winnow.pipelines.ledger.types import Length


def spread(**fates: list[int]) -> Spread:
    found = {}
    for fate, lengths in fates.items():
        sketches = Sketches()
        values = np.array(lengths, np.int64)
        sketches.add(np.zeros(len(values), np.int64), values.astype(float), values, np.ones(len(values), bool))
        of = {"kept": KEPT, "alone": ALONE, "another": ANOTHER}[fate]
        found[Key("web", "en", "", "characters", of)] = sketches.result()[0]
    return Spread(found)


@pytest.mark.parametrize(
    ("length", "low"),
    [(1, 1), (2, 2), (3, 2), (4, 4), (255, 128), (256, 256), (511, 256), (512, 512), (513, 512), (1_000_000, 1 << 19),
     ((1 << 20) - 1, 1 << 19), (1 << 20, 1 << 20)],
)  # fmt: skip
def test_an_octave_begins_at_a_power_of_two(length: int, low: int) -> None:
    assert lengths_of(spread(kept=[length])) == (Length(low, 2 * low, Count(1, length), NONE),)


def test_what_was_dropped_counts_whatever_dropped_it_and_no_text_is_no_length() -> None:
    found = lengths_of(spread(kept=[0, 5, 7], alone=[0, 6], another=[4, 9]))
    assert found == (Length(4, 8, Count(2, 12), Count(2, 10)), Length(8, 16, NONE, Count(1, 9)))


def test_of_nothing_there_is_none() -> None:
    assert lengths_of(Spread({})) == ()
