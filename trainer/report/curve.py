"""A run's curve as text, for the end of `winnow train`: bits per byte over the tokens trained on."""

import numpy as np

from winnow.trainer.figures import count, number
from winnow.trainer.report import story
from winnow.trainer.report.history import History, Numbers, bits_key, column, unit

WIDTH, HEIGHT = 60, 9
"""Characters and lines of the drawing, without its axes."""


def curve(told: History) -> list[str]:
    """Lines of text: a dot for each smoothed value of training, an o for each evaluation; none where there are not two
    values that differ."""
    key, evaluations = bits_key(told), told.of("evaluation")
    training = _finite(told.steps("tokens"), story.smoothed(told, key))
    held = _finite(column(evaluations, "tokens"), column(evaluations, key))
    values = [y for _, y in training + held]
    last = max((x for x, _ in training + held), default=0.0)
    if last <= 0 or min(values) == max(values):
        return []
    low, high = min(values), max(values)
    grid = [[" "] * WIDTH for _ in range(HEIGHT)]
    for sign, points in ((".", training), ("o", held)):
        for x, y in points:
            grid[round((high - y) / (high - low) * (HEIGHT - 1))][round(max(0.0, x) / last * (WIDTH - 1))] = sign
    scale = [number(high), *[""] * (HEIGHT - 2), number(low)]
    tokens = f"{count(last)} tokens"
    return [
        *(f"{value:>6} |{''.join(row)}".rstrip() for value, row in zip(scale, grid, strict=True)),
        f"{'':6} +{'-' * WIDTH}",
        f"{'':8}0{tokens:>{WIDTH - 1}}",
        f"{'':8}{unit(key)}: . training, o held-out documents",
    ]


def _finite(x: Numbers, y: Numbers) -> list[tuple[float, float]]:
    """The points that have both numbers."""
    both = np.isfinite(x) & np.isfinite(y)
    return list(zip(x[both].tolist(), y[both].tolist(), strict=True))
