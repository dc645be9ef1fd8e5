"""Shards on four processes over gloo, beside the same steps on one."""

import functools
from typing import Any

import pytest
import torch

from tests.trainer.launched import forked, told
from tests.trainer.parallel import sharded_steps
from winnow.trainer.parallel import shards
from winnow.trainer.parallel.ranks import Ranks


@pytest.mark.parametrize(
    ("rows", "world", "expected"),
    [(8, 4, [2, 2, 2, 2]), (9, 4, [3, 3, 3, 0]), (10, 4, [3, 3, 3, 1]), (1, 3, [1, 0, 0]), (0, 2, [0, 0]), (5, 1, [5])],
)
def test_sizes_are_those_of_torchs_chunks(rows: int, world: int, expected: list[int]) -> None:
    assert shards.sizes(rows, world) == expected
    if rows:
        chunks = [len(chunk) for chunk in torch.arange(rows).chunk(world)]
        assert expected == chunks + [0] * (world - len(chunks))


def test_what_is_no_shard_is_whole() -> None:
    tensor = torch.arange(6.0).view(3, 2)
    assert not shards.is_shard(tensor)
    for same in (shards.local(tensor), shards.whole(tensor), shards.like(tensor, tensor)):
        assert same is tensor
    assert shards.rows(tensor, Ranks()) == ...


@functools.cache
def alone(name: str) -> dict[str, Any]:
    return sharded_steps.taken(name, Ranks(), shards=False)


def taken(ranks: Ranks) -> dict[str, Any]:
    return {name: sharded_steps.taken(name, ranks, shards=True) for name in sharded_steps.SHAPES}


@pytest.fixture(scope="module")
def found() -> list[dict[str, Any]]:
    """What each of four ranks tells."""
    return told(forked(4, taken))


@pytest.mark.distributed
@pytest.mark.parametrize("name", sharded_steps.SHAPES)
def test_four_shards_take_the_same_steps_as_one_process(found: list[dict[str, Any]], name: str) -> None:
    one = alone(name)
    for of_rank in found:
        assert of_rank[name]["losses"] == pytest.approx(one["losses"], rel=1e-4)
        assert of_rank[name]["norms"] == pytest.approx(one["norms"], rel=3e-3)  # AdamW's first steps are signs
        assert of_rank[name]["sums"] == pytest.approx(one["sums"], rel=1e-3, abs=1e-3)


@pytest.mark.distributed
def test_parameters_and_moments_of_10m_are_at_most_three_tenths(found: list[dict[str, Any]]) -> None:
    one = alone("10m")["bytes"]
    assert one == 4 * 16_914_816 + 4 * 10_616_832 + 8 * 6_297_984 + 4  # weights, Muon's and AdamW's moments, steps
    for of_rank in found:
        assert 0.25 * one < of_rank["10m"]["bytes"] <= 0.3 * one
