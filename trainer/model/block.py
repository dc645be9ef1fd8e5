"""The block of causal and bidirectional models alike: rotary attention and SwiGLU, each behind a norm.

Parameters carry transformers' names.

    B rows, T tokens of a row, D width, W width of a head.
"""

import math

import torch
from torch import Tensor, nn

from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.rope import Stretch
from winnow.trainer.model import attention, kernels
from winnow.trainer.model.attention import Cache, Mask

Turn = tuple[Tensor, Tensor]
"""Cosine and sine of `angles`."""


def positions(starts: Tensor) -> Tensor:
    """Of each token, its distance from the beginning of its document in the row: [B, T] int64.

    starts: [B, T] bool, True where a document begins. What stands before the first beginning counts from the row's.
    """
    place = torch.arange(starts.shape[1], device=starts.device).expand_as(starts)
    return place - torch.where(starts, place, 0).cummax(1).values


def frequencies(head_width: int, theta: float, stretch: Stretch | None, device: torch.device) -> Tensor:
    """What each pair of entries turns by from one position to the next, in radians: [W / 2] float32.

    Bit for bit what transformers computes (rope.py says where it is from).
    """
    powers = theta ** (torch.arange(0, head_width, 2, dtype=torch.float32, device=device) / head_width)
    plain = 1.0 / powers
    if stretch is None:
        return plain
    if stretch.kind == "llama3":
        length = 2 * math.pi / plain
        rise = (stretch.original / length - stretch.slow) / (stretch.fast - stretch.slow)
        between = (1 - rise) * plain / stretch.factor + rise * plain
        slowed = torch.where(length > stretch.original / stretch.slow, plain / stretch.factor, between)
        return torch.where(length < stretch.original / stretch.fast, plain, slowed)
    first, last = (
        head_width * math.log(stretch.original / (turns * 2 * math.pi)) / (2 * math.log(theta))
        for turns in (stretch.fast, stretch.slow)
    )
    if stretch.truncate:
        first, last = math.floor(first), math.ceil(last)
    first, last = max(first, 0), min(last, head_width - 1)
    entry = torch.arange(head_width // 2, dtype=torch.float32, device=device)
    stays = 1 - torch.clamp((entry - first) / (last - first or 0.001), 0, 1)
    return 1.0 / (stretch.factor * powers) * (1 - stays) + plain * stays


def angles(places: Tensor, turned_by: Tensor, scale: float = 1.0) -> tuple[Tensor, Tensor]:
    """Cosine and signed sine of each position and entry, times `scale`, float32. turned_by: of `frequencies`.

    places: [B or 1, T]; gives [B or 1, 1, T, W] each.
    Entry i turns with entry i + W / 2: y = x * cosine + swapped(x) * sine, where the first half's sine is negative.
    """
    turned = (places[..., None].float() * turned_by)[:, None]
    cosine, sine = turned.cos() * scale, turned.sin() * scale
    return torch.cat((cosine, cosine), dim=-1), torch.cat((-sine, sine), dim=-1)


class Linear(nn.Module):
    """A matrix, and a bias where there is one, cast to the dtype of what it is multiplied with."""

    def __init__(self, inputs: int, outputs: int, biased: bool = False) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(outputs)) if biased else None

    def forward(self, states: Tensor) -> Tensor:
        bias = None if self.bias is None else self.bias.to(states.dtype)
        return nn.functional.linear(states, self.weight.to(states.dtype), bias)


class Norm(nn.Module):
    """RMSNorm with a learnt weight of [D]; takes any float dtype, gives `dtype`."""

    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, states: Tensor, dtype: torch.dtype) -> Tensor:
        return kernels.rms_norm(states, self.weight, self.eps, dtype)


class Attention(nn.Module):
    """Rotary attention with grouped keys and values (Ainslie et al. 2023), and QK-norm where the layout has it."""

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self.layout = layout
        inner, grouped = layout.heads * layout.head_width, layout.kv_heads * layout.head_width
        self.q_proj = Linear(layout.width, inner, layout.biased)
        self.k_proj = Linear(layout.width, grouped, layout.biased)
        self.v_proj = Linear(layout.width, grouped, layout.biased)
        self.o_proj = Linear(inner, layout.width)
        if layout.qk_norm:
            self.q_norm = Norm(layout.head_width, layout.norm_eps)
            self.k_norm = Norm(layout.head_width, layout.norm_eps)

    def forward(self, states: Tensor, turn: Turn, mask: Mask, cache: Cache | None, layer: int) -> Tensor:
        """states: [B, T, D], normed; gives [B, T, D]."""
        layout = self.layout
        query, key, value = (
            part(states).unflatten(2, (-1, layout.head_width)) for part in (self.q_proj, self.k_proj, self.v_proj)
        )
        norms = (self.q_norm.weight, self.k_norm.weight) if layout.qk_norm else (None, None)
        query = kernels.rotate(query, *turn, norms[0], layout.norm_eps)
        key = kernels.rotate(key, *turn, norms[1], layout.norm_eps)
        value = value.transpose(1, 2)
        if cache is None:
            mixed = attention.attend(query, key, value, mask, layout.causal)
        else:
            mixed = attention.attend_cached(query, *cache.extend(layer, key, value))
        outputs: Tensor = self.o_proj(mixed)
        return outputs


class SwiGLU(nn.Module):
    """down(silu(gate x) * up x) (Shazeer 2020, section 2)."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.gate_proj = Linear(width, inner)
        self.up_proj = Linear(width, inner)
        self.down_proj = Linear(inner, width)

    def forward(self, states: Tensor) -> Tensor:
        gated: Tensor = nn.functional.silu(self.gate_proj(states)) * self.up_proj(states)
        outputs: Tensor = self.down_proj(gated)
        return outputs


class Block(nn.Module):
    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self.input_layernorm = Norm(layout.width, layout.norm_eps)
        self.self_attn = Attention(layout)
        self.post_attention_layernorm = Norm(layout.width, layout.norm_eps)
        self.mlp = SwiGLU(layout.width, layout.mlp)

    def forward(
        self, states: Tensor, dtype: torch.dtype, turn: Turn, mask: Mask, cache: Cache | None = None, layer: int = 0
    ) -> Tensor:
        """states: [B, T, D], the residual stream; `layer` says where in the cache this block stands."""
        states = states + self.self_attn(self.input_layernorm(states, dtype), turn, mask, cache, layer)
        outputs: Tensor = states + self.mlp(self.post_attention_layernorm(states, dtype))
        return outputs
