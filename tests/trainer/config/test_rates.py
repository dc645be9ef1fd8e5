import pytest

from winnow.trainer.config import rates
from winnow.trainer.config.config_file import load
from winnow.trainer.config.layouts import Layout, suited
from winnow.trainer.config.settings import Config

BY_RULE = {  # what a run of each shipped configuration trains with
    "tiny": 0.012,
    "10m": 0.0041,
    "30m": 0.0046,
    "124m": 0.0043,
    "350m": 0.002,
    "1b": 0.0014,
}


def asked(name: str, *sets: str) -> tuple[Config, Layout]:
    config = load(name, sets, "p")
    return config, Layout.of(config.model, suited(config.model.width), "causal")


def settled(name: str, *sets: str) -> tuple[float, int]:
    found = rates.settled(*asked(name, *sets))[0]
    return found.optimizer.rate, found.run.batch_tokens


@pytest.mark.parametrize("name", BY_RULE)
def test_the_shipped_configurations(name: str) -> None:
    assert settled(name)[0] == BY_RULE[name]


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (("muon", 850_000, 4096, 1e6), 0.012),
        (("muon", 100 * 850_000, 4096, 1e6), 0.0012),
        (("muon", 1, 4096, 1e6), 11.0),
        (("muon", 850_000, 16384, 1e6), 0.024),
        (("muon", 850_000, 1024, 1e6), 0.006),
        (("muon", 850_000, 4096, 1e9), 0.0043),
        (("muon", 850_000, 4096, 250_000), 0.015),
        (("muon", 850_000, 4096, 1), 0.015),
        (("adamw", 850_000, 4096, 1e6), 0.004),
        (("adamw", 100 * 850_000, 4096, 1e6), 0.0004),
    ],
)
def test_the_rule(of: tuple[str, float, int, float], expected: float) -> None:
    assert rates.rate(*of) == expected


@pytest.mark.parametrize(
    ("tokens", "context", "expected"),
    [(1e6, 256, 2048), (1e9, 256, 65536), (2e9, 256, 131072), (1, 2, 2), (1, 256, 256), (1e6, 4096, 4096)],
)
def test_the_batch(tokens: float, context: int, expected: int) -> None:
    assert rates.batch(tokens, context) == expected


def test_what_is_given_stays() -> None:
    assert settled("10m", "optimizer.rate=0.004", "run.batch_tokens=4096") == (0.004, 4096)
    assert settled("10m", "optimizer.rate=0.004", "optimizer.dial=2") == (0.004, 32768)
    assert rates.settled(*asked("10m", "optimizer.rate=0.004"))[1] == {}


def test_the_dial_multiplies_what_the_rule_gives() -> None:
    assert settled("tiny", "optimizer.dial=2") == (0.024, 4096)
    assert settled("tiny", "optimizer.dial=0.5") == (0.006, 4096)


def test_the_rate_goes_by_the_batch_that_the_rule_gives() -> None:
    assert settled("tiny", "run.batch_tokens=0") == (0.0085, 2048)
    assert settled("tiny", "run.batch_tokens=2048") == (0.0085, 2048)


def test_tokens_are_those_of_the_run() -> None:
    """Chinchilla's where none are named: a head of its own counts, an embedding that is the head does not."""
    blocks, head = 851_968, 4096 * 128
    for tied, parameters in (("true", blocks), ("false", blocks + head)):
        shape = f"model.tied={tied}"
        assert settled("tiny", shape, "run.tokens=0") == settled("tiny", shape, f"run.tokens={20 * parameters}")
    assert settled("tiny", "run.tokens=0", "run.tokens_per_parameter=1e-9") == settled("tiny", "run.tokens=1")


def test_it_says_why() -> None:
    said = rates.settled(*asked("tiny", "run.batch_tokens=0", "optimizer.dial=2"))[1]
    assert said == {
        ("run", "batch_tokens"): "2,048 by the rule, for a run of 1 M tokens",
        (
            "optimizer",
            "rate",
        ): "0.017 by the rule, for optimizer.dial 2, blocks of 852 k parameters, 2,048 tokens a step, 1 M in all",
    }
