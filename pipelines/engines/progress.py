"""What a worker process tells of itself while it works: numbers in shared memory, for the display and for crashes.

Nothing here reaches a promised byte. Outside the local driver nobody listens, and a call costs nothing.
"""

from collections.abc import MutableSequence

RECORDS, KEPT, OFFSET, SLOTS = 0, 1, 2, 3
NOWHERE = -1

_listener: MutableSequence[int] | None = None


def listen(slots: MutableSequence[int]) -> None:
    """Let `slots`, shared with the driver, receive this process's progress."""
    global _listener
    _listener = slots


def record(offset: int, kept: bool) -> None:
    """A record at `offset` begins; at NOWHERE, it has ended; with `kept`, it ended in the corpus."""
    if _listener is None:
        return
    if kept:
        _listener[KEPT] += 1
        return
    if offset != NOWHERE:
        _listener[RECORDS] += 1
    _listener[OFFSET] = offset
