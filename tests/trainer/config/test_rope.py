from typing import Any

import pytest

from winnow.trainer.config import rope
from winnow.trainer.config.rope import Stretch
from winnow.trainer.errors import BadCall

LLAMA = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
         "original_max_position_embeddings": 8192}  # fmt: skip
YARN = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768}


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"rope_scaling": LLAMA, "rope_theta": 5e5}, Stretch("llama3", 8.0, 8192, 131072, 1.0, 4.0)),
        ({"rope_parameters": LLAMA | {"rope_theta": 5e5}}, Stretch("llama3", 8.0, 8192, 131072, 1.0, 4.0)),
        ({"rope_scaling": YARN, "rope_theta": 5e5}, Stretch("yarn", 4.0, 32768, 131072, attention=1.1386294361119891)),
        ({"rope_scaling": {"type": "yarn", "factor": None, "original_max_position_embeddings": 65536},
          "rope_theta": 5e5}, Stretch("yarn", 2.0, 65536, 131072, attention=1.0693147180559945)),
        ({"rope_scaling": {"type": "yarn", "factor": 1}, "rope_theta": 5e5, "original_max_position_embeddings": 16},
         Stretch("yarn", 1.0, 16, 131072)),
        ({"rope_scaling": YARN, "rope_parameters": {"rope_type": "default"}, "rope_theta": 5e5},
         Stretch("yarn", 4.0, 32768, 131072, attention=1.1386294361119891)),
    ],
)  # fmt: skip
def test_files_of_either_version(config: dict[str, Any], expected: Stretch) -> None:
    theta, found = rope.from_config(config, "there", 131072)
    assert (theta, found) == (5e5, expected)
    assert rope.from_config(rope.to_config(theta, found), "there", 131072) == (theta, found)


def test_a_stretch_as_the_paper_advises() -> None:
    assert rope.yarn(2048, 8192) == Stretch("yarn", 4.0, 2048, 8192, 1.0, 32.0, 1.1386294361119891)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (LLAMA | {"factor": 0.5}, "factor 0.5"),
        (LLAMA | {"factor": "8"}, "factor is '8'"),
        (LLAMA | {"factor": float("nan")}, "factor is nan"),
        (LLAMA | {"low_freq_factor": 4.0}, "low_freq_factor 4.0, high_freq_factor 4.0"),
        (LLAMA | {"low_freq_factor": None}, "low_freq_factor is None"),
        (LLAMA | {"high_freq_factor": True}, "high_freq_factor is True"),
        (LLAMA | {"original_max_position_embeddings": -1}, "original_max_position_embeddings is -1"),
        (LLAMA | {"original_max_position_embeddings": 10**400}, "original_max_position_embeddings is 1000"),
        (LLAMA | {"partial_rotary_factor": 0.5}, "partial 0.5"),
        (YARN | {"factor": 10**400}, "factor is 1000"),
        (YARN | {"factor": []}, r"factor is \[\]"),
        (YARN | {"beta_fast": 1}, "beta_slow 1.0, beta_fast 1.0"),
        (YARN | {"rope_theta": 1.0}, "rope_theta 1.0"),
        (YARN | {"attention_factor": -1}, "attention_factor is -1"),
        (YARN | {"mscale": "1", "mscale_all_dim": 1}, "mscale is '1'"),
        (YARN | {"truncate": 1}, "truncate is 1"),
        ({"full_attention": LLAMA}, "not an object for all layers"),
        ({"rope_type": ["yarn"]}, r"type \['yarn'\]"),
    ],
)
def test_words_that_are_none(words: dict[str, Any], said: str) -> None:
    with pytest.raises(BadCall, match=said) as error:
        rope.from_config({"rope_parameters": words}, "DIR/config.json", 131072)
    assert str(error.value).startswith("DIR/config.json: ")
    assert "\n" not in str(error.value)
