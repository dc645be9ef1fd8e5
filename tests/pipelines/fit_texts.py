"""Reference text for the tests of `winnow fit-limits`: documents of made-up words, whose measures are known."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from winnow.pipelines.fit.fitted import (
    FORMAT,
    Beyond,
    Fitted,
    FittedRule,
    Histogram,
    Limit,
    Reference,
    Side,
    StopWord,
    StopWords,
)

RECIPE = """\
name = "small"

[[source]]
name = "web"

[[step]]
use = "gopher_quality"
limits = { words = { min = 5 }, hash_to_word_ratio = "off" }
"""


def text(number: int) -> str:
    """Twenty words, of which two are in every text, and a third one in every text but each fourth: the longer the
    larger the number."""
    others = (f"w{'abcdefghij'[number % 10]}{i % 10}" for i in range(17))
    words = ["oko", "Eme", *(["aza"] if number % 4 else []), *others]
    return " ".join([*words, "x" * (1 + number)])


def lines(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


def reference(path: Path, many: int = 200, others: int = 3) -> Path:
    """A file of `many` documents in Esperanto, and some in Ido."""
    rows = [{"id": f"d{number}", "language": "eo", "text": text(number)} for number in range(many)]
    return lines(path, [*rows, *({"language": "io", "text": text(number)} for number in range(others))])


def fitted(**more: Any) -> Fitted:
    """What fitting found: one rule cut on both sides, one left alone."""
    beyond = (Beyond("d9", "a.jsonl, 9", 11.5, "a <b> text"),)
    low = Side("min", None, "no tail", Limit(3.0, 0), Limit(3.0, 0), ())
    high = Side("max", Limit(9.25, 1), "", Limit(12.0, 0), Limit(10.0, 1), beyond)
    two = Side("min", Limit(2.0, 4), "", Limit(2.0, 4), Limit(2.0, 4), ())
    marks = Side("max", None, "no tail", Limit(0.9, 0), Limit(0.9, 0), ())
    rules = (
        _rule("mean_word_length", (4, 6, 11.5), (low, high), Histogram((3.0, 6.0, 9.25, 12.0), (99, 100, 1), False)),
        _rule("stop_words", (1, 3, 3), (two,), Histogram((0.5, 1.5, 2.5, 3.5), (4, 6, 190), True)),
        _rule("bullet_line_share", (0, 0, 0), (marks,), Histogram((0.0, 0.5, 1.0), (200, 0), False)),
    )
    values: dict[str, Any] = {
        "format": FORMAT, "recipe": "small", "source": "web", "language": "eo", "drop": 0.01,
        "reference": Reference(("a.jsonl",), 1, 204, 203, {"eo": 200, "io": 3}, {"jsonl.unparsable": 1}),
        "sample": 200, "dropped": 5, "dropped_before": 120,
        "stop_words": (StopWords("gopher_quality", (StopWord("oko", 200), StopWord("eme", 190)), 2.0, 196, 80),),
        "rules": rules,
    }  # fmt: skip
    return Fitted(**(values | more))


def _rule(measure: str, spread: tuple[float, float, float], sides: tuple[Side, ...], bars: Histogram) -> FittedRule:
    return FittedRule("gopher_quality", measure, 200, *spread, sides, bars)
