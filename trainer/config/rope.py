"""Rotary frequencies that are stretched to a longer context, and how a Hugging Face configuration says so.

default   theta^(-2i / W) for each pair of entries of a head of width W (Su et al. 2021, RoFormer, section 3.2.2)
llama3    what turns seldom over the first context is slowed down, as Llama 3.1 and later were (rope_type "llama3")
yarn      the same with another passage between the two, and larger scores (Peng et al. 2023, YaRN, section 3)
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from winnow.trainer.errors import BadCall, shown

LEAST = 1e-300
MOST = 1 << 28
"""Of any size: no model has as much, and products of three such stay within 64 bits."""


@dataclass(frozen=True)
class Stretch:
    """Frequencies that turn less than `slow` times over `original` positions are divided by `factor`; those that turn
    more than `fast` times stay; between them it passes from the one to the other."""

    kind: Literal["llama3", "yarn"]
    factor: float
    original: int
    """Positions of the context before."""
    positions: int
    """Of the whole context, whatever part of it is trained on."""
    slow: float = 1.0
    fast: float = 32.0
    attention: float = 1.0
    """What cosine and sine are multiplied with."""
    truncate: bool = True
    """Of yarn: whether the passage begins and ends at whole entries."""


def yarn(original: int, positions: int) -> Stretch:
    """From `original` to more positions, as the paper advises (equation 22 for the scores)."""
    factor = positions / original
    return Stretch("yarn", factor, original, positions, attention=_louder(factor))


def to_config(theta: float, stretch: Stretch | None) -> dict[str, Any]:
    """The entries of config.json. Version 5 of transformers reads rope_parameters, version 4 the others."""
    words: dict[str, Any] = {"rope_type": "default"}
    if stretch:
        words = {"rope_type": stretch.kind, "factor": stretch.factor,
                 "original_max_position_embeddings": stretch.original}  # fmt: skip
        if stretch.kind == "llama3":
            words |= {"low_freq_factor": stretch.slow, "high_freq_factor": stretch.fast}
        else:
            words |= {"beta_slow": stretch.slow, "beta_fast": stretch.fast, "attention_factor": stretch.attention,
                      "truncate": stretch.truncate}  # fmt: skip
    config = {"rope_parameters": words | {"rope_theta": theta}, "rope_theta": theta}
    return config | ({"rope_scaling": words} if stretch else {})


def from_config(config: Mapping[str, Any], where: str, positions: int) -> tuple[float, Stretch | None]:
    """Theta, and the stretch if there is one, in either version's spelling. positions: max_position_embeddings.

    BadCall on other kinds and on values that are none. As in transformers rope_scaling counts where both are given.
    """
    rope = config.get("rope_scaling") or config.get("rope_parameters") or {}
    if not isinstance(rope, dict) or any(isinstance(value, dict) for value in rope.values()):
        raise BadCall(f"{where}: rope_parameters or rope_scaling is {shown(rope)}, not an object for all layers")
    kind = rope.get("rope_type", rope.get("type", "default"))
    partial = rope.get("partial_rotary_factor", config.get("partial_rotary_factor", 1.0))
    if kind not in ("default", "llama3", "yarn") or partial not in (1.0, None):
        found = f"type {shown(kind)} (partial {shown(partial)})"
        raise BadCall(f"{where}: rotary positions of {found}; this trainer has 'default', 'llama3' and 'yarn'")
    theta = number(rope if "rope_theta" in rope else config, "rope_theta", where, 10000.0)
    if kind == "default":
        return theta, None
    outer = "original_max_position_embeddings" in config
    original = whole(config if outer else rope, "original_max_position_embeddings", where, positions)
    if kind == "llama3":
        factor, slow, fast = (number(rope, key, where) for key in ("factor", "low_freq_factor", "high_freq_factor"))
        if factor < 1 or slow >= fast:
            raise BadCall(f"{where}: factor {factor}, low_freq_factor {slow}, high_freq_factor {fast}: not as llama3's")
        return theta, Stretch("llama3", factor, original, positions, slow, fast)

    def given(key: str, usual: float, least: float = LEAST) -> float:
        """Null and 0 stand for the default."""
        return number({} if rope.get(key) in (None, 0) else rope, key, where, usual, least)

    factor, slow, fast = given("factor", positions / original), given("beta_slow", 1), given("beta_fast", 32)
    if factor < 1 or slow >= fast or theta <= 1:
        words = f"factor {factor}, beta_slow {slow}, beta_fast {fast}, rope_theta {theta}"
        raise BadCall(f"{where}: {words}: not as yarn's")
    scale, of_all = given("mscale", 0.0, 0.0), given("mscale_all_dim", 0.0, 0.0)
    usual = _louder(factor, scale) / _louder(factor, of_all) if scale and of_all else _louder(factor)
    attention = given("attention_factor", usual)
    truncate = rope.get("truncate", True)
    if not isinstance(truncate, bool):
        raise BadCall(f"{where}: truncate is {shown(truncate)}, not true or false")
    return theta, Stretch("yarn", factor, original, positions, slow, fast, attention, truncate)


def _louder(factor: float, scale: float = 1.0) -> float:
    return 0.1 * scale * math.log(factor) + 1.0


def whole(config: Mapping[str, Any], key: str, where: str, default: int | None = None, most: int = MOST) -> int:
    """`default` stands for a key that is missing, null or 0, where there is one."""
    value = config.get(key) or default
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= most:
        raise BadCall(f"{where}: {key} is {shown(config.get(key))}, not a whole number from 1 to {most:,}")
    return value


def number(
    config: Mapping[str, Any], key: str, where: str, default: float | None = None, least: float = LEAST
) -> float:
    """`default` stands for a key that is missing, where there is one."""
    value = config.get(key, default)
    if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value < 1e300:
        raise BadCall(f"{where}: {key} is {shown(value)}, not a number above 0")
    return float(value)
