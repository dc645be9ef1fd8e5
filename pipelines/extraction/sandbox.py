"""Extraction in a child process, which a hostile page may kill without harm.

One warm child serves many pages. It limits itself before each: the kernel ends it with SIGPROF when the page has used
its CPU time (no Python needs to run for that, so a loop in C is caught too), and refuses memory past the limit. A page
whose child died is asked again of a fresh one, and only if it kills that too has it a named reject: what a warm child
holds of earlier pages, and whoever kills processes from outside, decide no page's fate. The child is a new interpreter,
not a fork, so it inherits no lock of a threaded parent; it ends when its parent does.
"""

import contextlib
import fcntl
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from filters.rules import Reject
from pipelines.errors import Starved
from pipelines.extraction.extract import Extracted, ExtractSettings
from pipelines.extraction.sandbox_child import NO_MEMORY, Question, read_message, write_message

_PIPE_BYTES = 1 << 20
_TRIES = 4
"""Children that one page is given, if each is killed from outside."""
OUTSIDE = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT})
"""Signals from outside a process: the kernel's when memory runs out, or a person's. They are no page's doing."""


class Sandbox:
    """`with Sandbox(settings) as sandbox: sandbox.extract(html, url, captured)`. Threads that share one take turns."""

    def __init__(self, settings: ExtractSettings) -> None:
        self._settings = settings
        self._child: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()
        self._asked = self._served = 0
        self._live_seconds = 0.0
        self._dead_seconds = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end(kill=True)

    @property
    def cpu_seconds(self) -> float:
        """CPU time that all children have spent so far, user and system: for the run's report, never for a row."""
        return self._dead_seconds + self._live_seconds

    @property
    def pid(self) -> int | None:
        """The child's process id; None while there is none."""
        return None if self._child is None else self._child.pid

    def extract(self, html: str, url: str | None, captured: str | None) -> Extracted | Reject:
        """Return what `pipelines.extraction.extract.extract` returns, or why no child could.

        Rules: extract.cpu_seconds (no value; the limit is the budget), extract.memory (the limit in MiB),
        extract.crash (detail: the signal or exit code), extract.error (detail: an exception that nobody expected, and
        where it arose). Raises Starved where one child after the other is killed from outside.
        """
        with self._turn:
            for _ in range(_TRIES):
                result = self._ask_a_child((html, url, captured))
                if not isinstance(result, _Death):
                    return result
                if result.reject is not None and result.proven:
                    return result.reject
        raise Starved(f"{_TRIES} processes were killed from outside while they extracted the text of {url}")

    def _ask_a_child(self, question: Question) -> "Extracted | Reject | _Death":
        child = self._running()
        fresh = self._served == 0
        self._asked += 1
        try:
            answer = _ask(child, self._asked, question)
        except BaseException:  # Ctrl-C, say: the next page must not be given this one's answer
            self._end(kill=True)
            raise
        if answer is None:
            return self._death(self._end(kill=False), fresh)
        self._served += 1
        self._live_seconds = answer["cpu_seconds"]
        if answer["last"] or self._served >= self._settings.recycle_pages:
            self._end(kill=True)
        if "extracted" in answer:
            return Extracted(**answer["extracted"])
        reject = Reject(**answer["reject"])
        return _Death(reject, fresh) if answer["last"] else reject

    def _running(self) -> "subprocess.Popen[bytes]":
        """The warm child, or a new one: a child that died between two pages is no page's fault."""
        if self._child is not None:
            if os.waitid(os.P_PID, self._child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                return self._child
            self._end(kill=False)
        # behind all else: `import tables` must not find ours, and no module of the folder that a user stands in
        path = os.pathsep.join([*filter(None, sys.path), str(Path(__file__).parents[2])])
        program = (
            "from pipelines.extraction.sandbox_child import ExtractSettings, serve; "
            f"serve({self._settings!r}, {os.getpid()})"
        )
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )
        _widen(self._child.stdin)
        self._served = 0
        return self._child

    def _end(self, kill: bool) -> int:
        """Bury the child and return its exit code, minus the signal that killed it; `kill` if it may be alive."""
        child, self._child = self._child, None
        if child is None:
            return 0
        if kill:
            os.kill(child.pid, signal.SIGKILL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self._dead_seconds += usage.ru_utime + usage.ru_stime
        self._live_seconds = 0.0
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(BrokenPipeError):  # what the child did not read any more
                _open(pipe).close()
        return child.returncode

    def _death(self, code: int, fresh: bool) -> "_Death":
        if code == -signal.SIGPROF:  # counted for this page alone, so warm or fresh is all one
            return _Death(Reject("extract.cpu_seconds", None, self._settings.cpu_seconds), proven=True)
        if -code in OUTSIDE:
            return _Death(None)
        if code == NO_MEMORY:
            return _Death(Reject("extract.memory", None, self._settings.memory_mib), fresh)
        cause = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return _Death(Reject("extract.crash", detail=cause), fresh)


@dataclass(frozen=True, slots=True)
class _Death:
    """What its page is to be rejected for, once that is proven; None where a process was killed from outside."""

    reject: Reject | None
    proven: bool = False
    """Whether the page alone did it: the child had served no other."""


class Sandboxes:
    """The sandboxes of one process: a bundle borrows one, so that bundles in several threads never share a child."""

    def __init__(self, settings: ExtractSettings) -> None:
        self._settings = settings
        self._idle: list[Sandbox] = []

    @contextlib.contextmanager
    def borrow(self) -> Iterator[Sandbox]:
        try:
            sandbox = self._idle.pop()  # atomic, as append is
        except IndexError:
            sandbox = Sandbox(self._settings)
        try:
            yield sandbox
        finally:
            self._idle.append(sandbox)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().__exit__(None, None, None)


def _ask(child: "subprocess.Popen[bytes]", number: int, question: Question) -> dict[str, Any] | None:
    """The answer to this question; None where the child died over it."""
    try:
        write_message(_open(child.stdin), pickle.dumps((number, question), protocol=5))
    except BrokenPipeError:
        return None
    body = read_message(_open(child.stdout))
    answer: dict[str, Any] | None = None if body is None else json.loads(body)
    if answer is not None and answer["number"] != number:
        raise RuntimeError(f"the sandbox answered question {answer['number']} when it was asked {number}")
    return answer


def _widen(pipe: Any) -> None:
    """Let a whole page into the pipe at once, where the system can (Linux)."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with contextlib.suppress(PermissionError):  # above the user's share: the usual size serves as well
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _open(pipe: Any) -> BinaryIO:
    stream: BinaryIO = pipe
    return stream
