"""Watching a job that runs elsewhere: by the files that it leaves, from the driver, while it waits."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from winnow.pipelines.engines.engine import Seen, nobody
from winnow.pipelines.engines.jobs import JOBS, Element
from winnow.pipelines.errors import BuildFailed, Damaged
from winnow.pipelines.plan.job import Work

EVERY_SECONDS = 5.0


class Watch:
    """Tells `seen` of every element of a job's last stage that is done, and cancels the job where it raises."""

    def __init__(self, work: Work, job: str, seen: Seen) -> None:
        self.work, self.stage, self.seen = work, JOBS[job][-1], seen
        self.alarm: BuildFailed | None = None
        """What `seen` raised."""
        self._left: list[Element] | None = None

    @contextlib.contextmanager
    def over(self, result: Any) -> Iterator[Any]:
        """Watch while the block waits for the result of a pipeline."""
        ended = threading.Event()

        def watch() -> None:
            while not ended.wait(EVERY_SECONDS):
                try:
                    self._look()
                except BuildFailed as alarm:
                    self.alarm = alarm
                    result.cancel()
                    return

        thread = threading.Thread(target=watch, daemon=True)
        if self.seen is not nobody:
            thread.start()
        try:
            yield result
        finally:
            ended.set()
            if thread.ident is not None:
                thread.join()

    def end(self) -> None:
        """Tell of what was not told yet; raise what stopped the job."""
        if self.alarm is not None:
            raise self.alarm
        if self.seen is not nobody:
            self._look()

    def _look(self) -> None:
        try:
            left = list(self.stage.elements(self.work)) if self._left is None else self._left
        except Damaged:  # what they are made of is not all there yet
            return
        there: dict[str, set[str]] = {}
        self._left = []
        for element in left:
            paths = self.stage.leaves(self.work, element)
            for folder in {path.rpartition("/")[0] for path in paths} - there.keys():
                there[folder] = set(self.work.storage.files(folder))
            if all(path in there[path.rpartition("/")[0]] for path in paths):
                self.seen(element)
            else:
                self._left.append(element)
