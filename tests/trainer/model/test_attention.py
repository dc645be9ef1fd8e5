from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.attention.flex_attention import create_block_mask

from tests.trainer.plain_varlen import plain_varlen, windowed_varlen
from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import ModelShape
from winnow.trainer.model import attention, attention_cuda, kernels
from winnow.trainer.model.attention_cuda import TILE, block_mask
from winnow.trainer.model.compiled import for_each_shape


def layout(causal: bool, heads: int = 4, groups: int = 2, width: int = 4) -> Layout:
    shape = ModelShape(layers=1, width=heads * width, heads=heads, kv_heads=groups, mlp=8, context=64)
    return Layout.of(shape, 50, "causal" if causal else "masked")


def starts_of(length: int, rows: int) -> Tensor:
    """Documents of uneven length, others in each row."""
    return torch.stack([torch.arange(length) % (3 + 2 * row) == 0 for row in range(rows)])


def seen(starts: Tensor | None, length: int, causal: bool) -> Tensor:
    """[B or 1, 1, T, T], written the plain way."""
    place = torch.arange(length)
    allowed = place[:, None] >= place[None, :] if causal else torch.ones(length, length, dtype=torch.bool)
    if starts is None:
        return allowed[None, None]
    documents = starts.cumsum(1)
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
    monkeypatch.setattr(kernels, "ROWS", 8)
    monkeypatch.setattr(torch.compiler, "is_compiling", lambda: compiling)
    query, key, value = inputs_of(2, 4, groups, length)
    starts = starts_of(length, 2) if masked else None
    mask = attention.masks(starts, length, layout(causal), torch.float32, query.device)
    found = attention.attend(query, key, value, mask, causal)
    allowed = seen(starts, length, causal)
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
    monkeypatch.setattr(kernels, "ROWS", 3)
    query, key, value = inputs_of(1, 2, 1, 7, torch.float64)
    mask = attention.masks(starts_of(7, 1), 7, layout(causal), torch.float64, query.device)
    assert torch.autograd.gradcheck(
        lambda query, key, value: attention.attend(query, key, value, mask, causal), (query, key, value)
    )


@pytest.mark.parametrize("compiling", [True, False])
def test_bfloat16_is_near_float32(compiling: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "ROWS", 8)
    monkeypatch.setattr(torch.compiler, "is_compiling", lambda: compiling)
    results = []
    for dtype in (torch.float32, torch.bfloat16):
        query, key, value = inputs_of(2, 4, 2, 20, torch.bfloat16)
        query, key, value = (tensor.detach().to(dtype).requires_grad_() for tensor in (query, key, value))
        mask = attention.masks(starts_of(20, 2), 20, layout(True), dtype, query.device)
        found = attention.attend(query, key, value, mask, True)
        assert found.dtype == dtype
        results.append((found, *torch.autograd.grad(found.float().square().sum(), (query, key, value))))
    for exact, near in zip(*results, strict=True):
        torch.testing.assert_close(near.float(), exact, rtol=0.05, atol=0.05)


def test_large_scores_do_not_overflow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.compiler, "is_compiling", lambda: True)  # the form that takes powers by hand
    query, key, value = inputs_of(1, 1, 1, 5)
    mask = attention.masks(None, 5, layout(True), torch.float32, query.device)
    found = attention.attend(query * 1e4, key * 1e4, value, mask, True)
    assert torch.isfinite(found).all()


@pytest.mark.parametrize("queries", [1, 2, 5])
def test_with_a_cache_the_last_positions_see_all_before_them(queries: int) -> None:
    query, key, value = inputs_of(2, 4, 2, 5)
    mask = attention.masks(None, 5, layout(True), torch.float32, query.device)
    whole = attention.attend(query, key, value, mask, True)
    found = attention.attend_cached(query[:, :, 5 - queries :], key, value)
    torch.testing.assert_close(found, whole[:, 5 - queries :], rtol=1e-5, atol=1e-5)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("means", ["varlen", "flex", "dense", None])
@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("compiling", [True, False])
def test_cuda_equals_the_plain_way(
    means: str | None, causal: bool, compiling: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    length, dtype = 300, torch.bfloat16 if means == "varlen" else torch.float32
    torch.manual_seed(1)
    query, key, value = (
        torch.randn(2, heads, length, 64, device="cuda", dtype=dtype, requires_grad=True) for heads in (4, 2, 2)
    )  # fmt: skip
    starts, shape = starts_of(length, 2) if means else None, layout(causal, width=64)
    if means == "varlen" and attention.means(shape, dtype, query.device) != "varlen":
        pytest.skip("this torch or GPU has no varlen attention")
    monkeypatch.setattr(attention, "means", lambda *_: means)
    mask = attention.masks(starts, length, shape, dtype, query.device)
    attend = for_each_shape(attention.attend) if compiling else attention.attend
    found = attend(query, key, value, mask, causal)
    allowed = seen(starts, length, causal).cuda()
    whole = functional.scaled_dot_product_attention(query, key, value, attn_mask=allowed, enable_gqa=True)
    expected, near = whole.transpose(1, 2).flatten(2), 2e-3 if dtype == torch.float32 else 2e-2
    torch.testing.assert_close(found, expected, rtol=near, atol=near)
    grad = torch.randn_like(found)
    gradients = torch.autograd.grad(found, (query, key, value), grad)
    wanted = torch.autograd.grad(expected, (query, key, value), grad)
    for one, other in zip(gradients, wanted, strict=True):
        torch.testing.assert_close(one, other, rtol=5 * near, atol=5 * near)


@pytest.fixture(params=[plain_varlen, windowed_varlen])
def varlen(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention_cuda, "varlen_attn", request.param)
    monkeypatch.setattr(attention, "means", lambda *_: "varlen")
    monkeypatch.setattr(attention_cuda, "_VARLEN", {causal: attention_cuda._spelt(causal) for causal in (True, False)})


@pytest.mark.usefixtures("varlen")
@pytest.mark.parametrize("length", [1, 2, 9, 20])
@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("groups", [1, 2, 4])
def test_documents_laid_end_to_end(length: int, causal: bool, groups: int) -> None:
    query, key, value = inputs_of(3, 4, groups, length)
    starts = starts_of(length, 3)
    starts[:, 0] = torch.tensor([True, False, True])  # what stands before the first beginning is a document too
    mask = attention.masks(starts, length, layout(causal), torch.float32, query.device)
    found = attention.attend(query, key, value, mask, causal)
    whole = functional.scaled_dot_product_attention(
        query, key, value, attn_mask=seen(starts, length, causal), enable_gqa=True
    )
    expected = whole.transpose(1, 2).flatten(2)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)
    grad = torch.randn_like(found)
    gradients = torch.autograd.grad(found, (query, key, value), grad)
    wanted = torch.autograd.grad(expected, (query, key, value), grad)
    for one, other in zip(gradients, wanted, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


def test_borders_are_of_rows_and_of_documents() -> None:
    starts = torch.tensor([[1, 0, 0, 1], [0, 0, 1, 0], [1, 1, 1, 1], [0, 0, 0, 0]], dtype=torch.bool)
    found = attention_cuda.borders(starts)
    assert (found.dtype, found.tolist()) == (torch.int32, [0, 3, 4, 6, 8, 9, 10, 11, 12, 16])
    assert not starts[1, 0]  # the batch's own stay as they are


def scaled(*inputs: Any, **named: Any) -> Tensor:
    return 1.2 * windowed_varlen(*inputs, **named)


def unmasked(*inputs: Any, **named: Any) -> Tensor:
    return windowed_varlen(*inputs, **named | {"window_size": (-1, -1)})


def failing(*_: Any, **__: Any) -> Tensor:
    raise RuntimeError("FlashAttention only supports Ampere GPUs or newer.")


@pytest.mark.usefixtures("varlen")
@pytest.mark.parametrize(("tried", "works"), [(None, True), (scaled, False), (unmasked, False), (failing, False)])
def test_varlen_is_tried_out_against_the_scaled_dot_product(
    tried: Any, works: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if tried is not None:
        monkeypatch.setattr(attention_cuda, "varlen_attn", tried)
        monkeypatch.setattr(attention_cuda, "_VARLEN", {True: {"window_size": (-1, 0), "enable_gqa": True}})
    assert attention_cuda.varlen_works(layout(True), torch.float32, torch.device("cpu")) == works


@pytest.mark.parametrize(
    ("known", "works", "triton", "dtype", "expected"),
    [
        (True, True, False, torch.bfloat16, "varlen"),
        (True, True, True, torch.float32, "flex"),
        (True, False, True, torch.bfloat16, "flex"),
        (False, True, True, torch.bfloat16, "flex"),  # torch 2.9
        (False, True, False, torch.bfloat16, "dense"),
    ],
)
def test_what_each_device_is_fast_with(
    known: bool, works: bool, triton: bool, dtype: torch.dtype, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attention_cuda, "varlen_attn", plain_varlen if known else None)
    monkeypatch.setattr(attention_cuda, "varlen_works", lambda *_: works)
    monkeypatch.setattr(attention, "find_spec", lambda _: triton or None)
    means = attention.means.__wrapped__
    assert means(layout(True), dtype, torch.device("cuda")) == expected
    assert means(layout(True), dtype, torch.device("cpu")) == "blocks"


@pytest.mark.parametrize("causal", [True, False])
def test_a_mask_of_all_pairs(causal: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "means", lambda *_: "dense")
    query, key, value = inputs_of(2, 4, 2, 20)
    for starts in (starts_of(20, 2), None):
        mask = attention.masks(starts, 20, layout(causal), torch.float32, query.device)
        found = attention.attend(query, key, value, mask, causal)
        whole = functional.scaled_dot_product_attention(
            query, key, value, attn_mask=seen(starts, 20, causal), enable_gqa=True
        )
        torch.testing.assert_close(found, whole.transpose(1, 2).flatten(2))


def documents_like(kind: str, length: int) -> Tensor:
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
    documents = documents_like(kind, length)

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
