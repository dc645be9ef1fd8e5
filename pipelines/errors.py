"""The ways in which a command ends badly. Every error that a user is to see is one of them, and one line."""

import errno
import os
import re
import traceback
from collections.abc import Iterator
from pathlib import PurePath

_ADDRESS = re.compile(r"0x[0-9a-fA-F]+")
_MAX_TOLD = 300


class BadCall(Exception):
    """The call, the recipe or the input is wrong: the message names the thing, the place and the cure. Exit code 2."""


class BuildFailed(Exception):
    """The build cannot end right, or a check does not hold; the message says what and where. Exit code 1."""


class Damaged(BuildFailed):
    """A file that the build left for itself is gone or is not what was written.

    Deleting `remove` has the piece of work made again, so this ends a build only where it does not help.
    """

    def __init__(self, message: str, remove: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.remove = remove


class Gone(Damaged):
    """A file that the build left for itself, or a part of what it is made of, is not there.

    It was deleted, or it never came about: a runner can lose a piece of work and report success.
    """


class Starved(Exception):
    """A process was killed from outside, or memory ran out: no document's fault, so none is set aside for it."""


ENDS = (KeyboardInterrupt, SystemExit)
"""What ends a process on purpose. Any other error, Exception or not, is told as what failed."""
_SCARCE = frozenset({errno.ENOMEM, errno.EAGAIN, errno.EMFILE, errno.ENFILE})
_BROKEN = frozenset({errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.ESTALE})


def is_scarce(error: BaseException) -> bool:
    """Whether memory, processes or open files ran out somewhere in what this error came from."""
    return any(
        isinstance(each, MemoryError | Starved)
        or (isinstance(each, OSError) and each.errno in _SCARCE)
        or (isinstance(each, ImportError) and "allocate" in message(each))
        or (isinstance(each, RuntimeError) and "start new thread" in message(each))
        for each in chain(error)
    )


def is_documents(error: BaseException) -> bool:
    """Whether an error that nobody foresaw belongs to the document that met it, and not to the machine or the build."""
    return (
        not is_scarce(error)
        and not is_told(error)
        and not any(
            isinstance(each, ImportError) or (isinstance(each, OSError) and each.errno in _BROKEN)
            for each in chain(error)
        )
    )


def is_told(error: BaseException) -> bool:
    """Whether an error, or what it came from, is one of ours, whose message says it all."""
    return any(isinstance(each, BadCall | BuildFailed) for each in chain(error))


def is_raised_on(error: BaseException) -> bool:
    """Whether an error goes up as it is, whoever's code met it: it ends the process, says what the machine lacks, or
    is one of ours."""
    return isinstance(error, ENDS) or is_scarce(error) or is_told(error)


def chain(error: BaseException) -> list[BaseException]:
    """An error and what it came from, the origin last."""
    found: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and not any(at is each for each in found):
        found.append(at)
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return found


def origin(error: BaseException) -> BaseException:
    """The error that says most: the deepest of ours, for engines wrap and copy; else the deepest of all."""
    errors = chain(error)
    ours = [e for e in errors if isinstance(e, BadCall | BuildFailed | Starved)]
    return (ours or errors)[-1]


def told(error: BaseException) -> str:
    """An error as one line: what it says, and, where it is none of ours, its kind and the place where it arose."""
    cause = origin(error)
    if isinstance(cause, BadCall | BuildFailed | Starved):
        return " ".join(str(cause).split())
    return described(cause)


def described(error: BaseException) -> str:
    """`KeyError: 'x', at htmldate/core.py:210`: a function of what happened, so it may stand in a row."""
    said = _ADDRESS.sub("0x", " ".join(message(error).encode("utf-8", "replace").decode().split()))
    text = type(error).__name__ + (f": {said[:_MAX_TOLD]}" if said else "")
    return ", at ".join([text, *_place(error)])


def message(error: BaseException) -> str:
    """`str(error)`; of an error that fails even in that, what came instead."""
    try:
        return str(error)
    except ENDS:
        raise
    except BaseException as worse:  # noqa: BLE001  whatever a plug-in's error does
        return f"no message, for to ask for it raises {type(worse).__name__}"


def _place(error: BaseException) -> Iterator[str]:
    """The innermost line that was run: folder and file, never a whole path, which differs between machines."""
    run = [f for f in traceback.extract_tb(error.__traceback__) if "importlib" not in f.filename]
    if isinstance(error, SyntaxError) and error.filename and os.path.exists(error.filename):  # of a file, as imported
        yield _line(error.filename, error.lineno)
    elif run:
        yield _line(run[-1].filename, run[-1].lineno)


def _line(file: str, number: int | None) -> str:
    return f"{'/'.join(PurePath(file).parts[-2:])}:{number}"
