import threading
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.trainer.small_packs import batches_of, make_pack
from winnow.trainer.config.settings import Data
from winnow.trainer.data.batches import Batches, Rows
from winnow.trainer.data.prefetch import Prefetch
from winnow.trainer.data.rows import share
from winnow.trainer.errors import BadCall, RunFailed


@pytest.fixture
def batches(tmp_path: Path) -> Batches:
    return batches_of(make_pack(tmp_path / "p", {"books": [300], "web": [40] * 50}), Data("p"), 16, 5, 12, 1)


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("prefetch")]


@pytest.mark.parametrize("ahead", [0, 1, 2, 50])
@pytest.mark.parametrize(("rank", "ranks"), [(0, 1), (0, 2), (1, 2), (4, 5)])
def test_steps_come_in_order_with_this_ranks_rows(batches: Batches, rank: int, ranks: int, ahead: int) -> None:
    first, stop = share(5, rank, ranks)
    with Prefetch(batches, 3, 12, rank=rank, ranks=ranks, ahead=ahead) as coming:
        found = list(coming)
    assert [batch.step for batch in found] == list(range(3, 12))
    for batch in found:
        rows = batches.rows(batch.step, first, stop)
        assert batch.first == first
        assert batch.tokens.dtype == torch.int64
        assert torch.equal(batch.tokens, torch.from_numpy(rows.tokens))
        assert torch.equal(batch.starts, torch.from_numpy(rows.starts))


def test_no_steps(batches: Batches) -> None:
    with Prefetch(batches, 4, 4) as coming:
        assert list(coming) == []


def test_a_rank_without_rows(batches: Batches) -> None:
    with pytest.raises(ValueError, match="6 ranks share 5 rows a step, and rank 0 gets none"):
        Prefetch(batches, 0, 4, rank=0, ranks=6)


def test_an_error_comes_where_its_step_would_have_come_and_stays(batches: Batches) -> None:
    with Prefetch(batches, 10, 15) as coming:
        assert [next(coming).step, next(coming).step] == [10, 11]
        for _ in range(2):
            with pytest.raises(BadCall, match="step 12: the run has the steps 0 to 11"):
                next(coming)
    assert threads() == []


class Slow(Batches):
    """Makes a step when it is allowed to, and counts."""

    def __init__(self, of: Batches) -> None:
        self.__dict__.update(of.__dict__)
        self.allowed, self.made = threading.Semaphore(0), threading.Semaphore(0)
        self.count = 0

    def rows(self, step: int, first: int, stop: int) -> Rows:
        self.allowed.acquire()
        self.count += 1
        self.made.release()
        return super().rows(step, first, stop)


def test_no_more_than_so_many_steps_are_made_beforehand(batches: Batches) -> None:
    slow = Slow(batches)
    slow.allowed.release(100)
    with Prefetch(slow, 0, 12, ahead=3) as coming:
        for _ in range(3):
            slow.made.acquire()
        assert slow.count == 3
        next(coming)
        slow.made.acquire()
        assert slow.count == 4


def test_the_end_drops_what_is_not_begun(batches: Batches) -> None:
    slow = Slow(batches)
    with Prefetch(slow, 0, 12, ahead=4) as coming:
        slow.allowed.release(1)
        slow.made.acquire()
        slow.allowed.release(2)
    assert threads() == []
    assert slow.count <= 3
    assert list(coming) == []


def test_the_thread_ends_when_the_consumer_fails(batches: Batches) -> None:
    def consume() -> None:
        with Prefetch(batches, 0, 12) as coming:
            raise RunFailed(f"step {next(coming).step} is not finite")

    with pytest.raises(RunFailed, match="step 0 is not finite"):
        consume()
    assert threads() == []


def test_waiting_is_counted(batches: Batches, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([10.0, 10.5, 20.0, 20.25])
    monkeypatch.setattr("winnow.trainer.data.prefetch.time.perf_counter", lambda: next(clock))
    with Prefetch(batches, 0, 12) as coming:
        assert coming.waited == 0.0
        next(coming)
        assert coming.waited == 0.5
        next(coming)
    assert coming.waited == 0.75


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_pinned(batches: Batches) -> None:
    with Prefetch(batches, 0, 2, pinned=True) as coming:
        batch = next(coming)
    assert batch.tokens.is_pinned()
    assert batch.starts.is_pinned()
    assert np.array_equal(batch.tokens.numpy(), batches.rows(0, 0, 5).tokens)
