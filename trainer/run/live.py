"""What stands on the screen: one line that is drawn anew on a terminal, plain lines at intervals elsewhere.

step 1,200 of 8,850  loss 3.412  1.298 bits/byte  2,960 tokens/s  58 % of matmul  5 h 41 min left
"""

import sys
import time
from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.text import Text

from winnow.trainer.figures import duration, number, share

_WORDS: dict[str, Callable[[float], str]] = {
    "loss": lambda v: f"loss {v:.4f}",
    "bits_per_byte": lambda v: f"{v:.4f} bits/byte",
    "bits_per_masked_token": lambda v: f"{v:.4f} bits/masked token",
    "tokens_per_second": lambda v: f"{number(v)} tokens/s",
    "mfu": lambda v: f"MFU {share(v)}",
    "matmul_share": lambda v: f"{share(v)} of matmul",
}
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

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
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


def line(step: int, steps: int, values: dict[str, float | None], seconds_left: float) -> str:
    """Of `values` it shows those that have words, as far as given; mfu, or else matmul_share."""
    parts = [f"step {step:,} of {steps:,}"]
    for key, words in _WORDS.items():
        value = values.get(key)
        if value is not None and not (key == "matmul_share" and values.get("mfu") is not None):
            parts.append(words(value))
    return "  ".join([*parts, f"{duration(seconds_left)} left"])
