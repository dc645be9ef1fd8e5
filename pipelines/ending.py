"""How a build is asked to stop: Ctrl-C and SIGTERM end it in the same way, with what was done kept."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator

STOPPED = "stopped; nothing is broken. The same command goes on from here."
_ASKED = (signal.SIGINT, signal.SIGTERM)


class Ended(BaseException):
    """The process was asked to end by SIGTERM."""


@contextlib.contextmanager
def ending_once() -> Iterator[None]:
    """SIGTERM ends a build as Ctrl-C does; the first of either counts, and no other disturbs the tidying-up."""

    def end(number: int, frame: object) -> None:
        for each in _ASKED:
            if signal.getsignal(each) is end:
                signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt if number == signal.SIGINT else Ended

    with _answered(end):
        yield


@contextlib.contextmanager
def ending_at_once(tidy: Callable[[], object]) -> Iterator[None]:
    """Both end the process on the spot: for what leaves nothing here that could be half done, and runs threads of a
    library that would be waited for."""

    def end(number: int, frame: object) -> None:
        tidy()
        os.write(sys.stderr.fileno(), f"winnow: {STOPPED}\n".encode())
        os._exit(128 + number)

    with _answered(end):
        yield


@contextlib.contextmanager
def _answered(end: Callable[[int, object], None]) -> Iterator[None]:
    """`end` is what Ctrl-C and SIGTERM do meanwhile, unless whoever started the process has them ignored."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _ASKED}
    before = {number: handler for number, handler in before.items() if handler not in (None, signal.SIG_IGN)}
    for number in before:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """What is started meanwhile, and its children, know nothing of Ctrl-C: that is the driver's, who ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
