import pytest
import torch

from winnow.trainer.optim.muon import newton_schulz


@pytest.mark.parametrize("shape", [(3, 16, 16), (2, 48, 16), (2, 16, 48), (1, 1, 5)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_newton_schulz_brings_every_singular_value_near_one(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    stack = torch.randn(shape, generator=torch.Generator().manual_seed(1)) * 1e-3
    found = newton_schulz(stack, dtype)
    assert (found.shape, found.dtype) == (stack.shape, dtype)
    values = torch.linalg.svdvals(found.float())
    assert 0.5 < values.min() <= values.max() < 1.3
    u, _, v = torch.linalg.svd(stack, full_matrices=False)
    alike = torch.nn.functional.cosine_similarity(found.float().flatten(1), (u @ v).flatten(1))
    assert alike.min() > 0.95


def test_newton_schulz_of_zeros_is_zeros() -> None:
    assert torch.equal(newton_schulz(torch.zeros(2, 4, 8), torch.float32), torch.zeros(2, 4, 8))
