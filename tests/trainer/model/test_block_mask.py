import pytest
import torch
from torch import Tensor
from torch.nn.attention.flex_attention import create_block_mask

from winnow.trainer.model.block_mask import TILE, block_mask


def documents_of(kind: str, length: int) -> Tensor:
    torch.manual_seed(length)
    if kind == "one":
        return torch.zeros(2, length, dtype=torch.int64)
    chance = {"long": 1 / 300, "short": 1 / 20, "each": 1.0}[kind]
    starts = torch.rand(3, length) < chance
    return starts.cumsum(1)


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("kind", ["one", "long", "short", "each"])
@pytest.mark.parametrize("length", [1, TILE - 1, TILE, TILE + 1, 5 * TILE, 5 * TILE + 60])
def test_tiles_are_those_that_torch_finds_by_looking_at_all_pairs(causal: bool, kind: str, length: int) -> None:
    documents = documents_of(kind, length)

    def seen(row: Tensor, head: Tensor, query: Tensor, key: Tensor) -> Tensor:
        same = documents[row, query] == documents[row, key]
        return same & (query >= key) if causal else same

    expected = create_block_mask(seen, len(documents), None, length, length, device="cpu", BLOCK_SIZE=TILE)
    found = block_mask(documents, causal)
    assert torch.equal(found.to_dense(), expected.to_dense())
    for name in ("kv_num_blocks", "full_kv_num_blocks", "q_num_blocks", "full_q_num_blocks"):
        assert torch.equal(getattr(found, name), getattr(expected, name)), name
    assert found.seq_lengths == expected.seq_lengths
    places = torch.arange(length)
    grid = found.mask_mod(torch.tensor(0), torch.tensor(0), places[:, None], places[None, :])
    assert torch.equal(grid, seen(torch.tensor(0), torch.tensor(0), places[:, None], places[None, :]))
