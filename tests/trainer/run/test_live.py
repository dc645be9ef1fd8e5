import io

import pytest
from rich.console import Console

from winnow.trainer.run import live
from winnow.trainer.run.live import Screen


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
