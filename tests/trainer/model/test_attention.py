from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from winnow.trainer.model import attention


def documents_of(length: int, rows: int) -> Tensor:
    """Runs of uneven length, another in each row."""
    return torch.stack([torch.arange(length) // (3 + 2 * row) for row in range(rows)])


def seen(documents: Tensor | None, length: int, causal: bool) -> Tensor:
    """[B or 1, 1, T, T], written the plain way."""
    place = torch.arange(length)
    allowed = place[:, None] >= place[None, :] if causal else torch.ones(length, length, dtype=torch.bool)
    if documents is None:
        return allowed[None, None]
    return (allowed & (documents[:, :, None] == documents[:, None, :]))[:, None]


def inputs_of(
    rows: int, heads: int, groups: int, length: int, dtype: torch.dtype = torch.float32
) -> tuple[Tensor, Tensor, Tensor]:
    torch.manual_seed(length)
    shapes = ((rows, heads, length, 4), (rows, groups, length, 4), (rows, groups, length, 4))
    query, key, value = (torch.randn(shape).to(dtype).requires_grad_() for shape in shapes)
    return query, key, value


@pytest.mark.parametrize("length", [1, 2, 7, 8, 9, 20])
@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("masked", [True, False])
@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("compiling", [True, False])
def test_blocks_equal_whole_attention(
    length: int, causal: bool, masked: bool, groups: int, compiling: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attention, "ROWS", 8)
    monkeypatch.setattr(torch.compiler, "is_compiling", lambda: compiling)
    query, key, value = inputs_of(2, 4, groups, length)
    documents = documents_of(length, 2) if masked else None
    mask = attention.masks(documents, length, causal, torch.float32, query.device)
    found = attention.attend(query, key, value, mask, causal)
    allowed = seen(documents, length, causal)
    whole = functional.scaled_dot_product_attention(query, key, value, attn_mask=allowed, enable_gqa=True)
    expected = whole.transpose(1, 2).flatten(2)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)
    grad = torch.randn_like(found)
    gradients = torch.autograd.grad(found, (query, key, value), grad)
    wanted = torch.autograd.grad(expected, (query, key, value), grad)
    for one, other in zip(gradients, wanted, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("causal", [True, False])
def test_gradients_by_differences(causal: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "ROWS", 3)
    query, key, value = inputs_of(1, 2, 1, 7, torch.float64)
    mask = attention.masks(documents_of(7, 1), 7, causal, torch.float64, query.device)
    assert torch.autograd.gradcheck(
        lambda query, key, value: attention.attend(query, key, value, mask, causal), (query, key, value)
    )


@pytest.mark.parametrize("compiling", [True, False])
def test_bfloat16_is_near_float32(compiling: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "ROWS", 8)
    monkeypatch.setattr(torch.compiler, "is_compiling", lambda: compiling)
    results = []
    for dtype in (torch.float32, torch.bfloat16):
        query, key, value = inputs_of(2, 4, 2, 20, torch.bfloat16)
        query, key, value = (tensor.detach().to(dtype).requires_grad_() for tensor in (query, key, value))
        mask = attention.masks(documents_of(20, 2), 20, True, dtype, query.device)
        found = attention.attend(query, key, value, mask, True)
        assert found.dtype == dtype
        results.append((found, *torch.autograd.grad(found.float().square().sum(), (query, key, value))))
    for exact, near in zip(*results, strict=True):
        torch.testing.assert_close(near.float(), exact, rtol=0.05, atol=0.05)


def test_large_scores_do_not_overflow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.compiler, "is_compiling", lambda: True)  # the form that takes powers by hand
    query, key, value = inputs_of(1, 1, 1, 5)
    mask = attention.masks(None, 5, True, torch.float32, query.device)
    found = attention.attend(query * 1e4, key * 1e4, value, mask, True)
    assert torch.isfinite(found).all()


@pytest.mark.parametrize("queries", [1, 2, 5])
def test_with_a_cache_the_last_positions_see_all_before_them(queries: int) -> None:
    query, key, value = inputs_of(2, 4, 2, 5)
    mask = attention.masks(None, 5, True, torch.float32, query.device)
    whole = attention.attend(query, key, value, mask, True)
    found = attention.attend_cached(query[:, :, 5 - queries :], key, value)
    torch.testing.assert_close(found, whole[:, 5 - queries :], rtol=1e-5, atol=1e-5)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("masked", [True, False])
@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("compiled", [True, False])
def test_cuda_equals_the_plain_way(masked: bool, causal: bool, compiled: bool) -> None:
    length = 300
    torch.manual_seed(1)
    query, key, value = (
        torch.randn(2, heads, length, 64, device="cuda", requires_grad=True) for heads in (4, 2, 2)
    )  # fmt: skip
    documents = documents_of(length, 2).cuda() if masked else None
    mask = attention.masks(documents, length, causal, torch.float32, query.device)
    attend = torch.compile(attention.attend, dynamic=False) if compiled else attention.attend
    found = attend(query, key, value, mask, causal)
    allowed = seen(None if documents is None else documents.cpu(), length, causal).cuda()
    whole = functional.scaled_dot_product_attention(query, key, value, attn_mask=allowed, enable_gqa=True)
    torch.testing.assert_close(found, whole.transpose(1, 2).flatten(2), rtol=2e-3, atol=2e-3)
    grad = torch.randn_like(found)
    gradients = torch.autograd.grad(found, (query, key, value), grad)
    wanted = torch.autograd.grad(whole.transpose(1, 2).flatten(2), (query, key, value), grad)
    for one, other in zip(gradients, wanted, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-2, atol=1e-2)


@pytest.fixture
def flex(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Compiled anew, without the minutes of the code that is generated."""
    real: Any = torch.compile
    monkeypatch.setattr(torch, "compile", lambda of, **how: real(of, backend="eager", **how))
    attention._compiled_flex.cache_clear()
    config: Any = torch._dynamo.config
    with config.patch(recompile_limit=1):
        yield monkeypatch
    attention._compiled_flex.cache_clear()
    torch._dynamo.reset()


@pytest.mark.slow
def test_past_the_limit_of_shapes_is_an_error_and_not_the_slow_way(flex: pytest.MonkeyPatch) -> None:
    flex.setattr(attention, "SHAPES", 2)
    attend = attention._compiled_flex()
    one, two, three = (torch.randn(rows, 1, 128, 16) for rows in (1, 2, 3))
    for query in (one, two, one):
        assert attend(query, query, query).shape == query.shape
    with pytest.raises(Exception, match="fullgraph"):
        attend(three, three, three)


@pytest.mark.slow
@pytest.mark.usefixtures("flex")
def test_as_many_shapes_as_a_calibration_tries_may_be_compiled() -> None:
    attend = attention._compiled_flex()
    for rows in range(1, 11):
        query = torch.randn(rows, 1, 128, 16)
        assert attend(query, query, query).shape == query.shape
