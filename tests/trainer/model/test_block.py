import json
import random
from typing import Any

import pytest
import torch

from winnow.trainer.config import layouts
from winnow.trainer.model import block

CPU = torch.device("cpu")
STARTS = torch.tensor([[1, 0, 0, 1, 1, 0], [1, 0, 0, 0, 0, 0], [0, 0, 1, 0, 0, 1]], dtype=torch.bool)


def test_positions_restart_with_every_document() -> None:
    assert block.positions(STARTS).tolist() == [[0, 1, 2, 0, 0, 1], [0, 1, 2, 3, 4, 5], [0, 1, 0, 1, 2, 0]]


def test_angles_are_those_of_the_paper() -> None:
    cosine, sine = block.angles(torch.tensor([[0, 3]]), block.frequencies(4, 100.0, None, CPU))
    turns = torch.tensor([[0.0, 0.0], [3.0, 0.3]])  # position * theta^(-2i / W)
    torch.testing.assert_close(cosine[0, 0], torch.cat((turns, turns), 1).cos())
    torch.testing.assert_close(sine[0, 0], torch.cat((-turns, turns), 1).sin())


def test_angles_are_scaled() -> None:
    turned_by = block.frequencies(4, 100.0, None, CPU)
    plain, scaled = (block.angles(torch.tensor([[0, 3]]), turned_by, scale) for scale in (1.0, 1.5))
    assert [torch.equal(1.5 * one, other) for one, other in zip(plain, scaled, strict=True)] == [True, True]


def drawn(seed: int) -> dict[str, Any]:
    """A configuration of either kind, ordinary and odd."""
    chance = random.Random(seed)
    original = chance.choice([16, 2048, 8192, 32768])
    factor = chance.choice([1.0, 2.0, 2.5, 8.0, 32.0])
    kinds = [
        {"rope_type": "llama3", "low_freq_factor": 1.0, "high_freq_factor": chance.choice([1.5, 4.0])},
        {"rope_type": "yarn"},
        {"rope_type": "yarn", "beta_fast": chance.choice([2, 16.0]), "beta_slow": 0.5, "truncate": False},
        {"rope_type": "yarn", "attention_factor": 1.25, "beta_slow": None},
        {"rope_type": "yarn", "mscale": 0.7, "mscale_all_dim": 1.1},
    ]
    return {
        "architectures": ["LlamaForCausalLM"], "vocab_size": 100, "intermediate_size": 32, "num_hidden_layers": 1,
        "num_attention_heads": 2, "hidden_size": 2 * chance.choice([8, 64, 128]), "rms_norm_eps": 1e-6,
        "max_position_embeddings": int(original * factor),
        "rope_parameters": {"rope_theta": chance.choice([1e4, 5e5]), "factor": factor,
                            "original_max_position_embeddings": original} | kinds[seed % len(kinds)],
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_stretched_frequencies_are_bit_for_bit_those_of_transformers(seed: int) -> None:
    transformers = pytest.importorskip("transformers")
    from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

    words = drawn(seed)
    for config in (words, layouts.to_config(layouts.from_config(words, "there"), end=0)):
        layout = layouts.from_config(config, "there")
        theirs = transformers.LlamaConfig(**json.loads(json.dumps(config)))
        expected, scale = ROPE_INIT_FUNCTIONS[theirs.rope_parameters["rope_type"]](theirs)
        found = block.frequencies(layout.head_width, layout.rope_theta, layout.stretch, CPU)
        assert torch.equal(found, expected)
        assert layout.stretch is not None
        assert layout.stretch.attention == scale
