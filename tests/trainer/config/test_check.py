from dataclasses import replace
from typing import Any

import pytest

from winnow.trainer.config.check import complaints
from winnow.trainer.config.settings import Config, Data, ModelShape, Phase, Rule
from winnow.trainer.config.text import Place

GOOD = Config(Data("p"))


def changed(section: str, **values: Any) -> Config:
    if section:
        values = {section: replace(getattr(GOOD, section), **values)}
    return replace(GOOD, **values)


def places(config: Config) -> list[Place]:
    return [place for place, _ in complaints(config)]


@pytest.mark.parametrize(
    ("section", "values"),
    [
        ("", {"seed": 0}),
        ("", {"seed": 2**63 - 1}),
        ("", {"init": "there", "model": ModelShape(yarn=True)}),
        ("model", {"width": 6, "heads": 3}),
        ("model", {"width": 5, "heads": 3, "head_width": 2}),
        ("model", {"heads": 3, "kv_heads": 1}),
        ("model", {"heads": 3, "kv_heads": 3}),
        ("model", {"context": 2}),
        ("masking", {"share": 1.0, "keep": 0.0, "random": 1.0}),
        ("masking", {"keep": 0.5, "random": 0.5}),
        ("optimizer", {"warmup": 0.5, "decay": 0.5}),
        ("optimizer", {"warmup": 1.0, "decay": 1.0, "schedule": "cosine"}),
        ("optimizer", {"weight_decay": 0.0, "clip": 0.0, "beta1": 0.0, "beta2": 0.0, "momentum": 0.0, "floor": 1.0}),
        ("optimizer", {"rate": 0.0, "dial": 1e-9}),
        ("run", {"batch_tokens": 0}),
        ("run", {"batch_tokens": 512, "keep": 0, "spike": 0.0, "skips": 1, "log_every": 0}),
        ("data", {"weights": {"a": 0.0, "b": 1.0}}),
        ("run", {"profile": "1:1"}),
        ("run", {"profile": "10:13"}),
        ("evaluate", {"questions": 0, "sample_tokens": 1, "temperature": 0.0, "every": 1}),
        ("evaluate", {"tasks": ("everyday",), "samples": ("",)}),
        ("data", {"phases": (Phase(0.1), Phase(0.2, {"a": 1.0}))}),
        ("data", {"rules": (Rule("a", (1.0, 2.0), (0.0, 1000.0)), Rule("a.b", values={"": 0.5}, other=0.0))}),
    ],
)
def test_what_may_be(section: str, values: dict[str, Any]) -> None:
    assert places(changed(section, **values)) == []


@pytest.mark.parametrize(
    ("section", "values", "place"),
    [
        ("data", {"rules": (Rule("a"),)}, ("data", "rules", 0, "at_least")),
        ("data", {"rules": (Rule("a", (1.0,), (1.0,), {"b": 1.0}),)}, ("data", "rules", 0, "values")),
        ("data", {"rules": (Rule("a", (1.0,), (1.0,)), Rule("a", (1.0,), ()))}, ("data", "rules", 1, "weights")),
        ("data", {"rules": (Rule("a", (1.0, 1.0), (1.0, 1.0)),)}, ("data", "rules", 0, "at_least")),
        ("data", {"rules": (Rule("a", (1.0,), (-0.1,)),)}, ("data", "rules", 0, "weights")),
        ("data", {"rules": (Rule("a", values={"b": 1000.1}),)}, ("data", "rules", 0, "values")),
        ("data", {"rules": (Rule("a", values={"b": 1.0}, other=-1.0),)}, ("data", "rules", 0, "other")),
        ("", {"seed": -1}, ("seed",)),
        ("model", {"layers": 0}, ("model", "layers")),
        ("model", {"heads": 0}, ("model", "heads")),
        ("model", {"width": 385}, ("model", "width")),
        ("model", {"width": 9, "heads": 3}, ("model", "width")),
        ("model", {"head_width": 7}, ("model", "head_width")),
        ("model", {"head_width": -2}, ("model", "head_width")),
        ("model", {"kv_heads": 2}, ("model", "kv_heads")),
        ("model", {"kv_heads": -1}, ("model", "kv_heads")),
        ("model", {"context": 1}, ("model", "context")),
        ("model", {"yarn": True}, ("model", "yarn")),
        ("model", {"rope_theta": 1.0}, ("model", "rope_theta")),
        ("model", {"norm_eps": 0.0}, ("model", "norm_eps")),
        ("masking", {"share": 0.0}, ("masking", "share")),
        ("masking", {"share": 1.01}, ("masking", "share")),
        ("masking", {"keep": 0.6, "random": 0.5}, ("masking", "random")),
        ("optimizer", {"rate": -0.1}, ("optimizer", "rate")),
        ("optimizer", {"dial": 0.0}, ("optimizer", "dial")),
        ("optimizer", {"clip": -1.0}, ("optimizer", "clip")),
        ("optimizer", {"beta2": 1.0}, ("optimizer", "beta2")),
        ("optimizer", {"momentum": 1.0}, ("optimizer", "momentum")),
        ("optimizer", {"floor": 1.1}, ("optimizer", "floor")),
        ("optimizer", {"warmup": 0.5, "decay": 0.6}, ("optimizer", "decay")),
        ("run", {"tokens_per_parameter": 0.0}, ("run", "tokens_per_parameter")),
        ("run", {"tokens": -1}, ("run", "tokens")),
        ("run", {"batch_tokens": 511}, ("run", "batch_tokens")),
        ("run", {"log_every": -1}, ("run", "log_every")),
        ("run", {"evaluate_tokens": 0}, ("run", "evaluate_tokens")),
        ("run", {"skips": 0}, ("run", "skips")),
        ("run", {"profile": "0:1"}, ("run", "profile")),
        ("run", {"profile": "3:2"}, ("run", "profile")),
        ("run", {"profile": "3"}, ("run", "profile")),
        ("run", {"profile": "1:2:3"}, ("run", "profile")),
        ("run", {"profile": f"1:{'9' * 19}"}, ("run", "profile")),
        ("evaluate", {"questions": -1}, ("evaluate", "questions")),
        ("evaluate", {"sample_tokens": 0}, ("evaluate", "sample_tokens")),
        ("evaluate", {"temperature": -0.1}, ("evaluate", "temperature")),
        ("evaluate", {"every": -1}, ("evaluate", "every")),
        ("machine", {"micro_rows": -1}, ("machine", "micro_rows")),
        ("machine", {"micro_rows": (1 << 20) + 1}, ("machine", "micro_rows")),
        ("machine", {"threads": 4097}, ("machine", "threads")),
        ("model", {"layers": 10_001}, ("model", "layers")),
        ("model", {"mlp": (1 << 24) + 1}, ("model", "mlp")),
        ("run", {"batch_tokens": (1 << 40) + 1}, ("run", "batch_tokens")),
        ("data", {"pack": ""}, ("data", "pack")),
        ("data", {"weights": {"a": -1.0, "b": 2.0}}, ("data", "weights", "a")),
        ("data", {"weights": {"a": 0.0}}, ("data", "weights")),
        ("data", {"phases": (Phase(0.0),)}, ("data", "phases", 0, "start")),
        ("data", {"phases": (Phase(1.0),)}, ("data", "phases", 0, "start")),
        ("data", {"phases": (Phase(0.2), Phase(0.2))}, ("data", "phases", 1, "start")),
        ("data", {"phases": (Phase(0.2, {"a": 0.0}),)}, ("data", "phases", 0, "weights")),
    ],
)
def test_what_may_not_be(section: str, values: dict[str, Any], place: Place) -> None:
    assert places(changed(section, **values)) == [place]


def test_an_encoder_is_asked_nothing() -> None:
    asked = replace(changed("evaluate", tasks=("code",), samples=("a",)), objective="masked")
    assert places(asked) == [("evaluate", "tasks"), ("evaluate", "samples")]


@pytest.mark.parametrize(
    ("section", "values"),
    [("machine", {"micro_rows": 1 << 20, "threads": 4096}), ("model", {"layers": 10_000, "mlp": 1 << 24}),
     ("model", {"width": 1 << 20, "heads": 1 << 16}), ("run", {"batch_tokens": 1 << 40})],
)  # fmt: skip
def test_the_most_that_may_be(section: str, values: dict[str, Any]) -> None:
    assert places(changed(section, **values)) == []
