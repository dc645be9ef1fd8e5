"""Fits the trees: CatBoost's, whose trees are oblivious, written out as the engine reads them.

Features are chosen by a first small model on the same examples, so that a fold that is held out has no say in it.
"""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.block_model.examples import Examples
from winnow.pipelines.extraction.blocks.trees import SCALE, Trees


@dataclass(frozen=True)
class Settings:
    """How the trees are grown."""

    features: int = 240
    """Kept of all, by their importance to the first model."""
    trees: int = 600
    depth: int = 6
    rate: float = 0.1
    l2: float = 3.0
    columns: float = 0.2
    """Share of the features that each level is offered."""
    seed: int = 1
    threads: int = 2


SETTINGS = (Settings(), Settings(depth=5, rate=0.12))
"""What is chosen from; the first unless something else is found better."""
_FIRST = Settings(trees=80, rate=0.2, columns=0.3)


def fit(examples: Examples, settings: Settings) -> Trees:
    """Return trees for the share of each block's words that is main text."""
    first = _grown(examples, np.arange(len(examples.names)), _FIRST)
    importance = np.array(first.get_feature_importance(type="PredictionValuesChange"))
    chosen = np.sort(np.argsort(-importance, kind="stable")[: settings.features])
    grown = _grown(examples, chosen, settings)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        grown.save_model(str(path), format="json")
        return read(json.loads(path.read_text("utf-8")), [examples.names[column] for column in chosen], settings.depth)


def _grown(examples: Examples, columns: NDArray[np.int64], settings: Settings) -> Any:
    from catboost import CatBoost, Pool

    pool = Pool(examples.features[:, columns], examples.shares, weight=examples.weights)
    pool.quantize(border_count=64)
    model = CatBoost({
        "loss_function": "CrossEntropy", "boosting_type": "Plain", "iterations": settings.trees,
        "depth": settings.depth, "learning_rate": settings.rate, "l2_leaf_reg": settings.l2, "rsm": settings.columns,
        "bootstrap_type": "Bernoulli", "subsample": 0.7, "leaf_estimation_iterations": 1,
        "thread_count": settings.threads, "random_seed": settings.seed, "allow_writing_files": False, "verbose": 0,
    })  # fmt: skip
    model.fit(pool)
    return model


def read(model: dict[str, Any], names: list[str], depth: int) -> Trees:
    """CatBoost's JSON as Trees; a level that asks nothing is always answered with no."""
    grown = model["oblivious_trees"]
    columns = np.zeros((depth, len(grown)), np.int16)
    borders = np.full((depth, len(grown)), np.inf, np.float32)
    leaves = np.zeros((len(grown), 1 << depth), np.int16)
    scale, (bias,) = model["scale_and_bias"]
    for number, tree in enumerate(grown):
        for level, split in enumerate(tree["splits"]):
            columns[level, number], borders[level, number] = split["float_feature_index"], split["border"]
        values = np.rint(np.array(tree["leaf_values"]) * scale * SCALE)
        leaves[number, : len(values)] = values
    asked = np.unique(columns)
    place = np.zeros(int(asked[-1]) + 1, np.int16)
    place[asked] = np.arange(len(asked))
    return Trees(tuple(names[column] for column in asked), place[columns], borders, leaves, round(bias * SCALE))
