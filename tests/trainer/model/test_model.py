import math
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from tests.trainer.small_models import NAMES, VOCAB, layout_of, model_of, starts_of, tokens_of
from winnow.trainer.errors import BadCall
from winnow.trainer.model import kernels
from winnow.trainer.model.attention import Cache
from winnow.trainer.model.loss import IGNORED
from winnow.trainer.model.model import Model

LENGTH = 30
DOCUMENTS = ((0, 7), (7, 8), (8, 19), (19, 30))
"""Of the first row; the second is one document."""


@pytest.fixture(params=NAMES)
def model(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Model:
    monkeypatch.setattr(kernels, "ROWS", 16)  # so that documents cross blocks
    return model_of(request.param)


def test_masked_documents_are_as_each_alone(model: Model) -> None:
    tokens = tokens_of(2, LENGTH)
    with torch.no_grad():
        whole = model.hidden(tokens, starts_of(LENGTH, [first for first, _ in DOCUMENTS], []))
        alone = torch.cat([model.hidden(tokens[:1, first:stop]) for first, stop in DOCUMENTS], dim=1)
        torch.testing.assert_close(whole[:1], alone, rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(whole[1:], model.hidden(tokens[1:]), rtol=1e-5, atol=1e-5)


def test_losses_of_masked_documents_are_as_each_alone(model: Model) -> None:
    tokens, targets = tokens_of(1, LENGTH), tokens_of(2, LENGTH)[1:]
    parameters = list(model.parameters())
    whole = model.loss(tokens, starts_of(LENGTH, [first for first, _ in DOCUMENTS]), targets)
    alone = sum(model.loss(tokens[:, slice(*ends)], None, targets[:, slice(*ends)]) for ends in DOCUMENTS)
    assert isinstance(alone, Tensor)
    torch.testing.assert_close(whole, alone)
    for one, other in zip(torch.autograd.grad(whole, parameters), torch.autograd.grad(alone, parameters), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-4)


def test_who_sees_later_tokens(model: Model) -> None:
    tokens = tokens_of(1, LENGTH)
    changed = tokens.clone()
    changed[0, 20] = (changed[0, 20] + 1) % VOCAB
    with torch.no_grad():
        differs = (model.hidden(tokens) != model.hidden(changed)).any(-1)[0]
    assert differs[20:].all()
    assert differs[:20].any() == (not model.layout.causal)


def test_the_loss_is_the_sum_over_counted_positions(model: Model) -> None:
    tokens, targets = tokens_of(2, LENGTH), tokens_of(4, LENGTH)[2:]
    targets[0, :5] = targets[1, 29] = IGNORED
    expected = functional.cross_entropy(model(tokens).flatten(0, 1), targets.flatten(), reduction="sum")
    found = model.loss(tokens, None, targets)
    torch.testing.assert_close(found, expected)
    parameters = list(model.parameters())
    for one, other in zip(
        torch.autograd.grad(found, parameters), torch.autograd.grad(expected, parameters), strict=True
    ):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-4)


def test_with_few_counted_the_others_cost_nothing_and_change_nothing(model: Model) -> None:
    tokens, targets = tokens_of(2, LENGTH), torch.full((2, LENGTH), IGNORED)
    targets[0, 3], targets[1, 0], targets[1, 29] = 5, 6, 7
    parameters = list(model.parameters())
    expected = model.loss(tokens, None, targets)
    grads = torch.autograd.grad(expected, parameters)
    for most in (3, 4, 2 * LENGTH, 999):
        found = model.loss(tokens, None, targets, most=most)
        torch.testing.assert_close(found, expected)
        for one, other in zip(torch.autograd.grad(found, parameters), grads, strict=True):
            torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


def _passed(model: Model) -> tuple[list[Tensor], int]:
    """The loss and all gradients of a pass, and how many tensors it kept for the way back."""
    kept = list[Tensor]()

    def keep(tensor: Tensor) -> Tensor:
        kept.append(tensor)
        return tensor

    tokens = tokens_of(2, LENGTH + 1)
    model.zero_grad()
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        loss = model.loss(tokens[:, :-1], starts_of(LENGTH, [first for first, _ in DOCUMENTS], []), tokens[:, 1:])
    torch.autograd.backward(loss)
    return [loss, *(p.grad for p in model.parameters() if p.grad is not None)], len(kept)


@pytest.mark.parametrize("every", [1, 2])
def test_what_is_recomputed_changes_no_bit_and_is_not_kept(model: Model, every: int) -> None:
    plain, most = _passed(model)
    model.recomputed = every
    again, less = _passed(model)
    assert len(plain) == len(again) > 10
    assert all(torch.equal(a, b) for a, b in zip(plain, again, strict=True))
    assert less < most


def test_one_batch_overfits(model: Model) -> None:
    tokens = tokens_of(1, LENGTH)
    inputs, targets = tokens[:, :-1], tokens[:, 1:]
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for _ in range(60):
        loss = model.loss(inputs, None, targets) / targets.numel()
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
    assert loss.item() < 0.1


def test_bfloat16_keeps_weights_and_gradients_in_float32(model: Model) -> None:
    tokens, targets = tokens_of(2, LENGTH), tokens_of(4, LENGTH)[2:]
    exact = model.loss(tokens, None, targets)
    model.dtype = torch.bfloat16
    assert model.hidden(tokens).dtype == torch.bfloat16
    found = model.loss(tokens, None, targets)
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, exact, rtol=0.01, atol=0)
    torch.autograd.backward(found)
    assert all(parameter.grad is not None for parameter in model.parameters())
    assert {
        (parameter.dtype, parameter.grad.dtype) for parameter in model.parameters() if parameter.grad is not None
    } == {(torch.float32, torch.float32)}


@pytest.mark.parametrize("name", [name for name in NAMES if "EuroBERT" not in name])
@pytest.mark.parametrize("cut", [(1,) * 10, (10,), (4, 1, 5), (9, 1)])
def test_with_a_cache_each_token_is_read_once(name: str, cut: tuple[int, ...]) -> None:
    model, tokens = model_of(name), tokens_of(2, sum(cut))
    cache = Cache(model.layout, 2, 12, torch.float32, tokens.device)
    with torch.no_grad():
        parts = [model.hidden(part, cache=cache) for part in tokens.split(list(cut), dim=1)]
        torch.testing.assert_close(torch.cat(parts, dim=1), model.hidden(tokens), rtol=1e-5, atol=1e-5)
    assert cache.length == sum(cut)


def test_an_encoder_has_no_cache() -> None:
    with pytest.raises(BadCall, match="EuroBertForMaskedLM sees both directions"):
        Cache(layout_of("EuroBERT, tied"), 1, 8, torch.float32, torch.device("cpu"))


@pytest.mark.parametrize("name", NAMES)
def test_weights_are_a_function_of_the_seed(name: str) -> None:
    models = [Model(layout_of(name)) for _ in range(3)]
    for model, seed in zip(models, (1, 1, 2), strict=True):
        torch.manual_seed(seed + 7)  # which is not looked at
        model.initialise(seed)
    same, other = (
        [torch.equal(*pair) for pair in zip(models[0].parameters(), m.parameters(), strict=True)] for m in models[1:]
    )
    assert all(same)
    assert not all(other)


@pytest.mark.parametrize(
    ("name", "outside"),
    [("Qwen3, wide heads", {"embedding": 0.8, "head": 0.001}), ("Qwen3, tied, grouped", {"embedding": 0.02})],
)
def test_what_new_weights_look_like(name: str, outside: dict[str, float]) -> None:
    model = Model(layout_of(name))
    model.initialise(1)
    for role, of, parameter in model.roles():
        if role == "norm":
            assert (parameter == 1).all(), of
        elif "o_proj" in of or "down_proj" in of:
            assert (parameter == 0).all(), of
        else:
            expected = outside.get(role, parameter.shape[1] ** -0.5)
            assert parameter.std().item() == pytest.approx(expected, rel=0.1), of
            assert parameter.mean().item() == pytest.approx(0, abs=0.2 * expected), of
    tokens = tokens_of(2, LENGTH)
    loss = model.loss(tokens[:, :-1], None, tokens[:, 1:]).item() / tokens[:, 1:].numel()
    assert loss == pytest.approx(math.log(128), abs=0.1)  # 100 tokens fill 128 rows


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_has_one_role(name: str) -> None:
    model = model_of(name)
    roles = list(model.roles())
    assert [(name, id(parameter)) for _, name, parameter in roles] == [
        (name, id(parameter)) for name, parameter in model.named_parameters()
    ]
    named = {
        role: {name for found, name, _ in roles if found == role} for role in ("matrix", "embedding", "head", "norm")
    }
    assert named["embedding"] == {"model.embed_tokens.weight"}
    assert named["head"] == (set() if model.layout.tied else {"lm_head.weight"})
    assert len(named["matrix"]) == 2 * 7
    biases = 3 if model.layout.biased else 0
    assert len(named["norm"]) == 2 * ((4 if model.layout.qk_norm else 2) + biases) + 1


def test_operations_by_hand() -> None:
    model = Model(layout_of("Qwen3, wide heads"))
    width, inner, grouped, mlp, rows = 32, 4 * 16, 16, 48, 128
    block = 2 * width * inner + 2 * width * grouped + 3 * width * mlp
    assert model.matrix_parameters() == 2 * block + rows * width
    assert model.flops_per_token(40) == 6 * (2 * block + rows * width) + 12 * 2 * inner * 40
    tied = Model(layout_of("Qwen3, tied, grouped"))
    assert tied.matrix_parameters() == sum(p.numel() for p in tied.parameters() if p.dim() == 2)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "dtype"),
    [
        ("Qwen3, tied, grouped", torch.float32),
        ("Qwen3, tied, grouped", torch.bfloat16),
        ("Llama, grouped", torch.float32),
        ("EuroBERT, tied", torch.bfloat16),
    ],
)
def test_compiled_is_the_same(name: str, dtype: torch.dtype, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(kernels, "ROWS", 16)
    torch._dynamo.reset()
    model = model_of(name)
    model.dtype = dtype
    tokens, targets = tokens_of(2, LENGTH), tokens_of(4, LENGTH)[2:]
    targets[0, :20] = IGNORED
    parameters = list(model.parameters())
    batches = [(None, None), (starts_of(LENGTH, [7, 8, 19], [20]), None), (None, 2 * LENGTH - 20)]
    expected = [model.loss(tokens, starts, targets, most) for starts, most in batches]
    grads = [torch.autograd.grad(loss, parameters) for loss in expected]
    compiled = model.compiled_loss()
    near = {"rtol": 1e-4, "atol": 1e-5} if dtype == torch.float32 else {"rtol": 2e-2, "atol": 2e-2}
    for (starts, most), loss, grad in zip(batches, expected, grads, strict=True):
        found = compiled(tokens, starts, targets, most)
        torch.testing.assert_close(found, loss, **near)
        for one, other in zip(torch.autograd.grad(found, parameters), grad, strict=True):
            assert (one - other).norm() <= (1e-5 if dtype == torch.float32 else 0.06) * other.norm() + 1e-6
