"""Watching a job that runs elsewhere: by the files that it leaves, from the driver, while it waits."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from winnow.pipelines.engines.engine import Seen, nobody
from winnow.pipelines.engines.jobs import JOBS
from winnow.pipelines.engines.stage import Element
from winnow.pipelines.errors import Damaged
from winnow.pipelines.files.listings import Listings
from winnow.pipelines.ledger.guard import TooManyDropped
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work

EVERY_SECONDS = 5.0
MOST_WATCHED = 10
"""Units: some thousands of documents, enough for a limit that drops nearly all of what there is."""


class Watch:
    """Tells `seen` of the first units of a job's watched stage that are done, and cancels the job where too much is
    dropped: of so few that what the driver reads does not grow with the build.

    Storage that fails and files that are not whole yet are left for the next look; the last one raises.
    """

    def __init__(self, work: Work, job: str, seen: Seen) -> None:
        self.work, self.seen = work, seen
        self.stage = next((stage for stage in JOBS[job] if stage.watched), None)
        self.alarm: TooManyDropped | None = None
        """Why the job was cancelled."""
        self._unexpected: Exception | None = None
        """What ended the watching, and no job is cancelled for."""
        self._left: dict[int, Element] | None = None
        """Elements that were not told of yet, by their place; None before they are known."""

    @contextlib.contextmanager
    def over(self, result: Any) -> Iterator[Any]:
        """Watch while the block waits for the result of a pipeline."""
        ended = threading.Event()
        thread = threading.Thread(target=self._watch, args=(ended, result), daemon=True)
        if self.stage is not None and self.seen is not nobody:
            thread.start()
        try:
            yield result
        finally:
            ended.set()
            if thread.ident is not None:
                thread.join()

    def _watch(self, ended: threading.Event, result: Any) -> None:
        try:
            while not ended.wait(EVERY_SECONDS):
                with contextlib.suppress(Damaged, OSError):
                    self._look()
        except TooManyDropped as alarm:
            self.alarm = alarm
            with contextlib.suppress(Exception):  # a runner that cannot cancel a job runs it to its end
                result.cancel()
        except Exception as error:  # noqa: BLE001  of a thread: it is raised once the job has ended
            self._unexpected = error

    def end(self) -> None:
        """Tell of what was not told yet; raise what stopped the job or the watching."""
        if error := self.alarm or self._unexpected:
            raise error
        if self.stage is not None and self.seen is not nobody:
            self._look()

    def _look(self) -> None:
        assert self.stage is not None
        if self._left is None:
            self._left = dict(enumerate(units.between(self.work, 0, MOST_WATCHED)))
        there = Listings(self.work.storage)
        for place, element in list(self._left.items()):
            if not there.missing(self.stage.leaves(self.work, element)):
                self.seen(element)
                del self._left[place]
