"""The block of causal and bidirectional models alike: rotary attention and SwiGLU, each behind a norm.

Parameters carry transformers' names.

    B rows, T tokens of a row, D width.
"""

import torch
from torch import Tensor, nn

from winnow.trainer.config.layouts import Layout
from winnow.trainer.model import attention, rope
from winnow.trainer.model.attention import Mask
from winnow.trainer.model.cache import Cache
from winnow.trainer.model.norm import Norm

Turn = tuple[Tensor, Tensor]
"""Cosine and sine of rope.angles."""


class Linear(nn.Module):
    """A matrix without bias, cast to the dtype of what it is multiplied with."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(outputs, inputs))

    def forward(self, states: Tensor) -> Tensor:
        return nn.functional.linear(states, self.weight.to(states.dtype))


class Embedding(nn.Module):
    """A row for each token; nn.Embedding would first draw weights that are thrown away."""

    def __init__(self, vocab: int, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(vocab, width))

    def forward(self, tokens: Tensor) -> Tensor:
        return nn.functional.embedding(tokens, self.weight)


class Attention(nn.Module):
    """Rotary attention with grouped keys and values (Ainslie et al. 2023), and QK-norm where the layout has it."""

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self.layout = layout
        inner, grouped = layout.heads * layout.head_width, layout.kv_heads * layout.head_width
        self.q_proj = Linear(layout.width, inner)
        self.k_proj = Linear(layout.width, grouped)
        self.v_proj = Linear(layout.width, grouped)
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
        query = rope.rotate(query, *turn, norms[0], layout.norm_eps)
        key = rope.rotate(key, *turn, norms[1], layout.norm_eps)
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
