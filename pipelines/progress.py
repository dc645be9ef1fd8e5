"""What a worker process tells of itself while it works: numbers in shared memory, for the display and for crashes.

Beside them the CPU time of its child processes. Nothing here reaches a promised byte. Outside the local driver nobody
listens, and a call costs nothing.
"""

from collections.abc import MutableSequence

RECORDS, KEPT, ITEM, SLOTS = 0, 1, 2, 3
NOWHERE = -1

_listener: MutableSequence[int] | None = None
_child_cpu_seconds = 0.0


def listen(slots: MutableSequence[int]) -> None:
    """Let `slots`, shared with the driver, receive this process's progress."""
    global _listener
    _listener = slots


def begin(item: int) -> None:
    """The item of this number is about to be read."""
    if _listener is not None:
        _listener[RECORDS] += 1
        _listener[ITEM] = item


def at(item: int) -> None:
    """This process works on the item of this number, which was read before."""
    if _listener is not None:
        _listener[ITEM] = item


def between() -> None:
    """This process works on no item: what fails now is no record's doing."""
    if _listener is not None:
        _listener[ITEM] = NOWHERE


def kept() -> None:
    """A document ended in the corpus."""
    if _listener is not None:
        _listener[KEPT] += 1


def decided(stays: bool) -> None:
    """Of a document that shares a key with others it is known whether it stays."""
    if _listener is not None:
        _listener[RECORDS] += 1
        _listener[KEPT] += stays


def spent(seconds: float) -> None:
    """Child processes of this one have used so much CPU time more."""
    global _child_cpu_seconds
    _child_cpu_seconds += seconds


def child_cpu_seconds() -> float:
    """All that child processes of this one have told of."""
    return _child_cpu_seconds
