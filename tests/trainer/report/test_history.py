import json
import math
from pathlib import Path

import numpy as np
import pytest

from winnow.trainer.report.history import (
    COLUMNS,
    History,
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
