import math
from pathlib import Path

import pytest

from winnow.trainer.report.history import History, bits_key, column, finite_or, newest, read, table, value, words


def test_a_missing_file_is_an_empty_history(tmp_path: Path) -> None:
    assert read(tmp_path / "none.jsonl") == History((), 0)


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
    assert (len(found.entries), found.unreadable) == (entries, unreadable)


STEP = {"kind": "step", "step": 3, "loss": 2.5, "mfu": None, "flag": True, "epochs": {"web": 1}, "text": "a"}
TOLD = History(({"kind": "start"}, STEP, {"kind": "end", "reason": "done"}, {"kind": 5}, {}), 0)


def test_kinds() -> None:
    assert TOLD.of("step") == [STEP]
    assert TOLD.last("end") == {"kind": "end", "reason": "done"}
    assert TOLD.last("save") == {}
    assert newest(TOLD) == STEP
    assert newest(History((), 0)) == {}


def test_values() -> None:
    assert value(STEP, "loss") == 2.5
    assert value(STEP, "epochs", "web") == 1.0
    for keys in (("mfu",), ("flag",), ("text",), ("none",), ("epochs",), ("loss", "x"), ("epochs", "x")):
        assert math.isnan(value(STEP, *keys))
    assert column([STEP, STEP], "loss") == [2.5, 2.5]
    assert table(STEP, "epochs") == {"web": 1}
    assert table(STEP, "loss") == table(STEP, "none") == {}
    assert [finite_or(v, 7.0) for v in (1.0, math.nan, math.inf)] == [1.0, 7.0, 7.0]


def test_an_encoders_quality_has_another_name() -> None:
    masked = History(({"kind": "evaluation", "bits_per_masked_token": 3.0},), 0)
    assert (bits_key(TOLD), bits_key(masked)) == ("bits_per_byte", "bits_per_masked_token")
    assert words("bits_per_byte") == "bits per byte"
