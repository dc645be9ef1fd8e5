from dataclasses import replace

import numpy as np
import pytest

from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.dedup.probe import Probed
from winnow.pipelines.dedup.recall import met, pairs_there, recall, verified
from winnow.pipelines.dedup.settings import PROBE_ROWS
from winnow.pipelines.dedup.stars import BINS


@pytest.mark.parametrize(
    ("similarity", "bands", "rows", "chance"),
    [
        (0.0, 16, 7, 0.0),
        (1.0, 16, 7, 1.0),
        (0.5, 1, 1, 0.5),
        (0.5, 2, 1, 0.75),
        (0.5, 1, 2, 0.25),
        (0.8, 16, 7, 0.97685),
    ],
)
def test_the_chance_to_meet(similarity: float, bands: int, rows: int, chance: float) -> None:
    assert met(similarity, bands, rows) == pytest.approx(chance, abs=1e-5)


def found(limit: float | None, alike: int, **steps: int) -> Duplicates:
    """`_15=7`: seven pairs compared of a similarity in the step from 0.75 on."""
    compared = [steps.get(f"_{step}", 0) for step in range(BINS)]
    return Duplicates(compared=tuple(compared), alike_pairs=alike, limit=limit, bands=2, rows=1)


@pytest.mark.parametrize(
    ("of", "there"),
    [
        (found(0.75, 0), 0.0),
        (found(None, 0), 0.0),
        (found(0.75, 0, _14=9), 0.0),
        (found(0.95, 8, _18=99, _19=8), 8 / met(0.975, 2, 1)),
        (found(0.9, 12, _18=4, _19=8), 4 / met(0.925, 2, 1) + 8 / met(0.975, 2, 1)),
        (found(0.92, 10, _18=4, _19=8), 2 / met(0.935, 2, 1) + 8 / met(0.975, 2, 1)),
        (found(1.0, 3, _19=8), 3 / met(1.0, 2, 1)),
    ],
)
def test_each_pair_stands_for_those_that_did_not_meet(of: Duplicates, there: float) -> None:
    assert pairs_there(of) == pytest.approx(there)


def test_it_is_right_on_average() -> None:
    """A thousand pairs in each step, which meet by chance."""
    random, bands, rows = np.random.default_rng(1), 4, 4
    similar = (np.arange(BINS) + 0.5) / BINS
    compared = random.binomial(1000, [met(each, bands, rows) for each in similar.tolist()])
    of = replace(
        found(0.5, 0), compared=tuple(compared.tolist()), alike_pairs=int(compared[10:].sum()), bands=bands, rows=rows
    )
    assert pairs_there(of) == pytest.approx(10_000, rel=0.03)


def test_pairs_at_or_above_the_limit() -> None:
    assert verified(found(0.75, 0, _14=9, _15=0)) == (0,) * BINS
    assert verified(found(0.92, 10, _3=5, _18=4, _19=8)) == (*[0] * 18, 2, 8)
    assert verified(found(0.9, 12, _18=4, _19=8)) == (*[0] * 18, 4, 8)


def probed(limit_step: int, pairs: int, met_: int, **more: int) -> Probed:
    counts = [more.get(f"_{step}", pairs if step >= limit_step else 0) for step in range(BINS)]
    share = [met_ if step >= limit_step else 0 for step in range(BINS)]
    return Probed(tuple(counts), tuple(share), sum(counts[limit_step:]), sum(share[limit_step:]))


def test_nothing_is_measured_where_no_pair_is_alike() -> None:
    assert recall(Probed(), 0.75) is None
    assert recall(probed(20, 0, 0, _3=7), 0.75) is None


@pytest.mark.parametrize(("pairs", "met_", "share"), [(10, 0, 0.0), (10, 5, 0.5), (10, 10, 1.0), (71, 71, 1.0)])
def test_the_share_that_shares_a_band(pairs: int, met_: int, share: float) -> None:
    told = recall(probed(15, pairs, met_), 0.75)
    assert told is not None
    assert told.share == pytest.approx(share)
    assert 0 <= told.low <= told.share <= told.high <= 1
    assert (told.low == 0, told.high == 1) == (share == 0, share == 1)


def test_a_pair_that_seldom_meets_stands_for_more() -> None:
    told = recall(Probed((*[0] * 10, 8, *[0] * 8, 8), (*[0] * 19, 8), 16, 8), 0.5)
    low, high = 0.525**-PROBE_ROWS, 0.975**-PROBE_ROWS
    assert told is not None
    assert told.share == pytest.approx(high / (low + high))


def test_the_interval_is_wilsons() -> None:
    """Of 20 pairs in one step 18: by statsmodels' proportion_confint(18, 20, method="wilson")."""
    told = recall(Probed((*[0] * 19, 20), (*[0] * 19, 18), 20, 18), 0.75)
    assert told is not None
    assert (told.low, told.share, told.high) == pytest.approx((0.698966, 0.9, 0.972135), abs=1e-4)
