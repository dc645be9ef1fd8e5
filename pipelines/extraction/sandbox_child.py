"""The child's side of the sandbox: it limits itself, then answers one question after the other.

A message is its length, then its bytes: questions are pickled, answers JSON.
"""

import gc
import importlib
import json
import os
import pickle
import resource
import select
import signal
import struct
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, BinaryIO

from winnow.filters.rules import Reject
from winnow.filters.steps import Screens
from winnow.pipelines.errors import chain, described, is_documents
from winnow.pipelines.extraction.extract import extract
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.extraction.settings import BLOCKS, ExtractSettings

NO_MEMORY = 86
"""Exit code of a child that asked for more memory than it may have."""
MACHINE = 87
"""Exit code of a child that met an error of the machine's: no file or thread to be had, a disk that fails."""
READY = b"ready"
"""What a child says once all is imported: if it dies before, that is no page's doing."""
MOST_BYTES = 1 << 31
"""Of a message; no answer is so long."""
Convert = Callable[..., Extracted | Reject]
Question = tuple[Convert | None, tuple[Any, ...]]
"""A source's own conversion and what it is given; None for a page in UTF-8, its address and its capture date."""
_LENGTH = struct.Struct("<Q")
_ORPHAN_CHECK_SECONDS = 5.0
_GARBAGE = 20_000
"""New objects after which the collector looks for cycles: more than a page's blocks and elements, which are none."""


def serve(settings: ExtractSettings, parent: int, pages: bool, pickled: bytes) -> None:
    """The child: answer questions from standard input until it ends, or the parent does. `pages`: they are of pages,
    which are held against the step that is `pickled`, if it is not None."""
    questions, answers = os.fdopen(0, "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C reaches the whole group; the parent decides
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGPROF])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _limit(resource.RLIMIT_AS, settings.memory_mib << 20)
    if pages:
        importlib.import_module("winnow.pipelines.extraction.main_text").prepare()  # before the first one's budget runs
        if settings.engine == BLOCKS:
            importlib.import_module("winnow.pipelines.extraction.blocks.engine").prepare()
    screen: Screens | None = pickle.loads(pickled) if pages else None
    if screen is not None:
        screen.nearest(["prepare"], 0.0)  # loads what it needs, before the first one's budget runs
    write_message(answers, READY)
    gc.freeze()  # the libraries' hundred thousand objects stay; the collector need not visit them for every page
    gc.set_threshold(_GARBAGE)
    try:
        while _question_waits(questions, parent) and (body := read_message(questions)) is not None:
            number, question = pickle.loads(body)
            _answer(answers, number, *_result(question, settings, screen))
    except MemoryError:
        os._exit(NO_MEMORY)  # an answer would need memory
    except BrokenPipeError:  # nobody waits for it any more
        os._exit(0)


def _result(question: Question, settings: ExtractSettings, screen: Screens | None) -> tuple[Extracted | Reject, bool]:
    """(the answer, whether this process had better serve no further page)."""
    signal.setitimer(signal.ITIMER_PROF, settings.cpu_seconds)
    try:
        return _answer_to(*question, settings, screen), False
    except Exception as error:
        if any(isinstance(each, MemoryError) for each in chain(error)):
            raise MemoryError from error
        if not is_documents(error):
            os._exit(MACHINE)
        return Reject("extract.error", detail=described(error)), True
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _answer_to(
    convert: Convert | None, given: tuple[Any, ...], settings: ExtractSettings, screen: Screens | None
) -> Extracted | Reject:
    if convert is None:
        utf8, url, captured = given
        return extract(utf8, url, captured, settings, screen)
    found = convert(*given)
    if not isinstance(found, Extracted | Reject):
        raise TypeError(f"convert gave {found!r:.100}, wanted Extracted or Reject")
    return found


def _answer(stream: BinaryIO, number: int, result: Extracted | Reject, last: bool) -> None:
    """JSON, not pickle: a child that a page has taken over must not make its parent run code."""
    kind = "extracted" if isinstance(result, Extracted) else "reject"
    answer = {"number": number, kind: asdict(result), "cpu_seconds": time.process_time(), "last": last}
    write_message(stream, json.dumps(answer).encode())


def write_message(stream: BinaryIO, body: bytes) -> None:
    stream.write(_LENGTH.pack(len(body)))
    stream.write(body)
    stream.flush()


def read_message(stream: BinaryIO) -> bytes | None:
    """The next message, or None if the other side ended before or within it. ValueError if it is senselessly long."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > MOST_BYTES:
        raise ValueError(f"a message of {length} bytes")
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
