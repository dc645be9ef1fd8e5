"""Layouts: everything shape-like about a model, and the Hugging Face configuration that says the same.

    objective   QK-norm   transformers' class     what is special
    causal      yes       Qwen3ForCausalLM        RMSNorm of each head's queries and keys
    causal      no        LlamaForCausalLM        -
    masked      never     EuroBertForMaskedLM     Llama's block with attention in both directions (Boizard et al. 2025)

All three share the block: RMSNorm, rotary attention with grouped keys and values, SwiGLU, no biases. EuroBERT is the
class inside transformers whose masked case is exactly that; ModernBERT's block has other norms and a prediction head.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from winnow.trainer.config.settings import ModelShape
from winnow.trainer.errors import BadCall, shown

Architecture = Literal["Qwen3ForCausalLM", "LlamaForCausalLM", "EuroBertForMaskedLM"]

MODEL_TYPES: dict[Architecture, str] = {
    "Qwen3ForCausalLM": "qwen3",
    "LlamaForCausalLM": "llama",
    "EuroBertForMaskedLM": "eurobert",
}
MOST = 1 << 28
"""Of any size: no model has as much, and products of three such stay within 64 bits."""
LAYERS = 10_000
PADDING = 64
"""The rows of a new embedding are a multiple of this: matrix units work in such tiles."""


@dataclass(frozen=True)
class Layout:
    """A model's shape. Parameters carry transformers' names."""

    architecture: Architecture
    layers: int
    width: int
    heads: int
    kv_heads: int
    head_width: int
    mlp: int
    vocab: int
    """Rows of the embedding; may exceed the tokenizer's length."""
    context: int
    tied: bool
    rope_theta: float
    norm_eps: float

    @property
    def causal(self) -> bool:
        return self.architecture != "EuroBertForMaskedLM"

    @property
    def qk_norm(self) -> bool:
        return self.architecture == "Qwen3ForCausalLM"

    @staticmethod
    def of(shape: ModelShape, vocab: int, objective: Literal["causal", "masked"]) -> "Layout":
        """The layout of a new model for a tokenizer of `vocab` tokens; `config_check` has seen to the shape."""
        kv_heads = shape.kv_heads or shape.heads
        head_width = shape.head_width or shape.width // shape.heads
        architecture: Architecture = "Qwen3ForCausalLM" if shape.qk_norm else "LlamaForCausalLM"
        return Layout(
            architecture=architecture if objective == "causal" else "EuroBertForMaskedLM",
            layers=shape.layers,
            width=shape.width,
            heads=shape.heads,
            kv_heads=kv_heads,
            head_width=head_width,
            mlp=shape.mlp,
            vocab=-(-vocab // PADDING) * PADDING,
            context=shape.context,
            tied=shape.tied,
            rope_theta=shape.rope_theta,
            norm_eps=shape.norm_eps,
        )


def to_config(layout: Layout, *, begin: int, end: int, mask: int | None = None) -> dict[str, Any]:
    """The contents of config.json. `begin`, `end`: ids of the tokens that begin and end a text; `mask`: of the mask."""
    config: dict[str, Any] = {
        "architectures": [layout.architecture],
        "model_type": MODEL_TYPES[layout.architecture],
        "vocab_size": layout.vocab,
        "hidden_size": layout.width,
        "intermediate_size": layout.mlp,
        "num_hidden_layers": layout.layers,
        "num_attention_heads": layout.heads,
        "num_key_value_heads": layout.kv_heads,
        "head_dim": layout.head_width,
        "hidden_act": "silu",
        "max_position_embeddings": layout.context,
        "rms_norm_eps": layout.norm_eps,
        # Version 5 of transformers reads the first, version 4 the second.
        "rope_parameters": {"rope_type": "default", "rope_theta": layout.rope_theta},
        "rope_theta": layout.rope_theta,
        "tie_word_embeddings": layout.tied,
        "attention_bias": False,
        "attention_dropout": 0.0,
        "bos_token_id": begin,
        "eos_token_id": end,
        "pad_token_id": None,  # the embedding of a padding token would get no gradient in transformers
        "initializer_range": 0.02,
        "dtype": "float32",
        "torch_dtype": "float32",
    }
    if layout.architecture != "Qwen3ForCausalLM":
        config["mlp_bias"] = False
    if not layout.causal:
        config["mask_token_id"] = mask
    return config


def from_config(config: Mapping[str, Any], where: str) -> Layout:
    """The layout that a config.json (read from `where`) describes. BadCall on whatever this trainer has no part for."""
    architecture = _architecture(config, where)
    theta = _rope_theta(config, where)
    for key in ("attention_bias", "mlp_bias", "use_sliding_window"):
        if config.get(key):
            raise BadCall(f"{where}: {key} is set, and this trainer has no such part; take a checkpoint without it")
    if config.get("hidden_act", "silu") != "silu":
        raise BadCall(
            f"{where}: hidden_act is {shown(config['hidden_act'])}, and this trainer has only 'silu' (SwiGLU)"
        )
    heads = _whole(config, "num_attention_heads", where)
    width = _whole(config, "hidden_size", where)
    kv_heads = _whole(config, "num_key_value_heads", where, heads)
    fallback = 128 if architecture == "Qwen3ForCausalLM" else width // heads  # transformers' own defaults
    head_width = _whole(config, "head_dim", where, fallback)
    if heads % kv_heads or head_width % 2 or heads * head_width > MOST:
        raise BadCall(f"{where}: {heads} heads, {kv_heads} of keys and values, width {head_width}: no such attention")
    return Layout(
        architecture=architecture,
        layers=_whole(config, "num_hidden_layers", where, most=LAYERS),
        width=width,
        heads=heads,
        kv_heads=kv_heads,
        head_width=head_width,
        mlp=_whole(config, "intermediate_size", where),
        vocab=_whole(config, "vocab_size", where),
        context=_whole(config, "max_position_embeddings", where),
        tied=bool(config.get("tie_word_embeddings", False)),
        rope_theta=theta,
        norm_eps=_number(config, "rms_norm_eps", where, 1e-5 if architecture == "EuroBertForMaskedLM" else 1e-6),
    )


def _architecture(config: Mapping[str, Any], where: str) -> Architecture:
    named = config.get("architectures") or []
    for architecture in MODEL_TYPES:
        if isinstance(named, list) and architecture in named:
            return architecture
    known = ", ".join(MODEL_TYPES)
    raise BadCall(f"{where}: architectures is {shown(named)}; this trainer goes on from {known}")


def _rope_theta(config: Mapping[str, Any], where: str) -> float:
    """The base of the rotary frequencies, in either version's spelling."""
    rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
    if not isinstance(rope, dict):
        raise BadCall(f"{where}: rope_parameters or rope_scaling is {shown(rope)}, not an object")
    kind = rope.get("rope_type", rope.get("type", "default"))
    partial = rope.get("partial_rotary_factor", config.get("partial_rotary_factor", 1.0))
    if kind != "default" or partial != 1.0:
        found = f"type {shown(kind)} (partial {shown(partial)})"
        raise BadCall(f"{where}: rotary positions of {found}; this trainer has only 'default'")
    return _number(rope if "rope_theta" in rope else config, "rope_theta", where, 10000.0)


def _whole(
    config: Mapping[str, Any], key: str, where: str, default: int | None = None, most: int = MOST
) -> int:  # fmt: skip
    """`default` stands for a key that is missing, null or 0, where there is one."""
    value = config.get(key) or default
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= most:
        raise BadCall(f"{where}: {key} is {shown(config.get(key))}, not a whole number from 1 to {most:,}")
    return value


def _number(config: Mapping[str, Any], key: str, where: str, default: float) -> float:
    value = config.get(key, default)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < math.inf:
        raise BadCall(f"{where}: {key} is {shown(value)}, not a number above 0")
    return float(value)
