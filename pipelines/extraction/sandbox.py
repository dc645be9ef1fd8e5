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
import resource
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Protocol, Self

from winnow.filters.rules import Reject
from winnow.filters.steps import Screens
from winnow.pipelines.errors import BuildFailed, Starved
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.extraction.sandbox_child import (
    MACHINE,
    NO_MEMORY,
    READY,
    Convert,
    Question,
    read_message,
    write_message,
)
from winnow.pipelines.extraction.settings import ExtractSettings
from winnow.pipelines.extraction.source import encoded
from winnow.pipelines.files.typed import from_json

_PIPE_BYTES = 1 << 20
_TRIES = 4
"""Children that one page is given, if each is killed from outside."""
OUTSIDE = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT})
"""Signals from outside a process: the kernel's when memory runs out, or a person's. They are no page's doing."""


class Converter(Protocol):
    """A source that makes text of its content itself."""

    @property
    def convert(self) -> Convert: ...


class Sandbox:
    """`with Sandbox(settings) as sandbox: sandbox.extract(html, url, captured)`. Threads that share one take turns."""

    def __init__(self, settings: ExtractSettings, screen: Screens | None = None) -> None:
        self._settings, self._screen = settings, screen
        self._child: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()
        self._asked = self._served = 0
        self._live_seconds = 0.0
        self._dead_seconds = 0.0
        self._cannot_start = ""
        """Why the last child did not get as far as to serve."""

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

    def extract(self, html: str | bytes, url: str | None, captured: str | None) -> Extracted | Reject:
        """Return what `pipelines.extraction.extract.extract` returns, or why no child could. `html` may be in UTF-8.

        Rules: extract.cpu_seconds (no value; the limit is the budget), extract.memory (the limit in MiB),
        extract.crash (detail: the signal or exit code), extract.error (detail: an exception that nobody expected, and
        where it arose). Raises Starved if one child after the other is killed from outside, BuildFailed if none
        can start.
        """
        return self._answered((None, (encoded(html), url, captured)), url)

    def convert(self, source: Converter, content: Any, url: str | None) -> Extracted | Reject:
        """Return what a source's own `convert` makes of a content, or why no child could, as `extract` does."""
        return self._answered((source.convert, (content,)), url)

    def _answered(self, question: Question, url: str | None) -> Extracted | Reject:
        with self._turn:
            for _ in range(_TRIES):
                result = self._ask_a_child(question)
                if not isinstance(result, _Death):
                    return result
                if result.reject is not None and result.proven:
                    return result.reject
        if self._cannot_start:
            raise BuildFailed(f"the process that extracts text cannot start: {self._cannot_start}")
        raise Starved(f"{_TRIES} processes were killed from outside while they extracted the text of {url}")

    def _ask_a_child(self, question: Question) -> "Extracted | Reject | _Death":
        child = self._running(pages=question[0] is None)
        if child is None:
            return _Death(None)
        fresh = self._served == 0
        self._asked += 1
        try:
            answer = _ask(child, self._asked, question)
            if answer is not None:
                return self._taken(answer, fresh)
        except (ValueError, KeyError, TypeError):  # a page that has taken its child over answers what it likes
            self._end(kill=True)
            return _Death(Reject("extract.crash", detail="no answer that makes sense"), fresh)
        except BaseException:  # Ctrl-C, say: the next page must not be given this one's answer
            self._end(kill=True)
            raise
        return self._death(self._end(kill=False), fresh)

    def _taken(self, answer: dict[str, Any], fresh: bool) -> "Extracted | Reject | _Death":
        result: Extracted | Reject | _Death
        if "extracted" in answer:
            result = from_json(Extracted, answer["extracted"])
        else:
            reject = from_json(Reject, answer["reject"])
            result = _Death(reject, fresh) if answer["last"] else reject
        self._served += 1
        self._live_seconds = float(answer["cpu_seconds"])
        if answer["last"] or self._served >= self._settings.recycle_pages:
            self._end(kill=True)
        return result

    def _running(self, pages: bool) -> "subprocess.Popen[bytes] | None":
        """The warm child, or a new one: one that died between two pages is no page's fault. None if it dies early."""
        if self._child is not None:
            if os.waitid(os.P_PID, self._child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                return self._child
            self._end(kill=False)
        _require_memory(self._settings.memory_mib)
        program = (
            "from winnow.pipelines.extraction.sandbox_child import ExtractSettings, serve; "
            f"serve({self._settings!r}, {os.getpid()}, {pages}, {pickle.dumps(self._screen)!r})"
        )
        with tempfile.TemporaryFile() as said:
            self._child = subprocess.Popen(
                [sys.executable, "-P", "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said,
                env={**os.environ, "PYTHONPATH": _search_path()},
            )  # fmt: skip
            _widen(self._child.stdin)
            self._served, self._cannot_start = 0, ""
            if self._is_ready():
                return self._child
            code = self._end(kill=False)
            if -code not in OUTSIDE and code != NO_MEMORY:
                said.seek(0)
                last = said.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
                self._cannot_start = "" if "MemoryError" in last else last or f"exit code {code}"
        return None

    def _is_ready(self) -> bool:
        """Wait until the child has said so, or has died."""
        assert self._child is not None
        try:
            return read_message(_open(self._child.stdout)) == READY
        except BaseException:  # Ctrl-C, say: what it says now must not be taken for an answer later
            self._end(kill=True)
            raise

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
        if code == -signal.SIGPROF:  # CPU time is counted by page, so a warm child proves it too
            return _Death(Reject("extract.cpu_seconds", None, self._settings.cpu_seconds), proven=True)
        if -code in OUTSIDE or code == MACHINE:
            return _Death(None)
        if code == NO_MEMORY:
            return _Death(Reject("extract.memory", None, self._settings.memory_mib), fresh)
        cause = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return _Death(Reject("extract.crash", detail=cause), fresh)


@dataclass(frozen=True, slots=True)
class _Death:
    """What its page is to be rejected for, once that is proven, or None if a process was killed from outside."""

    reject: Reject | None
    proven: bool = False
    """Whether the page alone did it: the child had served no other."""


class Sandboxes:
    """The sandboxes of one process: a bundle borrows one, so that bundles in several threads never share a child."""

    def __init__(self, settings: ExtractSettings, screen: Screens | None = None) -> None:
        self._settings, self._screen = settings, screen
        self._idle: list[Sandbox] = []

    @contextlib.contextmanager
    def borrow(self) -> Iterator[Sandbox]:
        try:
            sandbox = self._idle.pop()  # atomic, as append is
        except IndexError:
            sandbox = Sandbox(self._settings, self._screen)
        try:
            yield sandbox
        finally:
            self._idle.append(sandbox)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().__exit__(None, None, None)


def _ask(child: "subprocess.Popen[bytes]", number: int, question: Question) -> dict[str, Any] | None:
    """The answer to this question, or None if the child died over it."""
    try:
        write_message(_open(child.stdin), pickle.dumps((number, question), protocol=5))
    except BrokenPipeError:
        return None
    body = read_message(_open(child.stdout))
    answer: dict[str, Any] | None = None if body is None else json.loads(body)
    if answer is not None and answer["number"] != number:
        raise ValueError(f"the sandbox answered question {answer['number']} when it was asked {number}")
    return answer


def _search_path() -> str:
    """This process's, but what lies beside a script, or where the user stands, comes last: `import re` is Python's."""
    beside = {os.getcwd(), os.path.dirname(os.path.abspath(sys.argv[0]))}
    found = sorted(filter(None, sys.path), key=lambda path: os.path.abspath(path) in beside)
    return os.pathsep.join([*found, str(Path(__file__).parents[3])])


def _require_memory(mib: int) -> None:
    """Raise BuildFailed if the system allows less than the recipe: a page's fate must not depend on the machine."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY and hard < mib << 20:
        raise BuildFailed(f"a process may have {hard >> 20} MiB here (ulimit -v), and the recipe's [extract] "
                          f"memory_mib is {mib}: raise the one or lower the other")  # fmt: skip


def _widen(pipe: Any) -> None:
    """Let a whole page into the pipe at once, where the system can (Linux)."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with contextlib.suppress(PermissionError):  # above the user's share: the usual size serves as well
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _open(pipe: Any) -> BinaryIO:
    stream: BinaryIO = pipe
    return stream
