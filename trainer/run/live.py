"""What stands on the screen: one line that is drawn anew on a terminal, plain lines at intervals elsewhere."""

import sys
import time
from collections.abc import Callable

from rich.console import Console
from rich.live import Live
from rich.text import Text

PLAIN_SECONDS = 10.0
"""Between two lines where there is no terminal, at least."""


class Screen:
    """Shows the state of a run; as a context, so that the terminal is put right at the end."""

    def __init__(self, say: Callable[[str], None], shows: bool = True, terminal: bool | None = None) -> None:
        """`terminal`: whether there is one; None: whether the standard output is one."""
        self._say, self._shows = say, shows
        self._live: Live | None = None
        self._last, self._shown = 0.0, ""
        self._terminal = sys.stdout.isatty() if terminal is None else terminal

    def __enter__(self) -> "Screen":
        if self._shows and self._terminal:
            self._live = Live(Text(""), console=Console(), transient=True, auto_refresh=False)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def say(self, text: str) -> None:
        """A line that stays, above the live one."""
        if self._shows:
            self._say(text)

    def show(self, text: str, last: bool = False) -> None:
        """The line that is drawn anew; without a terminal every ten seconds, and the last one."""
        if self._live is not None:
            self._live.update(Text(text, no_wrap=True, overflow="ellipsis"), refresh=True)
        due = last or (self._live is None and time.monotonic() - self._last >= PLAIN_SECONDS)
        if due and text != self._shown:
            self._last, self._shown = time.monotonic(), text
            self.say(text)
