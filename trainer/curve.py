"""A run's curve as text, for the end of `winnow train`: bits per byte over the tokens trained on."""

import math
from collections.abc import Sequence

from trainer.figures import count, number, smooth
from trainer.history import History, bits_key, column, words

WIDTH, HEIGHT = 60, 9
"""Characters and lines of the drawing, without its axes."""

Points = list[tuple[float, float]]


def curve(told: History) -> list[str]:
    """Lines of text: a dot for each smoothed value of training, an o for each evaluation; none where there are not two
    values that differ."""
    key, steps, evaluations = bits_key(told), told.of("step"), told.of("evaluation")
    training = _points(column(steps, "tokens"), smooth(column(steps, key), max(3.0, len(steps) / WIDTH)))
    held = _points(column(evaluations, "tokens"), column(evaluations, key))
    values = [y for _, y in training + held]
    if not values or min(values) == max(values):
        return []
    low, high, last = min(values), max(values), max(x for x, _ in training + held)
    grid = [[" "] * WIDTH for _ in range(HEIGHT)]
    for sign, points in ((".", training), ("o", held)):
        for x, y in points:
            grid[round((high - y) / (high - low) * (HEIGHT - 1))][round(x / last * (WIDTH - 1))] = sign
    scale = [number(high), *[""] * (HEIGHT - 2), number(low)]
    tokens = f"{count(last)} tokens"
    return [
        *(f"{value:>6} |{''.join(row)}".rstrip() for value, row in zip(scale, grid, strict=True)),
        f"{'':6} +{'-' * WIDTH}",
        f"{'':8}0{tokens:>{WIDTH - 1}}",
        f"{'':8}{words(key)}: . training, o held-out documents",
    ]


def _points(x: Sequence[float], y: Sequence[float]) -> Points:
    return [(a, b) for a, b in zip(x, y, strict=True) if math.isfinite(a) and math.isfinite(b) and a >= 0]
