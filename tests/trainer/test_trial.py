import pytest
import torch

from trainer.config import ModelShape
from trainer.layouts import Layout
from trainer.model import Model
from trainer.trial import Trial, compiled, even


def model() -> Model:
    made = Model(Layout.of(ModelShape(layers=1, width=16, heads=2, mlp=32, context=8), 50, "causal"))
    made.initialise(0)
    return made


@pytest.mark.parametrize("document_mask", [True, False])
def test_a_trial_is_a_pass_forward_and_back(document_mask: bool) -> None:
    made = model()
    seen: list[tuple[torch.Tensor, torch.Tensor | None, torch.Tensor]] = []

    def loss_of(inputs: torch.Tensor, starts: torch.Tensor | None, targets: torch.Tensor) -> torch.Tensor:
        seen.append((inputs, starts, targets))
        return made.loss(inputs, starts, targets)

    trial = Trial(made, 8, document_mask)
    assert trial.tokens(3) == 24
    assert trial.rate(loss_of, 3) > 0
    ((inputs, starts, targets),) = seen
    assert inputs.shape == targets.shape == (3, 8)
    assert (None if starts is None else starts.sum(1).tolist()) == ([2, 2, 2] if document_mask else None)
    assert all(parameter.grad is not None for parameter in made.parameters())


def test_the_better_of_two_passes_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([2.0, 0.5])
    monkeypatch.setattr(Trial, "seconds", lambda *_: next(seconds))
    made = model()
    assert Trial(made, 8, True).best(made.loss, 3) == 48


@pytest.mark.parametrize(
    ("rows", "most", "expected"),
    [(8, 8, [8]), (9, 8, [4, 5]), (16, 8, [8, 8]), (5, 2, [1, 2, 2]), (1, 8, [1]), (7, 1, [1] * 7)],
)
def test_even(rows: int, most: int, expected: list[int]) -> None:
    assert even(rows, most) == expected


@pytest.mark.slow
def test_a_compiled_loss_is_the_loss() -> None:
    made = model()
    tokens = torch.randint(50, (2, 9), generator=torch.Generator().manual_seed(1))
    starts = torch.zeros(2, 8, dtype=torch.bool)
    starts[:, ::4] = True
    found = []
    for loss_of in (made.loss, compiled(made)):
        loss = loss_of(tokens[:, :-1], starts, tokens[:, 1:])
        torch.autograd.backward(loss)
        found.append((loss.detach(), [p.grad.clone() for p in made.parameters() if p.grad is not None]))
        made.zero_grad()
    torch.testing.assert_close(found[0], found[1])
