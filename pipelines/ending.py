"""How a build is asked to stop: Ctrl-C and SIGTERM end it in the same way, with what was done kept."""

import contextlib
import signal
import threading
from collections.abc import Iterator


class Ended(BaseException):
    """The process was asked to end by SIGTERM."""


@contextlib.contextmanager
def ending_once() -> Iterator[None]:
    """SIGTERM ends a build as Ctrl-C does; the first of either counts, and no other disturbs the tidying-up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: object) -> None:
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt if number == signal.SIGINT else Ended

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
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
