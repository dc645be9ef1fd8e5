"""Extraction in a child process, which a hostile page may kill without harm.

One warm child serves many pages. It limits itself before each: the kernel ends it with SIGPROF when the page has used
its CPU time (no Python needs to run for that, so a loop in C is caught too), and refuses memory past the limit. A child
that dies gives its page a named reject, and the next page a fresh child. The child is a new interpreter, not a fork, so
it inherits no lock of a threaded parent; it ends when its parent does.
"""

import contextlib
import fcntl
import gc
import importlib
import json
import os
import pickle
import resource
import select
import signal
import struct
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from filters.rules import Reject
from pipelines.extraction.extract import Extracted, ExtractSettings, extract

_LENGTH = struct.Struct("<Q")
_PIPE_BYTES = 1 << 20
_ORPHAN_CHECK_SECONDS = 5.0


class Sandbox:
    """`with Sandbox(settings) as sandbox: sandbox.extract(html, url, captured)`; for one thread at a time."""

    def __init__(self, settings: ExtractSettings) -> None:
        self._settings = settings
        self._child: subprocess.Popen[bytes] | None = None
        self._served = 0
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
        """Return what `pipelines.extraction.extract.extract` returns, or why the child could not.

        Rules: extract.cpu_seconds (no value; the limit is the budget), extract.memory (the limit in MiB),
        extract.crash (detail: the signal, or the exception that nobody expected).
        """
        child = self._running()
        try:
            answer = _ask(child, (html, url, captured))
        except BaseException:  # Ctrl-C, say: the next page must not be given this one's answer
            self._end(kill=True)
            raise
        if answer is None:
            return self._cause_of_death(self._end(kill=False))
        self._served += 1
        self._live_seconds = answer["cpu_seconds"]
        if answer["last"] or self._served >= self._settings.recycle_pages:
            self._end(kill=True)
        return Extracted(**answer["extracted"]) if "extracted" in answer else Reject(**answer["reject"])

    def _running(self) -> "subprocess.Popen[bytes]":
        """The warm child, or a new one: a child that died between two pages is no page's fault."""
        if self._child is not None:
            if os.waitid(os.P_PID, self._child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                return self._child
            self._end(kill=False)
        path = os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, sys.path)])
        program = (
            "from pipelines.extraction.extract import ExtractSettings; from pipelines.extraction.sandbox import serve; "
            f"serve({self._settings!r}, {os.getpid()})"
        )
        self._child = subprocess.Popen(
            [sys.executable, "-c", program],
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

    def _cause_of_death(self, code: int) -> Reject:
        if code == -signal.SIGPROF:
            return Reject("extract.cpu_seconds", None, self._settings.cpu_seconds)
        return Reject("extract.crash", detail=signal.Signals(-code).name if code < 0 else f"exit code {code}")


def serve(settings: ExtractSettings, parent: int) -> None:
    """The child: answer questions from standard input until it ends, or the parent does."""
    questions, answers = os.fdopen(0, "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C reaches the whole group; the parent decides
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGPROF])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _limit(resource.RLIMIT_AS, settings.memory_mib << 20)

    def last_words(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
        rule = "extract.memory" if issubclass(kind, MemoryError) else "extract.crash"
        limit = settings.memory_mib if issubclass(kind, MemoryError) else None
        _answer(answers, Reject(rule, None, limit, None if limit else kind.__name__), last=True)
        sys.__excepthook__(kind, error, at)

    sys.excepthook = last_words
    importlib.import_module("pipelines.extraction.main_text").prepare()  # before the first page's budget runs
    gc.freeze()  # the libraries' hundred thousand objects stay; the collector need not visit them for every page
    while _question_waits(questions, parent) and (body := _read(questions)) is not None:
        html, url, captured = pickle.loads(body)
        signal.setitimer(signal.ITIMER_PROF, settings.cpu_seconds)
        result = extract(html, url, captured, settings)
        signal.setitimer(signal.ITIMER_PROF, 0)
        _answer(answers, result, last=False)


def _ask(child: "subprocess.Popen[bytes]", question: tuple[str, str | None, str | None]) -> dict[str, Any] | None:
    try:
        _write(_open(child.stdin), pickle.dumps(question, protocol=5))
    except BrokenPipeError:
        return None
    body = _read(_open(child.stdout))
    answer: dict[str, Any] | None = None if body is None else json.loads(body)
    return answer


def _answer(stream: BinaryIO, result: Extracted | Reject, last: bool) -> None:
    """JSON, not pickle: a child that a page has taken over must not make its parent run code."""
    kind = "extracted" if isinstance(result, Extracted) else "reject"
    _write(stream, json.dumps({kind: asdict(result), "cpu_seconds": time.process_time(), "last": last}).encode())


def _write(stream: BinaryIO, body: bytes) -> None:
    stream.write(_LENGTH.pack(len(body)))
    stream.write(body)
    stream.flush()


def _read(stream: BinaryIO) -> bytes | None:
    """The next message, None where the other side ended before or within it."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    body = stream.read(length)
    return body if len(body) == length else None


def _question_waits(stream: BinaryIO, parent: int) -> bool:
    """Wait for a question; false when the parent is gone, even if a process it forked holds the pipe open."""
    while not select.select([stream], [], [], _ORPHAN_CHECK_SECONDS)[0]:
        if os.getppid() != parent:
            return False
    return True


def _limit(kind: int, value: int) -> None:
    """Lower a limit; one that the system set lower already stays."""
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


def _widen(pipe: Any) -> None:
    """Let a whole page into the pipe at once, where the system can (Linux)."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with contextlib.suppress(PermissionError):  # above the user's share: the usual size serves as well
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _open(pipe: Any) -> BinaryIO:
    stream: BinaryIO = pipe
    return stream
