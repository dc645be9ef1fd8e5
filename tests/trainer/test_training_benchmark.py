"""benchmarks/training.py: its scorer agrees with Winnow's own, and its trainers run, stand still and end as told."""

import re
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.trainer.small_evaluation import random_model
from trainer.config import ModelShape
from trainer.layouts import Layout
from trainer.scoring import TEXT, bits, causal_pieces

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import training_scorer
from training_process import CommandFailed, Launch, Running

STEPS = """
import time
for step in range(1000):
    time.sleep(0.02)
    print(f"iter {step}: loss 1.0", flush=True)
"""


@pytest.mark.parametrize(("view", "document_mask"), [("seen", False), ("alone", True)])
def test_two_scorers_find_the_same_bits(view: str, document_mask: bool) -> None:
    shape = ModelShape(layers=2, width=32, heads=2, mlp=48, context=16)
    model = random_model(Layout.of(shape, 64, "causal"))
    draw = np.random.default_rng(0)
    texts = [draw.integers(1, 64, length) for length in (1, 2, 15, 16, 17, 50)]
    expected = [
        bits(model, causal_pieces(np.append(text, 0), 0, 16, 8, document_mask), 0, 16)[:, TEXT].sum() for text in texts
    ]
    found = training_scorer.views(model, texts, 0, 16)[view]
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
