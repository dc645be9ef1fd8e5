"""Which configurations are read, which are refused and with what words; weights that are not whole."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file, save_file

from tests.trainer.small_evaluation import random_model
from trainer.config import ModelShape
from trainer.errors import BadCall
from trainer.layouts import Layout, from_config, to_config
from trainer.weights import from_directory, load_model, save_weights

SHAPE = ModelShape(layers=1, width=32, heads=4, kv_heads=2, mlp=48, context=64)


@pytest.mark.parametrize("objective", ["causal", "masked"])
@pytest.mark.parametrize("qk_norm", [True, False])
@pytest.mark.parametrize("tied", [True, False])
def test_a_layout_comes_back(objective: Any, qk_norm: bool, tied: bool) -> None:
    layout = Layout.of(replace(SHAPE, qk_norm=qk_norm, tied=tied), 100, objective)
    assert from_config(to_config(layout, end=0, mask=1), "here") == layout


@pytest.mark.parametrize(("vocab", "rows"), [(1, 64), (64, 64), (65, 128), (50257, 50304)])
def test_the_embedding_is_padded_to_tiles(vocab: int, rows: int) -> None:
    assert Layout.of(SHAPE, vocab, "causal").vocab == rows


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"layers": 0}, "model.layers = 0"),
        ({"width": 33}, "model.width = 33 is not a multiple of model.heads = 4"),
        ({"kv_heads": 3}, "model.kv_heads = 3 does not divide model.heads = 4"),
        ({"width": 36}, "the heads' width 9 is odd"),
    ],
)
def test_shapes_that_do_not_work_out(changes: dict[str, int], said: str) -> None:
    with pytest.raises(BadCall, match=said):
        Layout.of(replace(SHAPE, **changes), 100, "causal")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"architectures": ["GPT2LMHeadModel"]}, "this trainer goes on from Qwen3ForCausalLM, LlamaForCausalLM"),
        ({"architectures": None}, r"architectures is \[\]"),
        ({"hidden_act": "gelu"}, "hidden_act is 'gelu'"),
        ({"attention_bias": True}, "attention_bias is set"),
        ({"rope_parameters": {"rope_type": "yarn"}}, "rotary positions of type 'yarn'"),
        ({"rope_parameters": {"partial_rotary_factor": 0.5}}, "partial 0.5"),
        ({"num_hidden_layers": None}, "num_hidden_layers is None"),
        ({"num_hidden_layers": True}, "num_hidden_layers is True"),
        ({"num_key_value_heads": 3}, "no such attention"),
    ],
)
def test_configurations_of_others(changes: dict[str, Any], said: str) -> None:
    config = to_config(Layout.of(SHAPE, 100, "causal"), end=0) | changes
    with pytest.raises(BadCall, match=f"model/config.json: .*{said}"):
        from_config(config, "model/config.json")


def saved(folder: Path) -> Path:
    save_weights(random_model(Layout.of(SHAPE, 100, "causal")), folder, end=0)
    return folder


@pytest.mark.parametrize(
    ("name", "said"),
    [("config.json", "config.json"), ("model.safetensors", "model.safetensors")],
)
def test_a_missing_file_is_named(tmp_path: Path, name: str, said: str) -> None:
    (saved(tmp_path) / name).unlink()
    with pytest.raises(BadCall, match=said):
        load_model(tmp_path)


def test_broken_files_are_named(tmp_path: Path) -> None:
    weights = saved(tmp_path) / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(BadCall, match=r"model\.safetensors"):
        load_model(tmp_path)
    (tmp_path / "config.json").write_text('{"a": ')
    with pytest.raises(BadCall, match=r"config\.json"):
        from_directory(tmp_path)


def test_tensors_that_do_not_fit_are_named(tmp_path: Path) -> None:
    path = saved(tmp_path) / "model.safetensors"
    tensors = load_file(path)
    name = "model.layers.0.mlp.up_proj.weight"
    for changed, said in (
        ({k: v for k, v in tensors.items() if k != name}, f"{name} is missing"),
        (tensors | {name: tensors[name][1:].clone()}, rf"{name} has the shape \[47, 32\]"),
        (tensors | {"model.layers.7.mlp.up_proj.weight": tensors[name].clone()}, "is no part of Qwen3ForCausalLM"),
    ):
        save_file(changed, path)
        with pytest.raises(BadCall, match=said):
            load_model(tmp_path)


def test_the_written_configuration_is_plain_json(tmp_path: Path) -> None:
    config = json.loads((saved(tmp_path) / "config.json").read_text())
    assert (config["vocab_size"], config["model_type"], config["num_key_value_heads"]) == (128, "qwen3", 2)
