from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.attention.flex_attention import flex_attention

from tests.trainer.plain_varlen import flash_on_cpus, windowed_varlen
from tests.trainer.small_models import model_of, starts_of, tokens_of
from winnow.trainer.errors import RunFailed
from winnow.trainer.model import attention, attention_cuda, compiled
from winnow.trainer.model.compiled import for_each_shape


@pytest.fixture
def graphs(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[list[int]]]:
    """The inputs' sizes of each graph that is compiled, without the minutes of code that is generated."""
    real, found = torch.compile, list[list[int]]()

    def counted(graph: torch.fx.GraphModule, inputs: list[Any]) -> Any:
        found.append([value.numel() for value in inputs if isinstance(value, Tensor)])
        return graph.forward

    monkeypatch.setattr(torch, "compile", lambda of, dynamic, fullgraph, **_: real(
        of, dynamic=dynamic, fullgraph=fullgraph, backend=counted
    ))  # fmt: skip
    torch._dynamo.reset()
    limits: Any = torch._dynamo.config
    with limits.patch(recompile_limit=1):
        yield found
    torch._dynamo.reset()


def test_past_the_limit_of_shapes_is_an_error_and_not_the_slow_way(
    graphs: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "SHAPES", 2)
    double = for_each_shape(lambda of: 2 * of)
    for length in (3, 4, 3):
        assert torch.equal(double(torch.ones(length)), torch.full((length,), 2.0))
    with pytest.raises(RunFailed, match=r"more than 2 shapes.*machine\.micro_rows"):
        double(torch.ones(5))
    assert graphs == [[3], [4]]


@pytest.mark.slow
def test_as_many_shapes_as_a_calibration_tries_may_be_compiled(graphs: list[list[int]]) -> None:
    attend = for_each_shape(flex_attention)
    for rows in range(1, 11):
        query = torch.randn(rows, 1, 128, 16)
        assert attend(query, query, query).shape == query.shape
    assert len(graphs) == 10


@torch.library.custom_op("winnow::varlen", mutates_args=())
def varlen(query: Tensor, key: Tensor, value: Tensor, ends: Tensor, longest: int) -> Tensor:
    return windowed_varlen(query, key, value, ends, ends, longest, longest, window_size=(-1, 0), enable_gqa=True)


@varlen.register_fake
def _(query: Tensor, key: Tensor, value: Tensor, ends: Tensor, longest: int) -> Tensor:
    return torch.empty_like(query)


def test_the_number_of_documents_is_no_shape(graphs: list[list[int]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each batch has another; neither is the longest document's length."""
    monkeypatch.setattr(attention_cuda, "varlen_attn", lambda q, k, v, ends, _, longest, __, **___: varlen(
        q, k, v, ends, longest
    ))  # fmt: skip
    model = model_of("Qwen3, tied, grouped")
    tokens, batches = tokens_of(2, 30), [([7, 8], [20]), ([], []), ([1], []), (list(range(30)), list(range(0, 30, 2)))]
    with torch.no_grad():
        expected = [model.loss(tokens, starts_of(30, *starts), tokens) for starts in batches]
        monkeypatch.setattr(attention, "means", lambda *_: "varlen")
        loss_of = model.compiled_loss()
        found = [loss_of(tokens, starts_of(30, *starts), tokens) for starts in batches]
    torch.testing.assert_close(found, expected)
    assert len(graphs) == 3  # the block, the last norm, the loss of a few chunks


@pytest.mark.slow
@pytest.mark.skipif(attention_cuda.varlen_attn is None, reason="before torch 2.10")
@pytest.mark.parametrize("name", ["Qwen3, tied, grouped", "Qwen3, wide heads"])
def test_torch_s_own_varlen_is_traced_with_its_gradients(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real, graphs = torch.compile, torch._dynamo.utils.counters["stats"]
    monkeypatch.setattr(torch, "compile", lambda of, options, **given: real(of, backend="aot_eager", **given))
    torch._dynamo.reset()
    model, tokens = model_of(name), tokens_of(2, 31)
    inputs, targets, parameters = tokens[:, :-1].clone(), tokens[:, 1:], list(model.parameters())
    loss_of, before = model.compiled_loss(), graphs["unique_graphs"]
    for starts in (starts_of(30, [7, 8], [20]), starts_of(30, [], []), starts_of(30, list(range(30)), [2])):
        expected = torch.autograd.grad(model.loss(inputs, starts, targets), parameters)
        with flash_on_cpus(), monkeypatch.context() as on_cuda:
            on_cuda.setattr(attention, "means", lambda *_: "varlen")
            found = torch.autograd.grad(loss_of(inputs, starts, targets), parameters)
        for one, other in zip(found, expected, strict=True):
            assert (one - other).norm() <= 1e-5 * other.norm() + 1e-6
    assert graphs["unique_graphs"] - before == 3  # the block, the last norm, the loss of a few chunks
    torch._dynamo.reset()
