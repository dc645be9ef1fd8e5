import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.trainer.full_disk import full_disk
from winnow.trainer.errors import RunFailed
from winnow.trainer.report.history import (
    COLUMNS,
    METRICS,
    History,
    Metrics,
    bits_key,
    column,
    finite_or,
    lines,
    newest,
    read,
    table,
    unit,
    value,
)


def test_a_missing_file_is_an_empty_history(tmp_path: Path) -> None:
    found = read(tmp_path / "none.jsonl")
    assert (found.entries, found.unreadable, len(found.steps("loss"))) == ([], 0, 0)


@pytest.mark.parametrize(
    ("content", "entries", "unreadable"),
    [
        (b"", 0, 0),
        (b"\n\n", 0, 0),
        (b'{"kind": "start"}', 1, 0),
        (b'{"kind": "start"}\n{"kind": "st', 1, 1),
        (b'{"kind": "start"}\nnonsense\n{"kind": "end"}\n', 2, 1),
        (b'3\n[1]\nnull\n"x"\n', 0, 4),
        (b'{"kind": "step", "loss": NaN}\n', 1, 0),
        (b'\xff\xfe{"kind"\n', 0, 1),
        ('{"kind": "step", "a": "\u2028"}\n'.encode(), 1, 0),
    ],
)
def test_what_can_be_read_is(tmp_path: Path, content: bytes, entries: int, unreadable: int) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(content)
    found = read(path)
    assert (len(found.entries) + len(found.steps("step")), found.unreadable) == (entries, unreadable)


def test_lines_are_given_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(b'{"a": 1.50}\n\nno\n{"b": 2}')
    assert list(lines(path)) == [(b'{"a": 1.50}\n', {"a": 1.5}), (b"no\n", None), (b'{"b": 2}', {"b": 2})]


STEP = {"kind": "step", "step": 3, "loss": 2.5, "mfu": None, "flag": True, "epochs": {"web": 1}, "text": "a"}
TOLD = History([{"kind": "start"}, STEP, {"kind": "end", "reason": "done"}, {"kind": 5}, {}])


def test_kinds() -> None:
    assert TOLD.last_step == STEP
    assert TOLD.last("end") == {"kind": "end", "reason": "done"}
    assert (TOLD.last("save"), TOLD.of("start")) == ({}, [{"kind": "start"}])
    assert newest(TOLD) == STEP
    assert newest(History()) == {}


def test_step_lines_are_columns() -> None:
    told = History([STEP, {"kind": "end"}, {"kind": "step", "step": 4, "loss": None, "rate": 1}])
    assert len(told.entries) == 1
    for name, expected in (("step", [3, 4]), ("loss", [2.5, math.nan]), ("rate", [math.nan, 1])):
        assert np.array_equal(told.steps(name), expected, equal_nan=True)
    assert {len(told.steps(name)) for name in COLUMNS} == {2}


def test_the_newest_is_the_one_of_the_largest_step() -> None:
    save = {"kind": "save", "step": 3, "seconds": 2.0}
    assert newest(History([STEP | {"seconds": 1.0}, save])) == save
    assert newest(History([save, STEP | {"step": 4}])) == STEP | {"step": 4}


def test_values() -> None:
    assert value(STEP, "loss") == 2.5
    assert value(STEP, "epochs", "web") == 1.0
    for keys in (("mfu",), ("flag",), ("text",), ("none",), ("epochs",), ("loss", "x"), ("epochs", "x")):
        assert math.isnan(value(STEP, *keys))
    assert [math.isnan(value({"a": json.loads(text)}, "a")) for text in ("1e200", "1e201", "9" * 400)] == [
        False, True, True,
    ]  # fmt: skip
    assert column([STEP, STEP], "loss").tolist() == [2.5, 2.5]
    assert table(STEP, "epochs") == {"web": 1}
    assert table(STEP, "loss") == table(STEP, "none") == table(STEP, "epochs", "web") == {}
    assert [finite_or(v, 7.0) for v in (1.0, math.nan, math.inf)] == [1.0, 7.0, 7.0]


def test_an_encoders_quality_has_another_name() -> None:
    masked = History([{"kind": "evaluation", "bits_per_masked_token": 3.0}])
    assert (bits_key(TOLD), bits_key(masked)) == ("bits_per_byte", "bits_per_masked_token")
    assert unit("bits_per_byte") == "bits per byte"


def written(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / METRICS).read_text().splitlines()]


def test_a_line_an_event(tmp_path: Path) -> None:
    metrics = Metrics(tmp_path)
    metrics.add("step", 3, 96, 1.23456, loss=2.5, epochs={"web": 0.5})
    metrics.add("end", 4, 128, 2.0, reason="done")
    assert written(tmp_path) == [
        {"kind": "step", "step": 3, "tokens": 96, "seconds": 1.235, "loss": 2.5, "epochs": {"web": 0.5}},
        {"kind": "end", "step": 4, "tokens": 128, "seconds": 2.0, "reason": "done"},
    ]


def test_what_is_not_finite_becomes_null(tmp_path: Path) -> None:
    Metrics(tmp_path).add("skip", 1, 1, 1.0, loss=math.nan, deep={"a": [math.inf, 1.5], "b": None})
    (entry,) = written(tmp_path)
    assert (entry["loss"], entry["deep"]) == (None, {"a": [None, 1.5], "b": None})


def test_only_the_first_rank_writes(tmp_path: Path) -> None:
    metrics = Metrics(tmp_path, writes=False)
    assert metrics.add("save", 1, 1, 1.0)["kind"] == "save"
    assert (metrics.cut(1), metrics.history.entries) == ([], [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("step", "kept"), [(0, 0), (3, 1), (4, 3), (5, 3), (6, 4)])
def test_what_came_after_the_checkpoint_is_cut_off(tmp_path: Path, step: int, kept: int) -> None:
    metrics = Metrics(tmp_path)
    for kind, at in (("step", 3), ("step", 4), ("save", 4), ("step", 6)):
        metrics.add(kind, at, 32 * at, 1.0, loss=0.1)
    before = written(tmp_path)
    metrics = Metrics(tmp_path)
    assert metrics.cut(step) == [entry for entry in before[:kept] if entry["kind"] != "step"]
    assert written(tmp_path) == before[:kept]
    assert metrics.history.steps("step").tolist() == [e["step"] for e in before[:kept] if e["kind"] == "step"]


def test_what_is_at_hand_is_what_the_file_says(tmp_path: Path) -> None:
    metrics = Metrics(tmp_path)
    metrics.add("step", 3, 96, 1.23456, loss=0.1 + 0.2, mfu=math.nan)
    metrics.add("skip", 4, 128, 2.0, documents=("a", "b"), loss=math.inf)
    told = read(tmp_path / METRICS)
    assert told.entries == metrics.history.entries
    assert told.last_step == metrics.history.last_step
    assert told.steps("loss").tolist() == metrics.history.steps("loss").tolist() == [0.1 + 0.2]


@pytest.mark.parametrize("odd", ["null", '"3"', "[]", "true", "1e999"])
def test_a_line_without_a_step_stays(tmp_path: Path, odd: str) -> None:
    (tmp_path / METRICS).write_text(f'{{"kind": "save", "step": {odd}}}')
    assert len(Metrics(tmp_path).cut(0)) == 1


def test_a_line_that_was_cut_off_in_its_middle_goes(tmp_path: Path) -> None:
    metrics = Metrics(tmp_path)
    metrics.add("step", 1, 32, 1.0)
    with (tmp_path / METRICS).open("a") as file:
        file.write('{"kind": "step", "step": 2, "los')
    metrics.cut(2)
    metrics.add("step", 2, 64, 2.0)
    assert [entry["step"] for entry in written(tmp_path)] == [1, 2]


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    with full_disk(100), pytest.raises(RunFailed, match=r"metrics\.jsonl cannot be written: File too large"):
        Metrics(tmp_path).add("step", 1, 1, 1.0, documents=["x" * 200])
