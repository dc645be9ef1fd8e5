import json
import math
from pathlib import Path
from typing import Any

import pytest

from tests.trainer.full_disk import full_disk
from winnow.trainer.errors import RunFailed
from winnow.trainer.report.metrics import FILE, Metrics


def read(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / FILE).read_text().splitlines()]


def test_a_line_an_event(tmp_path: Path) -> None:
    metrics = Metrics(tmp_path)
    metrics.add("step", 3, 96, 1.23456, loss=2.5, epochs={"web": 0.5})
    metrics.add("end", 4, 128, 2.0, reason="done")
    assert read(tmp_path) == [
        {"kind": "step", "step": 3, "tokens": 96, "seconds": 1.235, "loss": 2.5, "epochs": {"web": 0.5}},
        {"kind": "end", "step": 4, "tokens": 128, "seconds": 2.0, "reason": "done"},
    ]


def test_what_is_not_finite_becomes_null(tmp_path: Path) -> None:
    Metrics(tmp_path).add("skip", 1, 1, 1.0, loss=math.nan, deep={"a": [math.inf, 1.5], "b": None})
    (entry,) = read(tmp_path)
    assert (entry["loss"], entry["deep"]) == (None, {"a": [None, 1.5], "b": None})


def test_only_the_first_rank_writes(tmp_path: Path) -> None:
    metrics = Metrics(tmp_path, writes=False)
    metrics.add("step", 1, 1, 1.0)
    assert metrics.cut(1) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("step", "kept"), [(0, 0), (3, 1), (4, 3), (5, 3), (6, 4)])
def test_what_came_after_the_checkpoint_is_cut_off(tmp_path: Path, step: int, kept: int) -> None:
    metrics = Metrics(tmp_path)
    for kind, at in (("step", 3), ("step", 4), ("save", 4), ("step", 6)):
        metrics.add(kind, at, 32 * at, 1.0, loss=0.1)
    before = read(tmp_path)
    assert metrics.cut(step) == before[:kept]
    assert read(tmp_path) == before[:kept]


def test_a_line_that_was_cut_off_in_its_middle_goes(tmp_path: Path) -> None:
    metrics = Metrics(tmp_path)
    metrics.add("step", 1, 32, 1.0)
    with (tmp_path / FILE).open("a") as file:
        file.write('{"kind": "step", "step": 2, "los')
    metrics.cut(2)
    metrics.add("step", 2, 64, 2.0)
    assert [entry["step"] for entry in read(tmp_path)] == [1, 2]


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    with full_disk(100), pytest.raises(RunFailed, match=r"metrics\.jsonl cannot be written: File too large"):
        Metrics(tmp_path).add("step", 1, 1, 1.0, documents=["x" * 200])
