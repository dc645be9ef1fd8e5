"""What a command prints: a write that fails is remembered and never ends the work that wanted to say something.

A pipe that nobody reads any more (`winnow card DIR | head`) is no error. Here is the one place where it is recognised,
so that a broken pipe to a worker or a sandbox is never taken for it.
"""

import contextlib
import os
import sys
from collections.abc import Callable
from typing import Any, TextIO, cast


class Stream:
    """A text stream around another one. After a write that failed it swallows what comes."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.error: OSError | None = None
        """Why nothing is written any more; None while all is."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)  # fileno, isatty, encoding: what else a library may ask for

    def write(self, text: str) -> int:
        if self.error is None:
            try:
                self._stream.write(self._spelt(text))
            except OSError as error:
                self._give_up(error)
        return len(text)

    def flush(self) -> None:
        if self.error is None:
            try:
                self._stream.flush()
            except OSError as error:
                self._give_up(error)

    @property
    def lost(self) -> bool:
        """Whether something was not written that somebody wants to read."""
        return self.error is not None and not isinstance(self.error, BrokenPipeError)

    def _spelt(self, text: str) -> str:
        """`text` with escapes for what the terminal's encoding has no character for."""
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        try:
            text.encode(encoding)
        except UnicodeEncodeError:
            return text.encode(encoding, "backslashreplace").decode(encoding)
        return text

    def _give_up(self, error: OSError) -> None:
        self.error = error
        with contextlib.suppress(OSError, ValueError):  # what is still buffered would fail again when Python ends
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, self._stream.fileno())
            os.close(null)


def spoken(command: Callable[[], int]) -> int:
    """Run `command` with its output guarded; its exit code, or 1 in the place of 0 where output was lost."""
    _open_closed()
    out, err = Stream(sys.stdout), Stream(sys.stderr)
    with contextlib.redirect_stdout(cast(TextIO, out)), contextlib.redirect_stderr(cast(TextIO, err)):
        code = command()
        out.flush()
        if out.lost and out.error is not None:
            print(f"winnow: standard output: {out.error.strerror}", file=err)
        err.flush()
    return code or int(out.lost or err.lost)


def _open_closed() -> None:
    """Give a stream that the caller closed (`>&-`) to nobody.

    Its number would be the next opened file's, and what a library complains about on that number would stand in it.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            stream = open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8")  # noqa: SIM115  stays open
            os.set_inheritable(stream.fileno(), True)
            setattr(sys, name, stream)
