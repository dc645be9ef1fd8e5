import pytest
import torch

from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import Config, Data, Masking, ModelShape
from winnow.trainer.model.model import Model
from winnow.trainer.run.trial import Trial

SHAPE = ModelShape(layers=1, width=16, heads=2, mlp=32, context=8)


def model() -> Model:
    made = Model(Layout.of(SHAPE, 50, "causal"))
    made.initialise(0)
    return made


@pytest.mark.parametrize("document_mask", [True, False])
def test_a_trial_is_a_pass_forward_and_back(document_mask: bool) -> None:
    made = model()
    seen: list[tuple[torch.Tensor, torch.Tensor | None, torch.Tensor, int]] = []

    def loss_of(inputs: torch.Tensor, starts: torch.Tensor | None, targets: torch.Tensor, most: int) -> torch.Tensor:
        seen.append((inputs, starts, targets, most))
        return made.loss(inputs, starts, targets, most)

    trial = Trial(made, Config(Data("", document_mask=document_mask), model=SHAPE))
    assert trial.tokens(3) == 24
    assert trial.seconds(loss_of, 3) > 0
    ((inputs, starts, targets, most),) = seen
    assert inputs.shape == targets.shape == (3, 8)
    assert most == 24
    assert (None if starts is None else starts.sum(1).tolist()) == ([2, 2, 2] if document_mask else None)
    assert all(parameter.grad is not None for parameter in made.parameters())


def test_an_encoders_pass_counts_the_hidden_tokens_only() -> None:
    made, asked = model(), list[int]()

    def loss_of(inputs: torch.Tensor, starts: torch.Tensor | None, targets: torch.Tensor, most: int) -> torch.Tensor:
        asked.append(most)
        return made.loss(inputs, starts, targets, most)

    Trial(made, Config(Data(""), objective="masked", model=SHAPE, masking=Masking(share=0.25))).seconds(loss_of, 3)
    assert asked == [6]


def test_the_better_of_two_passes_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([2.0, 0.5])
    monkeypatch.setattr(Trial, "seconds", lambda *_: next(seconds))
    made = model()
    assert Trial(made, Config(Data(""), model=SHAPE)).best(made.loss, 3) == 48


@pytest.mark.slow
def test_a_compiled_loss_is_the_loss() -> None:
    made = model()
    tokens = torch.randint(50, (2, 9), generator=torch.Generator().manual_seed(1))
    starts = torch.zeros(2, 8, dtype=torch.bool)
    starts[:, ::4] = True
    found = []
    for loss_of in (made.loss, made.compiled_loss()):
        loss = loss_of(tokens[:, :-1], starts, tokens[:, 1:])
        torch.autograd.backward(loss)
        found.append((loss.detach(), [p.grad.clone() for p in made.parameters() if p.grad is not None]))
        made.zero_grad()
    torch.testing.assert_close(found[0], found[1])
