"""A worker process of the local driver: it runs what arrives until nobody is there to send."""

import logging
import os
import pickle
import signal
import threading
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.connection import Connection
from typing import Any

from winnow.pipelines import progress
from winnow.pipelines.engines.meter import Cost, Meter
from winnow.pipelines.errors import ENDS, BadCall, BuildFailed, Damaged, is_scarce, origin, told


@dataclass(frozen=True)
class Answer:
    """What a worker says of a task: what it cost, or why it could not be done."""

    cost: Cost
    error: BadCall | BuildFailed | None = None
    unexpected: bool = False
    """Whether the error says nothing of the file that it is about."""
    starved: str = ""
    """What was killed, or that memory ran out: the task is tried again as if its process had been killed."""


def work(pipe: Connection, lifeline: Connection, slots: Any) -> None:
    """A worker process: run what arrives until nobody is there to send."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the driver's; it ends its workers itself
    threading.Thread(target=_follow, args=(lifeline,), daemon=True).start()
    logging.getLogger("apache_beam").setLevel(logging.CRITICAL)  # errors are told once, by the driver
    progress.listen(slots)
    while True:
        try:
            pipe.send(_done(pipe.recv_bytes()))
        except (EOFError, OSError, MemoryError):  # the driver is gone, or sees that this process is
            return


def _done(task: bytes) -> Answer:
    from winnow.pipelines.beam.graph import run_here  # here, for the driver does without Beam

    meter = Meter()
    try:
        run_here(*pickle.loads(task))  # this imports the plug-ins of the recipe
    except ENDS:
        raise
    except BaseException as error:  # noqa: BLE001  the boundary of a process: the driver raises it again
        return _failed(error, meter.cost())
    return Answer(meter.cost())


def _failed(error: BaseException, cost: Cost) -> Answer:
    cause = origin(error)
    if isinstance(cause, Damaged):
        return Answer(cost, type(cause)(told(error), cause.remove))
    if is_scarce(error):
        return Answer(cost, starved=told(error))
    if isinstance(cause, BadCall):
        return Answer(cost, BadCall(told(error)))
    return Answer(cost, BuildFailed(told(error)), unexpected=not isinstance(cause, BuildFailed))


def _follow(lifeline: Connection) -> None:
    """End this process when the driver's ends, even by SIGKILL."""
    connection.wait([lifeline])
    os._exit(1)
