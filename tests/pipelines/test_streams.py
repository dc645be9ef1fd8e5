"""What happens to a command whose words cannot be written: real pipes without a reader, a real full device."""

import errno
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from winnow.pipelines.cli import main
from winnow.pipelines.streams import Stream, spoken
from winnow.pipelines.views import finished

SHOW = ("recipe", "show", "tiny")
WRONG = ("recipe", "show", "tinny")
FULL = Path("/dev/full")
full = pytest.mark.skipif(not FULL.exists(), reason="needs a device that is full")


def winnow(*arguments: str, stdout: IO[str] | int = subprocess.PIPE, stderr: IO[str] | int = subprocess.PIPE,
           encoding: str = "utf-8") -> "subprocess.CompletedProcess[str]":  # fmt: skip
    return subprocess.run([sys.executable, "-m", "winnow", *arguments], stdout=stdout, stderr=stderr, text=True,
                          check=False, env=os.environ | {"PYTHONIOENCODING": encoding})  # fmt: skip


@pytest.fixture
def unread() -> IO[str]:
    """A pipe that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    return os.fdopen(writer, "w")


def test_output_that_nobody_reads_is_no_error(unread: IO[str]) -> None:
    done = winnow(*SHOW, stdout=unread)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_exit_code_stays_true_where_nobody_reads(unread: IO[str]) -> None:
    assert winnow(*WRONG, stdout=unread, stderr=unread).returncode == 2


@full
def test_a_full_disk_under_the_output() -> None:
    with FULL.open("w") as device:
        done = winnow(*SHOW, stdout=device)
    assert (done.returncode, done.stderr) == (1, "winnow: standard output: No space left on device\n")


@full
def test_a_full_disk_under_the_errors() -> None:
    with FULL.open("w") as device:
        done = winnow(*WRONG, stderr=device)
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.parametrize(
    "closed", ["<&- >&- 2>&-", *(pytest.param(each, marks=pytest.mark.slow) for each in (">&-", "2>&-"))]
)
def test_closed_streams(closed: str) -> None:
    call = f"{sys.executable} -m winnow recipe show tiny {closed}"
    done = subprocess.run(["sh", "-c", call], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_terminal_that_lacks_letters(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text('name = "é"\n[[source]]\nname = "web"\n', encoding="utf-8")
    done = winnow("recipe", "show", str(tmp_path / "r.toml"), encoding="ascii")
    assert (done.returncode, done.stdout.splitlines()[0], done.stderr) == (0, 'name = "\\xe9"', "")


def test_a_broken_pipe_to_anything_else_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: str) -> str:
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    monkeypatch.setattr(finished, "finished", broken)
    assert main(["card", "x"]) == 1
    assert capsys.readouterr() == ("", "winnow: [Errno 32] Broken pipe\n")


class Failing(io.StringIO):
    """Takes some writes, then fails."""

    def __init__(self, writes: int, number: int) -> None:
        super().__init__()
        self.left, self.number = writes, number

    def write(self, text: str) -> int:
        self.left -= 1
        if self.left < 0:
            raise OSError(self.number, os.strerror(self.number))
        return super().write(text)


@pytest.mark.parametrize(("number", "lost"), [(errno.EPIPE, False), (errno.ENOSPC, True), (errno.EIO, True)])
def test_after_a_failure_the_rest_is_swallowed(number: int, lost: bool) -> None:
    inner = Failing(2, number)
    stream = Stream(inner)
    for word in ("a", "b", "c", "d"):
        assert stream.write(word) == 1
    stream.flush()
    assert (inner.getvalue(), inner.left, stream.lost) == ("ab", -1, lost)


@pytest.mark.parametrize(
    ("number", "code", "expected"),
    [(errno.EPIPE, 0, 0), (errno.EPIPE, 1, 1), (errno.ENOSPC, 0, 1), (errno.ENOSPC, 2, 2)],
)
def test_the_exit_code(monkeypatch: pytest.MonkeyPatch, number: int, code: int, expected: int) -> None:
    done = []

    def command() -> int:
        print("one\ntwo")
        done.append("the work")
        return code

    monkeypatch.setattr(sys, "stdout", Failing(0, number))
    assert (spoken(command), done) == (expected, ["the work"])
