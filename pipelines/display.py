"""What a person sees of a running build: a live bar on a terminal, plain lines elsewhere."""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

from winnow.pipelines.text import one_line

Show = Callable[[int, int, int], None]
"""Takes (amount done, records begun, records kept)."""

EVERY_SECONDS = 10.0
"""Between plain lines."""


class Display:
    """Stages one after the other; each with its share done, records, kept, records a second and time left."""

    def __init__(self, stream: TextIO, quiet: bool = False) -> None:
        self.console = Console(file=stream, highlight=False, emoji=False)
        self.quiet = quiet

    def say(self, line: str) -> None:
        if not self.quiet:
            self.console.print(one_line(line), markup=False, soft_wrap=True)

    @contextlib.contextmanager
    def stage(self, title: str, total: int) -> Iterator[Show]:
        """Show one stage; `total` in bytes of input or in pieces."""
        began = time.monotonic()
        if self.quiet:
            yield _nothing
        elif self.console.is_terminal:
            with self._live() as live:
                task = live.add_task(title, total=total, detail="")

                def show(done: int, records: int, kept: int) -> None:
                    live.update(task, completed=done, detail=_detail(records, kept, began))

                yield show
        else:
            yield _Lines(self, title, total, began).show
            self.say(f"{title}: done in {time.monotonic() - began:.1f} s")

    def _live(self) -> Progress:
        return Progress(
            SpinnerColumn(), TextColumn("{task.description:30}"), BarColumn(), TaskProgressColumn(),
            TextColumn("{task.fields[detail]}"), TimeRemainingColumn(), console=self.console,
        )  # fmt: skip


class _Lines:
    """Plain lines: the first after EVERY_SECONDS, so that short stages leave only one."""

    def __init__(self, display: Display, title: str, total: int, began: float) -> None:
        self.display, self.title, self.total, self.began = display, title, total, began
        self.last = began

    def show(self, done: int, records: int, kept: int) -> None:
        now = time.monotonic()
        if now - self.last < EVERY_SECONDS:
            return
        self.last = now
        share = done / self.total if self.total else 1.0
        left = f", about {(now - self.began) * (1 - share) / share:.0f} s left" if share else ""
        self.display.say(f"{self.title}: {share:.0%}{_detail(records, kept, self.began)}{left}")


def _detail(records: int, kept: int, began: float) -> str:
    if not records:
        return ""
    rate = records / max(time.monotonic() - began, 1e-3)
    return f"  {records:,} records, {kept:,} kept so far, {rate:,.0f} a second"


def _nothing(done: int, records: int, kept: int) -> None:
    pass
