"""Commands that die in the middle of changing a directory."""

import os
import sys
from collections.abc import Callable

STEPS = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link"}


def stopped_at(step: int, run: Callable[[], object]) -> bool:
    """Run in a child that dies before its `step`th change of a directory; whether it came so far."""
    child = os.fork()
    if child == 0:
        left = step

        def watch(event: str, _: object) -> None:
            nonlocal left
            left -= event in STEPS
            if left < 0:
                os._exit(9)

        sys.addaudithook(watch)
        try:
            run()
        finally:
            os._exit(0 if sys.exc_info()[0] is None else 1)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, 9)
    return status == 9
