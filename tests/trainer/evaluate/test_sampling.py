import pytest
import torch

from winnow.trainer.errors import BadCall
from winnow.trainer.evaluate.sampling import Sampling

LOGITS = torch.tensor([1.0, 3.0, 2.0, 0.0])


@pytest.mark.parametrize(
    ("sampling", "possible"),
    [
        (Sampling(0), {1}),
        (Sampling(1.0), {0, 1, 2, 3}),
        (Sampling(1.0, top_k=1), {1}),
        (Sampling(1.0, top_k=2), {1, 2}),
        (Sampling(1.0, top_k=9), {0, 1, 2, 3}),
        (Sampling(1.0, top_p=0.01), {1}),
        (Sampling(1.0, top_p=0.643), {1}),  # the likeliest has 0.6439
        (Sampling(1.0, top_p=0.645), {1, 2}),
        (Sampling(0.01), {1}),
    ],
)
def test_which_tokens_can_be_chosen(sampling: Sampling, possible: set[int]) -> None:
    generator = torch.Generator().manual_seed(0)
    assert {sampling.choose(LOGITS, generator) for _ in range(400)} == possible


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"temperature": -0.1}, "--temperature -0.1"),
        ({"top_k": -1}, "--top-k -1"),
        ({"top_p": 0.0}, "--top-p 0.0"),
        ({"top_p": 1.1}, "--top-p 1.1"),
    ],
)
def test_settings_out_of_range(settings: dict[str, float], said: str) -> None:
    with pytest.raises(BadCall, match=said):
        Sampling(**settings)  # type: ignore[arg-type]


@pytest.mark.parametrize("temperature", [-0.1, float("nan"), float("inf")])
def test_temperatures_that_are_none(temperature: float) -> None:
    with pytest.raises(BadCall, match=f"--temperature {temperature} is no number of 0 or more"):
        Sampling(temperature)


@pytest.mark.parametrize("temperature", [1e-30, 1e-45, 1e-320])
def test_the_coldest_takes_the_likeliest(temperature: float) -> None:
    assert Sampling(temperature=temperature).choose(LOGITS, torch.Generator().manual_seed(1)) == 1
