"""SIGTERM and Ctrl-C: the step under way ends, a checkpoint is saved, and the process leaves as a signal would have.

A second Ctrl-C ends the process at once, except under torchrun, which passes each signal on to ranks that had it from
the terminal already.
"""

import os
import signal
import threading
from types import FrameType
from typing import Any


class Stop:
    """Listens while it is used as a context. `asked` is the signal's number, or 0."""

    def __init__(self) -> None:
        self.asked = 0
        self.at_once = False
        """Whether nothing would be lost now, so that a signal need not wait for the step's end."""
        self._before: dict[int, Any] = {}

    def __enter__(self) -> "Stop":
        if threading.current_thread() is threading.main_thread():  # elsewhere Python lets nobody listen
            for number in (signal.SIGTERM, signal.SIGINT):
                self._before[number] = signal.signal(number, self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _hear(self, number: int, _: FrameType | None) -> None:
        again = self.asked and number == signal.SIGINT and "TORCHELASTIC_RUN_ID" not in os.environ
        self.asked = self.asked or number
        if again or self.at_once:
            self.at_once = False  # on its way out a process finishes the checkpoint that is being written
            raise leave(self.asked)


def leave(number: int) -> BaseException:
    """What to raise so that the process ends as that signal ends one: with exit code 130 or 143."""
    return KeyboardInterrupt() if number == signal.SIGINT else SystemExit(128 + number)
