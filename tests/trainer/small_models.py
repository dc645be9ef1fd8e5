"""Models of a few thousand parameters, one of each layout."""

from dataclasses import replace
from typing import Any, Literal

import torch
from torch import Tensor

from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.rope import Stretch, yarn
from winnow.trainer.config.settings import ModelShape
from winnow.trainer.model.model import Model

VOCAB = 100
SHAPE = ModelShape(layers=2, width=32, heads=4, kv_heads=2, mlp=48, context=40, tied=True)
SHAPES: dict[str, tuple[ModelShape, Literal["causal", "masked"]]] = {
    "Qwen3, tied, grouped": (SHAPE, "causal"),
    "Qwen3, wide heads": (replace(SHAPE, tied=False, kv_heads=1, head_width=16), "causal"),
    "Llama, tied": (replace(SHAPE, kv_heads=0, qk_norm=False, norm_eps=1e-5), "causal"),
    "Llama, grouped": (replace(SHAPE, tied=False, qk_norm=False, rope_theta=5e5), "causal"),
    "EuroBERT, tied": (replace(SHAPE, kv_heads=0), "masked"),
    "EuroBERT, grouped": (replace(SHAPE, tied=False), "masked"),
}
FROM_ELSEWHERE: dict[str, dict[str, Any]] = {
    "Qwen2, tied, biases": {"architecture": "Qwen2ForCausalLM", "tied": True},
    "Llama 3": {"stretch": Stretch("llama3", 8.0, 16, 40, 1.0, 4.0), "rope_theta": 5e5},
    "Qwen3, YaRN": {"architecture": "Qwen3ForCausalLM", "stretch": yarn(16, 40)},
}
"""What only `init` brings: a grouped Llama with these differences."""
NAMES = (*SHAPES, *FROM_ELSEWHERE)


def layout_of(name: str) -> Layout:
    shape, objective = SHAPES["Llama, grouped" if name in FROM_ELSEWHERE else name]
    return replace(Layout.of(shape, VOCAB, objective), **FROM_ELSEWHERE.get(name, {}))


def model_of(name: str) -> Model:
    """Every parameter is random, norms and projections that begin at zero too."""
    model = Model(layout_of(name))
    model.initialise(1)
    shake(model)
    return model


def shake(model: torch.nn.Module) -> None:
    generator = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn(parameter.shape, generator=generator))


def tokens_of(rows: int, length: int) -> Tensor:
    return torch.randint(VOCAB, (rows, length), generator=torch.Generator().manual_seed(3))


def starts_of(length: int, *rows: list[int]) -> Tensor:
    """[rows, length], True in the places named; the first always is."""
    starts = torch.zeros(len(rows), length, dtype=torch.bool)
    starts[:, 0] = True
    for row, places in enumerate(rows):
        starts[row, places] = True
    return starts
