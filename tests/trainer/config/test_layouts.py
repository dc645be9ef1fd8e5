from dataclasses import replace
from typing import Any

import pytest

from winnow.trainer.config import layouts
from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import ModelShape
from winnow.trainer.errors import BadCall

SHAPE = ModelShape(layers=2, width=48, heads=4, kv_heads=2, mlp=64, context=32)


@pytest.mark.parametrize(
    ("objective", "qk_norm", "architecture", "causal", "normed"),
    [
        ("causal", True, "Qwen3ForCausalLM", True, True),
        ("causal", False, "LlamaForCausalLM", True, False),
        ("masked", True, "EuroBertForMaskedLM", False, False),
        ("masked", False, "EuroBertForMaskedLM", False, False),
    ],
)
def test_the_objective_and_the_norms_choose_the_class(
    objective: Any, qk_norm: bool, architecture: str, causal: bool, normed: bool
) -> None:
    layout = Layout.of(replace(SHAPE, qk_norm=qk_norm), 100, objective)
    assert (layout.architecture, layout.causal, layout.qk_norm) == (architecture, causal, normed)


def test_what_is_left_out_is_derived() -> None:
    layout = Layout.of(replace(SHAPE, kv_heads=0), 100, "causal")
    assert (layout.heads, layout.kv_heads, layout.head_width) == (4, 4, 12)
    wide = Layout.of(replace(SHAPE, heads=5, kv_heads=5, head_width=64), 100, "causal")
    assert (wide.width, wide.head_width) == (48, 64)  # heads need not add up to the width


@pytest.mark.parametrize(("tokens", "rows"), [(1, 64), (63, 64), (64, 64), (65, 128), (8192, 8192)])
def test_the_embedding_is_padded_to_tiles(tokens: int, rows: int) -> None:
    assert Layout.of(SHAPE, tokens, "causal").vocab == rows


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("objective", ["causal", "masked"])
@pytest.mark.parametrize("qk_norm", [True, False])
def test_a_configuration_says_all_of_the_layout(tied: bool, objective: Any, qk_norm: bool) -> None:
    layout = Layout.of(replace(SHAPE, tied=tied, qk_norm=qk_norm, rope_theta=5e5, norm_eps=1e-5), 100, objective)
    assert layouts.from_config(layouts.to_config(layout, end=0, mask=1), "there") == layout


def config(**changes: Any) -> dict[str, Any]:
    """A Llama configuration, as version 4 of transformers wrote it."""
    return {
        "architectures": ["LlamaForCausalLM"],
        "vocab_size": 100,
        "hidden_size": 48,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "max_position_embeddings": 32,
    } | changes


def test_what_a_configuration_leaves_out_has_the_class_own_default() -> None:
    layout = layouts.from_config(config(), "there")
    assert (layout.kv_heads, layout.head_width, layout.tied) == (4, 12, False)
    assert (layout.rope_theta, layout.norm_eps) == (10000.0, 1e-6)
    qwen = layouts.from_config(config(architectures=["Qwen3ForCausalLM"]), "there")
    assert qwen.head_width == 128
    assert layouts.from_config(config(architectures=["EuroBertForMaskedLM"]), "there").norm_eps == 1e-5


@pytest.mark.parametrize(
    "changes",
    [
        {"rope_theta": 5e5},
        {"rope_theta": 5e5, "rope_scaling": None},
        {"rope_parameters": {"rope_type": "default", "rope_theta": 5e5}},
        {"rope_scaling": {"type": "default"}, "rope_theta": 5e5},
    ],
)
def test_both_spellings_of_rotary_positions(changes: dict[str, Any]) -> None:
    assert layouts.from_config(config(**changes), "there").rope_theta == 5e5


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"architectures": ["GPT2LMHeadModel"]}, "this trainer goes on from Qwen3ForCausalLM, LlamaForCausalLM"),
        ({"architectures": None}, "architectures is"),
        ({"attention_bias": True}, "attention_bias is set"),
        ({"mlp_bias": True}, "mlp_bias is set"),
        ({"use_sliding_window": True}, "use_sliding_window is set"),
        ({"hidden_act": "gelu"}, "hidden_act is 'gelu'"),
        ({"rope_scaling": {"rope_type": "longrope", "factor": 8.0}}, "rotary positions of type 'longrope'"),
        ({"layer_types": ["full_attention", "sliding_attention"]}, "layer_types is"),
        ({"layer_types": {"a": 1}}, "layer_types is"),
        ({"architectures": ["Qwen2ForCausalLM"], "use_sliding_window": True}, "use_sliding_window is set"),
        ({"rope_scaling": {"type": "linear", "factor": 2.0}}, "'linear'"),
        ({"rope_parameters": {"partial_rotary_factor": 0.5}}, "partial 0.5"),
        ({"vocab_size": None}, "vocab_size is None"),
        ({"num_hidden_layers": "2"}, "num_hidden_layers is '2'"),
        ({"hidden_size": True}, "hidden_size is True"),
        ({"num_key_value_heads": 3}, "no such attention"),
        ({"head_dim": 5}, "no such attention"),
        ({"head_dim": "64"}, "head_dim is '64'"),
        ({"head_dim": 64.0}, "head_dim is 64.0"),
        ({"num_key_value_heads": "2"}, "num_key_value_heads is '2'"),
        ({"num_key_value_heads": -2}, "num_key_value_heads is -2"),
        ({"architectures": 5}, "architectures is 5"),
        ({"architectures": "LlamaForCausalLM2"}, "architectures is 'LlamaForCausalLM2'"),
        ({"rope_scaling": "linear"}, "rope_scaling is 'linear', not an object"),
        ({"rope_theta": None}, "rope_theta is None"),
        ({"rope_theta": 0}, "rope_theta is 0"),
        ({"rope_parameters": {"rope_theta": float("nan")}}, "rope_theta is nan"),
        ({"rms_norm_eps": None}, "rms_norm_eps is None"),
        ({"rms_norm_eps": float("inf")}, "rms_norm_eps is inf"),
    ],
)
def test_configurations_this_trainer_has_no_part_for(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(BadCall, match=said) as error:
        layouts.from_config(config(**changes), "DIR/config.json")
    assert str(error.value).startswith("DIR/config.json: ")
    assert "\n" not in str(error.value)
