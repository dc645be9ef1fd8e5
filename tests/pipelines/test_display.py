import io

import pytest

from winnow.pipelines import display
from winnow.pipelines.display import Display


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def staged(stream: io.StringIO, quiet: bool, total: int = 4) -> str:
    shown = Display(stream, quiet)
    with shown.stage("reading", total) as show:
        show(0, 0, 0)
        show(2, 1234, 56)
        show(4, 5678, 910)
    return stream.getvalue()


def test_quiet_says_nothing() -> None:
    stream = io.StringIO()
    Display(stream, quiet=True).say("hello")
    assert staged(stream, quiet=True) == ""


@pytest.mark.parametrize("line", ["a [b] c", "[red]x[/red]", "x:smile:y", "é" * 300, "out/[1]/a b"])
def test_a_line_is_said_as_it_is(line: str) -> None:
    stream = io.StringIO()
    Display(stream).say(line)
    assert stream.getvalue() == f"{line}\n"


def test_a_line_stays_one_line_whatever_stands_in_a_name() -> None:
    stream = io.StringIO()
    Display(stream).say("out\n\x1b[31m is  done")
    assert stream.getvalue() == "out \N{REPLACEMENT CHARACTER}[31m is  done\n"


def test_a_short_stage_is_one_line() -> None:
    lines = staged(io.StringIO(), quiet=False).splitlines()
    assert [line.rsplit(" ", 2)[0] for line in lines] == ["reading: done in"]


def test_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "EVERY_SECONDS", 0.0)
    first, second, third, last = staged(io.StringIO(), quiet=False).splitlines()
    assert first == "reading: 0%"
    assert second.startswith("reading: 50%  1,234 records, 56 kept so far, ")
    assert third.startswith("reading: 100%  5,678 records, 910 kept so far, ")
    assert "about 0 s left" in third
    assert last.startswith("reading: done in ")


def test_a_stage_of_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "EVERY_SECONDS", 0.0)
    assert staged(io.StringIO(), quiet=False, total=0).startswith("reading: 100%")


def test_a_terminal_has_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "200")
    said = staged(Terminal(), quiet=False)
    assert "5,678 records, 910 kept so far" in said
    assert "100%" in said


def test_a_stage_that_fails_is_not_done() -> None:
    stream = io.StringIO()

    def fail() -> None:
        with Display(stream).stage("reading", 1):
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert stream.getvalue() == ""
