import io

import pytest
from rich.console import Console

from winnow.trainer.run import live
from winnow.trainer.run.live import Screen, line


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            {"loss": 3.41234, "bits_per_byte": 1.29876, "tokens_per_second": 2961.2, "matmul_share": 0.578},
            "step 1,200 of 8,850  loss 3.4123  1.2988 bits/byte  2.96 k tokens/s  57.8 % of matmul  1 h 2 min left",
        ),
        (
            {"loss": 3.0, "tokens_per_second": 1e6, "mfu": 0.42, "matmul_share": 0.6},
            "step 1,200 of 8,850  loss 3.0000  1 M tokens/s  MFU 42.0 %  1 h 2 min left",
        ),
        ({"loss": None}, "step 1,200 of 8,850  1 h 2 min left"),
    ],
)  # fmt: skip
def test_the_line(values: dict[str, float | None], expected: str) -> None:
    assert line(1200, 8850, values, 3725.0) == expected


def test_without_a_terminal_there_is_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    with Screen(said.append, terminal=False) as screen:
        for text, at in (("one", 100.0), ("two", 109.9), ("three", 110.0), ("four", 111.0)):
            now[0] = at
            screen.show(text)
        screen.say("a checkpoint")
        now[0] = 200.0
        screen.show("last")
        screen.show("last", last=True)
    assert said == ["one", "three", "a checkpoint", "last"]


def test_other_ranks_are_silent() -> None:
    said: list[str] = []
    with Screen(said.append, shows=False, terminal=True) as screen:
        screen.say("a")
        screen.show("b", last=True)
    assert said == []


def test_on_a_terminal_the_line_is_drawn_anew_and_gone_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=100)
    monkeypatch.setattr(live, "Console", lambda: console)
    said: list[str] = []
    with Screen(said.append, terminal=True) as screen:
        screen.show("step 1 of 9")
        screen.show("step 2 of 9 " + "x" * 200)
        screen.say("saved")
    drawn = stream.getvalue()
    assert "step 1 of 9" in drawn
    assert "step 2 of 9" in drawn
    assert "…" in drawn  # one line, whatever its length
    assert said == ["saved"]
