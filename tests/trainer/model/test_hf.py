import json
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch.nn import functional

from tests.trainer.small_models import NAMES, VOCAB, layout_of, model_of, shake, starts_of, tokens_of
from winnow.trainer.config import layouts, rope
from winnow.trainer.config.layouts import Layout, to_config
from winnow.trainer.config.settings import Config, Data, ModelShape
from winnow.trainer.errors import BadCall
from winnow.trainer.model import hf
from winnow.trainer.model.loss import IGNORED
from winnow.trainer.run import initial

transformers = pytest.importorskip("transformers")


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    transformers.utils.logging.disable_progress_bar()
    yield
    transformers.utils.logging.enable_progress_bar()


def auto_class(name: str) -> Any:
    return transformers.AutoModelForMaskedLM if "EuroBERT" in name else transformers.AutoModelForCausalLM


def theirs_of(name: str) -> Any:
    """A model that transformers made, with random weights throughout."""
    config = to_config(layout_of(name), end=0, mask=1)
    kind = transformers.AutoConfig.for_model(**config)
    model = auto_class(name).from_config(kind)
    shake(model)
    return model.eval()


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_transformers_loads_what_we_save(name: str, tmp_path: Path) -> None:
    ours = model_of(name)
    hf.save_weights(ours, tmp_path, end=0, mask=1)
    theirs, info = auto_class(name).from_pretrained(tmp_path, output_loading_info=True)
    assert type(theirs).__name__ == ours.layout.architecture
    assert not any(info.values()), info
    tokens = tokens_of(2, 40)
    with torch.no_grad():
        torch.testing.assert_close(ours(tokens), theirs.eval()(tokens).logits, rtol=1e-5, atol=1e-5)


def test_shards_are_one_model(name: str, tmp_path: Path) -> None:
    ours = model_of(name)
    hf.save_weights(ours, tmp_path, end=0, mask=1)
    of = {name: parameter.detach() for name, parameter in ours.named_parameters()}
    (tmp_path / hf.WEIGHTS).unlink()
    most = 7000
    sizes = {name: tensor.nbytes for name, tensor in of.items()}
    hf.write_files(sizes, of.__getitem__, tmp_path, most)
    index = json.loads((tmp_path / hf.INDEX).read_text())
    assert index["metadata"] == {"total_size": sum(sizes.values())}
    files = sorted(set(index["weight_map"].values()))
    assert files == [f"model-{n:05}-of-{len(files):05}.safetensors" for n in range(1, len(files) + 1)]
    assert sorted(path.name for path in tmp_path.glob("*.safetensors*")) == sorted([*files, hf.INDEX])
    for file in files:
        held = load_file(tmp_path / file)
        assert sum(tensor.nbytes for tensor in held.values()) <= most or len(held) == 1
        assert {index["weight_map"][tensor] for tensor in held} == {file}
    loaded = hf.load_model(tmp_path)
    assert all(torch.equal(a, b) for a, b in zip(ours.parameters(), loaded.parameters(), strict=True))
    theirs, info = auto_class(name).from_pretrained(tmp_path, output_loading_info=True)
    assert not any(info.values()), info
    tokens = tokens_of(2, 40)
    with torch.no_grad():
        torch.testing.assert_close(ours(tokens), theirs.eval()(tokens).logits, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("most", "files"), [(8, 2), (7, 3), (12, 1), (11, 2), (3, 3), (1 << 40, 1)])
def test_how_many_shards(tmp_path: Path, most: int, files: int) -> None:
    hf.write_files(dict.fromkeys("abc", 4), lambda _: torch.ones(1), tmp_path, most)
    assert len(list(tmp_path.glob("*.safetensors"))) == files
    assert (tmp_path / hf.INDEX).exists() == (files > 1)


def test_we_load_what_transformers_saves(name: str, tmp_path: Path) -> None:
    theirs = theirs_of(name)
    theirs.save_pretrained(tmp_path)
    ours = hf.load_model(tmp_path)
    assert ours.layout == layout_of(name)
    tokens = tokens_of(2, 40)
    with torch.no_grad():
        torch.testing.assert_close(ours(tokens), theirs(tokens).logits, rtol=1e-5, atol=1e-5)


def test_losses_and_gradients_are_transformers(name: str, tmp_path: Path) -> None:
    theirs = theirs_of(name)
    theirs.save_pretrained(tmp_path)
    ours = hf.load_model(tmp_path)
    tokens, targets = tokens_of(2, 40), tokens_of(4, 40)[2:]
    targets[0, :7] = IGNORED
    logits = theirs(tokens).logits.flatten(0, 1)
    expected = functional.cross_entropy(logits, targets.flatten(), ignore_index=IGNORED, reduction="sum")
    found = ours.loss(tokens, None, targets)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)
    torch.autograd.backward([found, expected])
    named = dict(theirs.named_parameters())
    assert set(named) == {name for name, _ in ours.named_parameters()}
    for key, parameter in ours.named_parameters():
        torch.testing.assert_close(parameter.grad, named[key].grad, rtol=1e-3, atol=1e-4)


def test_documents_are_as_transformers_reads_each_alone(name: str, tmp_path: Path) -> None:
    theirs = theirs_of(name)
    theirs.save_pretrained(tmp_path)
    ours = hf.load_model(tmp_path)
    tokens = tokens_of(1, 40)
    with torch.no_grad():
        found = ours(tokens, starts_of(40, [7, 8, 19]))
        alone = [theirs(tokens[:, first:stop]).logits for first, stop in ((0, 7), (7, 8), (8, 19), (19, 40))]
        torch.testing.assert_close(found, torch.cat(alone, dim=1), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("seed", range(6))
def test_models_from_elsewhere_by_seed(seed: int, tmp_path: Path) -> None:
    """Past the context before, in both directions, and with what transformers writes itself."""
    torch.manual_seed(seed)
    scaling = {"original_max_position_embeddings": 32, "factor": 4.0} | (
        {"rope_type": "llama3", "low_freq_factor": 1.0, "high_freq_factor": 4.0} if seed % 2 else {"rope_type": "yarn"}
    )
    kind = (transformers.LlamaConfig, transformers.Qwen2Config, transformers.Qwen3Config)[seed % 3]
    config = kind(
        vocab_size=VOCAB, hidden_size=64, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=16, max_position_embeddings=128, tie_word_embeddings=seed < 3,
        rope_parameters=scaling | {"rope_theta": 1e4},
    )  # fmt: skip
    theirs = transformers.AutoModelForCausalLM.from_config(config)
    shake(theirs)
    theirs.eval().save_pretrained(tmp_path / "theirs")
    ours = hf.load_model(tmp_path / "theirs")
    (tmp_path / "ours").mkdir()
    hf.save_weights(ours, tmp_path / "ours", end=0)
    again, info = transformers.AutoModelForCausalLM.from_pretrained(tmp_path / "ours", output_loading_info=True)
    assert not any(info.values()), info
    tokens = tokens_of(2, 100)
    with torch.no_grad():
        found, expected = ours(tokens), theirs(tokens).logits
        torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(again.eval()(tokens).logits, expected, rtol=1e-5, atol=1e-5)


def init(directory: Path, context: int, yarn: bool = True) -> Layout:
    config = Config(Data(""), init=str(directory), model=ModelShape(context=context, yarn=yarn))
    return initial.layout(config, None)


def test_a_context_is_made_longer(tmp_path: Path) -> None:
    ours = model_of("Qwen2, tied, biases")  # of 40 positions
    hf.save_weights(ours, tmp_path, end=0)
    layout = init(tmp_path, 100)
    assert layout == replace(ours.layout, context=100, stretch=rope.yarn(40, 100))
    longer = hf.load_model(tmp_path, layout=layout)
    (tmp_path / "longer").mkdir()
    hf.save_weights(longer, tmp_path / "longer", end=0)
    theirs, info = transformers.AutoModelForCausalLM.from_pretrained(tmp_path / "longer", output_loading_info=True)
    assert not any(info.values()), info
    assert theirs.config.max_position_embeddings == 100
    tokens = tokens_of(1, 100)
    with torch.no_grad():
        torch.testing.assert_close(longer(tokens), theirs.eval()(tokens).logits, rtol=1e-5, atol=1e-5)
    assert init(tmp_path / "longer", 200).stretch == rope.yarn(40, 200)  # of the first context, not of the second
    assert init(tmp_path / "longer", 64, yarn=False).stretch == rope.yarn(40, 100)


@pytest.mark.parametrize(
    ("name", "context", "yarn", "said"),
    [
        ("Llama, grouped", 40, True, "has 40 positions, and model.context is 40"),
        ("Qwen3, YaRN", 39, True, "has 40 positions, and model.context is 39"),
        ("Llama 3", 99, True, "is stretched already, as llama3"),
        ("Llama, grouped", 41, False, "context is 41, and init = .* has 40 positions: lower it, or stretch them with"),
        ("Qwen3, YaRN", 41, False, "has 40 positions: lower it, or stretch them with model.yarn = true$"),
        ("Llama 3", 41, False, "has 40 positions: lower it$"),
    ],
)
def test_a_context_that_is_not_made_longer(name: str, context: int, yarn: bool, said: str, tmp_path: Path) -> None:
    hf.save_weights(model_of(name), tmp_path, end=0)
    with pytest.raises(BadCall, match=said):
        init(tmp_path, context, yarn)


def test_up_to_its_own_a_context_is_free(tmp_path: Path) -> None:
    ours = model_of("Llama, grouped")
    hf.save_weights(ours, tmp_path, end=0)
    assert [init(tmp_path, context, yarn=False) for context in (40, 39)] == [
        ours.layout,
        replace(ours.layout, context=39),
    ]


def test_trained_on_short_windows_a_stretched_model_keeps_its_positions(tmp_path: Path) -> None:
    ours = model_of("Llama 3")
    hf.save_weights(ours, tmp_path, end=0)
    short = hf.load_model(tmp_path, layout=init(tmp_path, 8, yarn=False))
    hf.save_weights(short, tmp_path, end=0)
    assert layouts.layout_of(tmp_path) == ours.layout


def test_there_and_back_is_bit_for_bit(name: str, tmp_path: Path) -> None:
    ours = model_of(name)
    hf.save_weights(ours, tmp_path, end=0, mask=1)
    again = hf.load_model(tmp_path, torch.bfloat16)
    assert again.layout == ours.layout
    assert again.dtype == torch.bfloat16
    for one, other in zip(ours.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other)
        assert other.requires_grad


def test_shards_and_half_precision(tmp_path: Path) -> None:
    theirs = theirs_of("Qwen3, wide heads").bfloat16()
    theirs.save_pretrained(tmp_path, max_shard_size="20KB")
    assert len(list(tmp_path.glob("*.safetensors"))) > 1
    ours = hf.load_model(tmp_path)
    for name, parameter in ours.named_parameters():
        assert parameter.dtype == torch.float32
        assert torch.equal(parameter, theirs.get_parameter(name).float())


def test_a_tied_head_that_is_there_nevertheless(tmp_path: Path) -> None:
    ours = model_of("Llama, tied")
    hf.save_weights(ours, tmp_path, end=0)
    tensors = load_file(tmp_path / hf.WEIGHTS)
    extra = {
        "lm_head.weight": tensors["model.embed_tokens.weight"].clone(),
        "model.layers.0.self_attn.rotary_emb.inv_freq": torch.ones(4),
    }
    save_file(tensors | extra, tmp_path / hf.WEIGHTS)
    assert torch.equal(hf.load_model(tmp_path).head, ours.head)


@pytest.mark.parametrize("name", ["Llama, tied", "EuroBERT, tied"])
def test_a_tied_matrix_under_the_heads_name_alone(name: str, tmp_path: Path) -> None:
    ours = model_of(name)
    hf.save_weights(ours, tmp_path, end=0, mask=1)
    tensors = load_file(tmp_path / hf.WEIGHTS)
    tensors["lm_head.weight"] = tensors.pop("model.embed_tokens.weight")
    save_file(tensors, tmp_path / hf.WEIGHTS)
    assert torch.equal(hf.load_model(tmp_path).head, ours.head)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    hf.save_weights(model_of("Llama, grouped"), tmp_path, end=0)
    return tmp_path


def change(saved: Path, **tensors: torch.Tensor | None) -> None:
    found: dict[str, torch.Tensor | None] = load_file(saved / hf.WEIGHTS) | tensors
    save_file({name: tensor for name, tensor in found.items() if tensor is not None}, saved / hf.WEIGHTS)


def said(directory: Path) -> str:
    with pytest.raises(BadCall) as error:
        hf.load_model(directory)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_no_directory(tmp_path: Path) -> None:
    assert said(tmp_path / "none") == f"{tmp_path}/none/config.json: no such file; a model directory has one"


def test_no_weights(saved: Path) -> None:
    (saved / hf.WEIGHTS).unlink()
    assert said(saved).startswith(f"{saved}: neither model.safetensors nor model.safetensors.index.json")


@pytest.mark.parametrize("content", ["", "[]", "{", "\x00"])
def test_a_configuration_that_is_none(saved: Path, content: str) -> None:
    (saved / layouts.CONFIG).write_text(content)
    assert said(saved).startswith(f"{saved}/config.json: ")


@pytest.mark.parametrize("content", [{}, {"weight_map": {}}, {"weight_map": []}])
def test_an_index_that_names_nothing(saved: Path, content: dict[str, Any]) -> None:
    (saved / hf.WEIGHTS).rename(saved / "elsewhere")
    (saved / hf.INDEX).write_text(json.dumps(content))
    assert said(saved) == f"{saved}/model.safetensors.index.json: has no weight_map of tensors to files"


def test_a_shard_is_missing(saved: Path) -> None:
    (saved / hf.WEIGHTS).rename(saved / "elsewhere")
    (saved / hf.INDEX).write_text(json.dumps({"weight_map": {"lm_head.weight": "model-1.safetensors"}}))
    assert said(saved).startswith(f"{saved}/model-1.safetensors: not a whole safetensors file")


@pytest.mark.parametrize("left", [0, 4, 100, -1])
def test_a_file_cut_short(saved: Path, left: int) -> None:
    path = saved / hf.WEIGHTS
    path.write_bytes(path.read_bytes()[:left])
    assert said(saved).startswith(f"{path}: not a whole safetensors file")


def test_a_header_that_lies(saved: Path) -> None:
    path = saved / hf.WEIGHTS
    path.write_bytes(struct.pack("<Q", 1 << 60) + path.read_bytes()[8:])
    assert said(saved).startswith(f"{path}: not a whole safetensors file")


def test_a_tensor_is_missing(saved: Path) -> None:
    change(saved, **{"model.norm.weight": None})
    assert said(saved) == f"{saved}: model.norm.weight is missing (1 tensors in all); is the download whole?"


def test_a_tensor_too_many(saved: Path) -> None:
    change(saved, **{"model.layers.0.self_attn.q_norm.weight": torch.ones(8)})
    assert "q_norm.weight is no part of LlamaForCausalLM" in said(saved)


def test_a_tensor_of_another_shape(saved: Path) -> None:
    change(saved, **{"lm_head.weight": torch.ones(VOCAB, 32)})
    assert (
        said(saved)
        == f"{saved}/model.safetensors: lm_head.weight has the shape [100, 32], and config.json says [128, 32]"
    )
