"""benchmarks/training/: its scorer agrees with Winnow's own, its trainers run, stand still and end as told, and only
what ran in one precision is compared."""

import json
import math
import re
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.training import report, scorer
from benchmarks.training.contenders import Contender, Shape, Winnow, beside
from benchmarks.training.peers import LitGPT, Nanochat, NanoGPT
from benchmarks.training.process import CommandFailed, Launch, Running
from benchmarks.training.quality import MOST_RATES, swept
from tests.trainer.small_evaluation import random_model
from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import ModelShape
from winnow.trainer.evaluate.scoring import TEXT, bits, causal_pieces

STEPS = """
import time
for step in range(1000):
    time.sleep(0.02)
    print(f"iter {step}: loss 1.0", flush=True)
"""


def test_two_scorers_find_the_same_bits() -> None:
    shape = ModelShape(layers=2, width=32, heads=2, mlp=48, context=16)
    model = random_model(Layout.of(shape, 64, "causal"))
    draw = np.random.default_rng(0)
    texts = [draw.integers(1, 64, length) for length in (1, 2, 15, 16, 17, 50)]
    whole = [np.concatenate(([0], text, [0])) for text in texts]
    expected = [bits(model, causal_pieces(tokens, 16, 8), 0, 16)[:, TEXT].sum() for tokens in whole]
    found = scorer.views(model, texts, 0, 16)["seen"]
    # a text's end-of-text is scored by one and not the other: windows of longer texts end a token apart
    short = [place for place, text in enumerate(texts) if len(text) < 16]
    np.testing.assert_allclose(np.array(found)[short], np.array(expected)[short], rtol=1e-4)
    np.testing.assert_allclose(found, expected, rtol=0.05)


def launch(script: str, folder: Path, first: int = 0) -> Launch:
    step = re.compile(r"^iter (\d+): loss")
    return Launch("toy", [sys.executable, "-c", script], folder, folder / "toy.log", step, first=first)


def test_it_counts_steps_and_stands_still(tmp_path: Path) -> None:
    running = Running(launch(STEPS, tmp_path))
    try:
        assert running.wait(2, 30) > running.began
        running.pause()
        time.sleep(0.1)
        stood = running.steps
        time.sleep(0.2)
        assert running.steps == stood
        found = running.stretch(3, 30)
        assert found.steps == 3
        assert found.seconds > 0
        assert running.steps >= stood + 3
        assert running.peak_memory() > 1 << 20
    finally:
        running.end()
    assert "iter 4: loss" in (tmp_path / "toy.log").read_text()


def test_steps_of_a_file_of_metrics(tmp_path: Path) -> None:
    script = """
import json, time
with open("metrics.jsonl", "w") as file:
    for step in (1, 2, 5):
        file.write(json.dumps({"kind": "step", "step": step}) + "\\n" + '{"kind": "save"')
        file.flush()
        time.sleep(0.05)
        file.write(', "step": 1}\\n')
"""
    running = Running(Launch("toy", [sys.executable, "-c", script], tmp_path, tmp_path / "toy.log",
                             metrics=tmp_path / "metrics.jsonl"))  # fmt: skip
    running.wait(5, 30)
    running.finish(30)
    assert running.steps == 5


def test_one_that_ends_too_early_is_named_with_its_log(tmp_path: Path) -> None:
    running = Running(launch("print('iter 0: loss 1'); raise SystemExit(3)", tmp_path))
    with pytest.raises(CommandFailed, match=r"toy ended with code 3 after 1 steps; see .*toy.log"):
        running.wait(2, 30)
    with pytest.raises(CommandFailed, match="toy ended with code 3"):
        running.finish(30)


def test_one_that_says_nothing_is_not_waited_for_long(tmp_path: Path) -> None:
    running = Running(launch("import time; time.sleep(60)", tmp_path))
    try:
        with pytest.raises(CommandFailed, match="toy was silent for 0 seconds after 0 steps"):
            running.wait(1, 0.1)
    finally:
        running.end()


def shape_on(device: str) -> Shape:
    return Shape(2, 32, 2, 48, 64, 16, 2, 64, device)


def peers(device: str, folder: Path) -> list[Contender]:
    shape = shape_on(device)
    return [
        NanoGPT(shape, folder, folder, compiled=False), LitGPT(shape, folder, folder),
        Nanochat(shape, folder, folder, folder),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("device", "rows"),
    [
        ("cpu", {"winnow": "bfloat16", "litgpt": "bfloat16", "nanochat": "bfloat16", "winnow-float32": "float32",
                 "nanogpt-eager": "float32"}),
        ("cuda", {"winnow": "bfloat16", "nanogpt-eager": "bfloat16", "litgpt": "bfloat16", "nanochat": "bfloat16"}),
    ],
)  # fmt: skip
def test_winnow_stands_in_every_precision_of_a_peer(device: str, rows: dict[str, str], tmp_path: Path) -> None:
    found = beside(peers(device, tmp_path), shape_on(device), tmp_path, Path("winnow"))
    assert {of.name: of.precision for of in found} == rows


def test_without_peers_winnow_stands_alone(tmp_path: Path) -> None:
    assert [of.name for of in beside([], shape_on("cpu"), tmp_path, Path("winnow"))] == ["winnow"]


def test_each_is_asked_for_the_precision_that_its_row_says(tmp_path: Path) -> None:
    nanogpt, litgpt, nanochat = (of.launch(tmp_path / of.name, 5, 1, 1e-3) for of in peers("cpu", tmp_path))
    assert "--dtype=float32" in nanogpt.command
    assert litgpt.command[litgpt.command.index("--precision") + 1] == "bf16-mixed"
    assert nanochat.environment["NANOCHAT_DTYPE"] == "bfloat16"
    for precision in ("bfloat16", "float32"):
        Winnow(shape_on("cpu"), tmp_path, Path("winnow"), precision).launch(tmp_path / precision, 5, 1, 1e-3)
        assert tomllib.loads((tmp_path / f"{precision}.toml").read_text())["machine"]["dtype"] == precision


@pytest.mark.parametrize(
    ("best", "tried"),
    [
        (1.0, [0.5, 1.0, 2.0]),
        (2.0, [0.5, 1.0, 2.0, 4.0]),
        (8.0, [0.5, 1.0, 2.0, 4.0, 8.0, 16.0]),
        (0.25, [0.125, 0.25, 0.5, 1.0, 2.0]),
        (1000.0, [0.5 * 2**times for times in range(MOST_RATES)]),
    ],
)
def test_rates_are_searched_until_the_best_has_a_worse_one_on_either_side(best: float, tried: list[float]) -> None:
    found = swept(lambda rate: abs(math.log(rate / best)), 1.0)
    assert list(found) == tried


def test_every_trainer_s_rate_is_the_one_that_was_asked_for(tmp_path: Path) -> None:
    nanogpt, litgpt, nanochat = (of.launch(tmp_path / of.name, 5, 1, 0.25) for of in peers("cpu", tmp_path))
    assert {"--learning_rate=0.25", "--min_lr=0.025"} <= set(nanogpt.command)
    assert json.loads(str(litgpt.command[litgpt.command.index("--optimizer") + 1]))["init_args"]["lr"] == 0.25
    assert {"--matrix-lr=0.005", "--embedding-lr=0.075"} <= set(nanochat.command)
    Winnow(shape_on("cpu"), tmp_path, Path("winnow"), optimizer="adamw").launch(tmp_path / "adamw", 5, 1, 0.25)
    optimizer = tomllib.loads((tmp_path / "adamw.toml").read_text())["optimizer"]
    assert optimizer == {"name": "adamw", "rate": 0.25}


def made(*left_out: str) -> dict[str, Any]:
    """Of five trainers, of which the fastest makes 1,600 tokens a second and each other half of the one before."""
    kinds = {"winnow": "bfloat16", "litgpt": "bfloat16", "nanochat": "bfloat16", "winnow-float32": "float32",
             "nanogpt-eager": "float32"}  # fmt: skip
    speed, trainers = dict[str, Any](), dict[str, Any]()
    for place, (name, precision) in enumerate(kinds.items()):
        row, rate = {"kind": name.partition("-")[0], "precision": precision}, 1600 / 2**place
        speed[name] = row | {"tokens_per_second": rate, "low": rate, "high": rate, "first_step_seconds": 1.0,
                             "memory": 1 << 30, "others": 0.0}  # fmt: skip
        trainers[name] = row | {"bits_per_byte": 2.0, "low": 1.9, "high": 2.1, "runs": [(5, 300.0, 2.0)],
                                "tried": {1.0: 2.0}, "view": "alone"}  # fmt: skip
    for name in left_out:
        del speed[name], trainers[name]
    ahead = {"value": 0.1, "low": 0.0, "high": 0.2}
    pairs = {name: {"of": ours} | ahead for name, ours in report.rivals(trainers).items()}
    return {
        "machine": {"cores": 2, "processor": "one", "device": "cpu", "load": 0.0}, "torch": "2",
        "shape": vars(shape_on("cpu")),
        "data": {"documents": 1, "tokens": 1, "held_out_documents": 1, "held_out_bytes": 1},
        "peak": 1e12, "flops_per_token": 1_000_000, "matmul": {"bfloat16": 1e10, "float32": 2e9}, "speed": speed,
        "quality": [{"by": "minutes", "point": 5, "trainers": trainers, "ahead": pairs}],
    }  # fmt: skip


def test_every_row_says_its_precision_and_its_share_of_the_products_in_it() -> None:
    said = report.lines(made())
    tables = [said[place + 1 : place + 6] for place, line in enumerate(said) if line.split()[:1] == ["precision"]]
    names = [("winnow", "bfloat16"), ("litgpt", "bfloat16"), ("nanochat", "bfloat16"), ("winnow-float32", "float32"),
             ("nanogpt-eager", "float32")]  # fmt: skip
    assert [[tuple(line.split()[:2]) for line in table] for table in tables] == [names, names]
    assert [line.split()[5] for line in tables[0]] == ["16%", "8%", "4%", "10%", "5%"]
    # the peak that a maker states is one of bfloat16
    assert [line.split()[2] for line in said if line.startswith("MFU")] == ["winnow,", "litgpt,", "nanochat,"]


def test_only_rows_of_one_precision_are_compared() -> None:
    said = report.lines(made())
    ahead = "by 0.1000 bits per byte (0.0000 to 0.2000), must be above 0"
    assert [line for line in said if " : " in line or " ahead of " in line] == [
        "winnow : litgpt, both bfloat16, tokens/s 2.00, must be 1.0 or more",
        "winnow : nanochat, both bfloat16, tokens/s 4.00",
        "winnow-float32 : nanogpt-eager, both float32, tokens/s 2.00",
        f"winnow ahead of litgpt, both bfloat16, {ahead}",
        f"winnow ahead of nanochat, both bfloat16, {ahead}",
        f"winnow-float32 ahead of nanogpt-eager, both float32, {ahead}",
    ]


def test_what_has_no_equal_is_said_to_be_compared_with_nothing() -> None:
    said = report.lines(made("winnow-float32"))
    assert not [line for line in said if "nanogpt" in line and (" : " in line or " ahead of " in line)]
    assert said.count("nanogpt-eager is compared with nothing: no row of winnow's is in float32") == 2
