from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch
from torch import nn

from winnow.trainer.config import settings as config
from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import ModelShape
from winnow.trainer.errors import RunFailed
from winnow.trainer.model.model import Model
from winnow.trainer.optim.optimizer import Optimizer
from winnow.trainer.parallel.ranks import Ranks

ONE, ZERO = torch.tensor(1.0), torch.tensor(0.0)
SHAPE = ModelShape(layers=2, width=16, heads=2, kv_heads=1, mlp=48, context=8)
LAYOUT = Layout.of(SHAPE, 50, "causal")


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def small(seed: int = 0) -> Model:
    model = Model(LAYOUT)
    model.initialise(seed)
    return model


def settings(name: str = "muon", embedding: float = 1.0) -> config.Optimizer:
    return config.Optimizer(name=name, rate=1e-2, embedding=embedding)  # type: ignore[arg-type]


def backward(model: Model, seed: int) -> None:
    tokens = torch.randint(50, (3, 9), generator=torch.Generator().manual_seed(seed))
    torch.autograd.backward(model.loss(tokens[:, :-1], None, tokens[:, 1:]))


def stepped(model: Model, optimizer: Optimizer, seeds: range) -> None:
    for seed in seeds:
        optimizer.gradients.zero()
        backward(model, seed)
        optimizer.step(1e-2, ONE)


def weights(model: nn.Module) -> dict[str, torch.Tensor]:
    return {name: p.detach().clone() for name, p in model.named_parameters()}


def equal(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.slow  # torch's own optimizers take seconds to import
def test_muon_takes_the_same_steps_as_torchs() -> None:
    ours, theirs = small(), small()
    optimizer = Optimizer(ours, settings(), torch.bfloat16, Ranks())
    matrices = {name: p for role, name, p in theirs.roles() if role == "matrix"}
    stock = torch.optim.Muon(
        list(matrices.values()), lr=1e-2, weight_decay=0.1, momentum=0.95, adjust_lr_fn="match_rms_adamw"
    )
    for seed in range(3):
        torch.manual_seed(seed)
        for name, parameter in matrices.items():
            parameter.grad = torch.randn_like(parameter)
            gradient = ours.get_parameter(name).grad
            assert gradient is not None
            gradient.copy_(parameter.grad)
        stock.step()  # type: ignore[no-untyped-call]
        optimizer.step(1e-2, ONE)
    for name, parameter in matrices.items():  # the deviation of three steps is about 6e-3; bfloat16's share of it 1/30
        torch.testing.assert_close(weights(ours)[name], parameter.detach(), atol=1e-3, rtol=0, msg=name)


@pytest.mark.slow
def test_plain_adamw_moves_all_as_torchs_does() -> None:
    ours, theirs = small(), small()
    optimizer = Optimizer(ours, settings("adamw"), torch.bfloat16, Ranks())
    groups = [
        {"params": [p for p in theirs.parameters() if p.ndim > 1], "weight_decay": 0.1},
        {"params": [p for p in theirs.parameters() if p.ndim == 1], "weight_decay": 0.0},
    ]
    adamw = torch.optim.AdamW(groups, lr=1e-2, betas=(0.9, 0.95), fused=True)
    for seed in range(3):
        theirs.zero_grad()
        backward(theirs, seed)
        adamw.step()
    stepped(ours, optimizer, range(3))
    assert equal(weights(ours), weights(theirs))


@pytest.mark.parametrize("name", ["muon", "adamw"])
@pytest.mark.parametrize(
    ("moved", "tied", "times"), [("embed_tokens", False, 8), ("embed_tokens", True, 1), ("lm_head", False, 1)]
)
def test_adamw_by_its_formulas(name: str, moved: str, tied: bool, times: int) -> None:
    """Two steps of Loshchilov & Hutter's algorithm 2, by hand; only an embedding that is no head moves faster."""
    model = Model(Layout.of(replace(SHAPE, tied=tied), 50, "causal"))
    model.initialise(0)
    optimizer = Optimizer(model, settings(name, embedding=8.0), torch.float32, Ranks())
    (weight,) = (p for of, p in model.named_parameters() if moved in of)
    expected, mean, square = weight.detach().clone(), torch.zeros(()), torch.zeros(())
    for step in (1, 2):
        optimizer.gradients.zero()
        backward(model, step)
        assert weight.grad is not None
        mean = 0.9 * mean + 0.1 * weight.grad
        square = 0.95 * square + 0.05 * weight.grad**2
        optimizer.step(1e-2, ONE)
        root = (square / (1 - 0.95**step)).sqrt() + 1e-8
        expected = expected * (1 - 1e-2 * 0.1) - times * 1e-2 * mean / (1 - 0.9**step) / root
    torch.testing.assert_close(weight.detach(), expected)


@pytest.mark.parametrize("name", ["muon", "adamw"])
@pytest.mark.parametrize("poison", [float("nan"), float("inf"), 1e30])
def test_an_unsound_step_leaves_every_bit(name: str, poison: float) -> None:
    model = small()
    optimizer = Optimizer(model, settings(name), torch.bfloat16, Ranks())
    stepped(model, optimizer, range(2))
    before, moments = weights(model), {n: t.clone() for n, t in optimizer.state().items()}
    optimizer.gradients.flat.fill_(poison)
    optimizer.step(1e-2, ZERO)
    assert equal(before, weights(model))
    assert equal(moments, optimizer.state())


@pytest.mark.parametrize("name", ["muon", "adamw"])
def test_state_taken_over_goes_on_bit_for_bit(name: str) -> None:
    model = small()
    optimizer = Optimizer(model, settings(name), torch.bfloat16, Ranks())
    stepped(model, optimizer, range(2))
    other = small(seed=1)
    other.load_state_dict(model.state_dict())
    again = Optimizer(other, settings(name), torch.bfloat16, Ranks())
    again.load({n: t.clone() for n, t in optimizer.state().items()})
    stepped(model, optimizer, range(2, 5))
    stepped(other, again, range(2, 5))
    assert equal(weights(other), weights(model))
    assert equal(again.state(), optimizer.state())


def test_every_parameter_has_its_moments() -> None:
    model = small()
    state = Optimizer(model, settings(), torch.bfloat16, Ranks()).state()
    role = {name: role for role, name, _ in model.roles()}
    assert state.keys() == {"steps"} | {
        f"{kind}.{name}" for name in role for kind in (["momentum"] if role[name] == "matrix" else ["mean", "square"])
    }


def test_a_state_of_another_run_is_named() -> None:
    optimizer = Optimizer(small(), settings(), torch.bfloat16, Ranks())
    state = optimizer.state() | {"mean.model.norm.weight": torch.zeros(3)}
    with pytest.raises(RunFailed, match=r"mean\.model\.norm\.weight is missing or not \(16,\)"):
        optimizer.load(state)


def test_norms_do_not_decay_and_matrices_do() -> None:
    model = small()
    optimizer = Optimizer(model, settings(), torch.bfloat16, Ranks())
    before = weights(model)
    optimizer.gradients.zero()
    optimizer.step(1e-2, ONE)
    for role, name, parameter in model.roles():
        expected = before[name] * (1 if role == "norm" else 1 - 1e-2 * 0.1)
        torch.testing.assert_close(parameter.detach(), expected, msg=name)
