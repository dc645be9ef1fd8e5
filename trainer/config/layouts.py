"""Layouts: everything shape-like about a model, and the Hugging Face configuration that says the same.

    objective   QK-norm   transformers' class     what is special
    causal      yes       Qwen3ForCausalLM        RMSNorm of each head's queries and keys
    causal      no        LlamaForCausalLM        -
    causal      no        Qwen2ForCausalLM        biases of queries, keys and values (from `init` only: Qwen2 and 2.5)
    masked      never     EuroBertForMaskedLM     Llama's block with attention in both directions (Boizard et al. 2025)

All share the block: RMSNorm, rotary attention with grouped keys and values, SwiGLU, no other biases. EuroBERT is the
class inside transformers whose masked case is exactly that; ModernBERT's block has other norms and a prediction head.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from winnow.trainer import reading
from winnow.trainer.config import rope
from winnow.trainer.config.rope import MOST, Stretch, number, whole
from winnow.trainer.config.settings import ModelShape
from winnow.trainer.errors import BadCall, shown

Architecture = Literal["Qwen3ForCausalLM", "LlamaForCausalLM", "Qwen2ForCausalLM", "EuroBertForMaskedLM"]

MODEL_TYPES: dict[Architecture, str] = {
    "Qwen3ForCausalLM": "qwen3",
    "LlamaForCausalLM": "llama",
    "Qwen2ForCausalLM": "qwen2",
    "EuroBertForMaskedLM": "eurobert",
}
LAYERS = 10_000
CONFIG = "config.json"
"""Of a model directory."""
_SIZES = {"vocab_size": "vocab", "hidden_size": "width", "intermediate_size": "mlp", "num_hidden_layers": "layers",
          "num_attention_heads": "heads", "num_key_value_heads": "kv_heads", "head_dim": "head_width"}  # fmt: skip
"""What config.json calls the fields of a layout."""
PADDING = 64
"""The rows of a new embedding are a multiple of this: matrix units work in such tiles."""
_SUITED = ((128, 4096), (384, 8192), (512, 16384))
"""Width, at most, to vocabulary."""


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
    stretch: Stretch | None = None

    @property
    def causal(self) -> bool:
        return self.architecture != "EuroBertForMaskedLM"

    @property
    def qk_norm(self) -> bool:
        return self.architecture == "Qwen3ForCausalLM"

    @property
    def biased(self) -> bool:
        return self.architecture == "Qwen2ForCausalLM"

    @staticmethod
    def of(shape: ModelShape, vocab: int, objective: Literal["causal", "masked"]) -> "Layout":
        """The layout of a new model for a tokenizer of `vocab` tokens; `config_check` has seen to the shape."""
        architecture: Architecture = "Qwen3ForCausalLM" if shape.qk_norm else "LlamaForCausalLM"
        return Layout(
            architecture=architecture if objective == "causal" else "EuroBertForMaskedLM",
            layers=shape.layers, width=shape.width, heads=shape.heads, kv_heads=shape.kv_heads or shape.heads,
            head_width=shape.head_width or shape.width // shape.heads, mlp=shape.mlp,
            vocab=-(-vocab // PADDING) * PADDING, context=shape.context, tied=shape.tied,
            rope_theta=shape.rope_theta, norm_eps=shape.norm_eps,
        )  # fmt: skip


def suited(width: int) -> int:
    """The vocabulary that suits a width, where nothing says which."""
    return next((vocab for most, vocab in _SUITED if width <= most), 32768)


def to_config(layout: Layout, *, end: int, begin: int | None = None, mask: int | None = None) -> dict[str, Any]:
    """The contents of config.json. `end`, `begin`: ids of the tokens that end and begin a document (None: the same);
    `mask`: of the mask token."""
    config: dict[str, Any] = {
        "architectures": [layout.architecture],
        "model_type": MODEL_TYPES[layout.architecture],
        **{key: getattr(layout, name) for key, name in _SIZES.items()},
        "hidden_act": "silu",
        "max_position_embeddings": max(layout.context, layout.stretch.positions if layout.stretch else 0),
        "rms_norm_eps": layout.norm_eps,
        **rope.to_config(layout.rope_theta, layout.stretch),
        "tie_word_embeddings": layout.tied,
        "attention_dropout": 0.0,
        "bos_token_id": end if begin is None else begin,
        "eos_token_id": end,
        "pad_token_id": None,  # the embedding of a padding token would get no gradient in transformers
        "initializer_range": 0.02,
        "dtype": "float32",
        "torch_dtype": "float32",
    }
    if not layout.biased:
        config["attention_bias"] = False
    if layout.architecture in ("LlamaForCausalLM", "EuroBertForMaskedLM"):
        config["mlp_bias"] = False
    if not layout.causal:
        config["mask_token_id"] = mask
    return config


def layout_of(directory: Path) -> Layout:
    """The layout of a model directory. BadCall names what is missing, or what this trainer has no part for."""
    path = directory / CONFIG
    if not path.exists():
        raise BadCall(f"{path}: no such file; a model directory has one")
    return from_config(reading.json_object(path), str(path))


def from_config(config: Mapping[str, Any], where: str) -> Layout:
    """The layout that a config.json (read from `where`) describes. BadCall on whatever this trainer has no part for."""
    architecture = _architecture(config, where)
    for key in ("attention_bias", "mlp_bias", "use_sliding_window"):
        if config.get(key):
            raise BadCall(f"{where}: {key} is set, and this trainer has no such part; take a checkpoint without it")
    if config.get("hidden_act", "silu") != "silu":
        raise BadCall(f"{where}: hidden_act is {shown(config['hidden_act'])}; this trainer has only 'silu' (SwiGLU)")
    layers = config.get("layer_types") or []
    if not isinstance(layers, list) or any(kind != "full_attention" for kind in layers):
        raise BadCall(f"{where}: layer_types is {shown(layers)}, and this trainer has only 'full_attention'")
    heads, width = (whole(config, key, where) for key in ("num_attention_heads", "hidden_size"))
    context = whole(config, "max_position_embeddings", where)
    theta, stretch = rope.from_config(config, where, context)
    usual = {"num_key_value_heads": heads, "head_dim": 128 if architecture == "Qwen3ForCausalLM" else width // heads}
    most = {"num_hidden_layers": LAYERS}
    sizes = {of: whole(config, key, where, usual.get(key), most.get(key, MOST)) for key, of in _SIZES.items()}
    layout = Layout(
        architecture=architecture, context=context, tied=bool(config.get("tie_word_embeddings", False)),
        rope_theta=theta, stretch=stretch, **sizes,
        norm_eps=number(config, "rms_norm_eps", where, 1e-5 if architecture == "EuroBertForMaskedLM" else 1e-6),
    )  # fmt: skip
    kv_heads, head_width = layout.kv_heads, layout.head_width
    if heads % kv_heads or head_width % 2 or heads * head_width > MOST:
        raise BadCall(f"{where}: {heads} heads, {kv_heads} of keys and values, width {head_width}: no such attention")
    return layout


def _architecture(config: Mapping[str, Any], where: str) -> Architecture:
    named = config.get("architectures") or []
    for architecture in MODEL_TYPES:
        if isinstance(named, list) and architecture in named:
            return architecture
    known = ", ".join(MODEL_TYPES)
    raise BadCall(f"{where}: architectures is {shown(named)}; this trainer goes on from {known}")
