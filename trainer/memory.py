"""Keeps the C library from giving freed memory back to the system between two micro-batches.

Every micro-batch frees its activations and asks for the same again. glibc returns large blocks to the system at once,
and the system clears each page anew: 15 % of a compiled step of the tiny model went into that.
"""

import ctypes
import sys

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX = -1, -2, -4
"""mallopt's names for its settings, of glibc's malloc.h."""


def keep_freed() -> bool:
    """From now on this process keeps what it frees and uses it again; whether the C library takes the setting.

    Only glibc does; elsewhere nothing happens. Call it before the first large tensor. The peak stays what it was.
    """
    if sys.platform != "linux":
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    largest = 2**31 - 1
    return bool(mallopt(_MMAP_MAX, 0) and mallopt(_TRIM_THRESHOLD, largest) and mallopt(_TOP_PAD, 64 << 20))
