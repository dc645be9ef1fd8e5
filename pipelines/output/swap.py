"""A build that replaces another is made beside it, then put in its place, so that one of the two is always whole.

    DIR -> DIR.replaced,  DIR.replacing -> DIR,  remove DIR.replaced

Every directory that a swap moves or removes has a mark that the swap wrote into it: the name of the swap, the same in
the two directories that change places. What has none is the user's,
whatever it is called, and is never touched.
"""

import contextlib
import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.files.storage import ASIDE
from winnow.pipelines.plan.names import HELD, MARK, WORK


def new_of(path: str) -> str:
    """Where a replacement is made."""
    return f"{path}.replacing"


def old_of(path: str) -> str:
    """What is replaced, until it is removed."""
    return f"{path}.replaced"


@contextlib.contextmanager
def locked(folder: str, path: str) -> Iterator[None]:
    """One build at a time in a local directory, which is made if it is not there; errors name `path`."""
    try:
        os.makedirs(f"{folder}/{WORK}", exist_ok=True)
        file = open(f"{folder}/{HELD}", "w")  # noqa: SIM115  closed below; what may fail here is only the opening
    except OSError as error:
        raise BadCall(f"{folder} cannot be written: {error.strerror}; give another --output") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            same = os.path.samestat(os.fstat(file.fileno()), os.stat(file.name))
        except (BlockingIOError, FileNotFoundError):
            same = False
        except OSError as error:
            raise BadCall(f"{folder} cannot be locked: {error.strerror}; give another --output") from error
        if not same:  # or it has just been moved away by the one that ran
            raise BadCall(f"{path}: another build is running there")
        yield


def begin(path: str) -> str:
    """The directory for the replacement of `path`; BadCall names what is in its way."""
    new, old = new_of(path), old_of(path)
    if os.path.lexists(old):
        raise _in_the_way(old)
    if os.path.lexists(new) and _mark(new) is None and (os.path.islink(new) or not unused(new)):
        raise _in_the_way(new)
    return new


def mark(new: str) -> None:
    """Say that a directory was made by a swap. Its lock must be held."""
    if _mark(new) is None:
        _write(new, uuid.uuid4().hex)


def end(path: str) -> None:
    """Change the two directories; the locks of both must be held."""
    new, old, name = new_of(path), old_of(path), _mark(new_of(path))
    if name is None or os.path.lexists(old):
        raise _in_the_way(new if name is None else old)
    try:
        _write(path, name)
        os.rename(path, old)
        try:
            os.rename(new, path)
        except BaseException:
            if not os.path.lexists(path):
                os.rename(old, path)
            raise
        _discard(path)
    except OSError as error:
        raise BuildFailed(f"{path} could not be replaced: {error}; run the same command again") from error


def recover(path: str) -> None:
    """End a swap that was stopped at any of its steps."""
    try:
        _rename_again(path)
        _discard_again(path)
    except OSError as error:
        raise BuildFailed(f"{path} could not be replaced: {error}; run the same command again") from error


def _rename_again(path: str) -> None:
    """Where a swap was stopped between its two renamings, DIR is not there."""
    new, old = new_of(path), old_of(path)
    name, there = _mark(old), os.path.lexists(path)
    if name is None or (there and not unused(path)):
        return
    source = new if _mark(new) == name else old
    with contextlib.ExitStack() as held:
        for folder in dict.fromkeys((old, source, *([path] if there else []))):
            held.enter_context(locked(folder, path))
        if there:
            shutil.rmtree(path)  # of a build that came in between and found nothing
        os.rename(source, path)


def _discard_again(path: str) -> None:
    """Where a swap was stopped later, DIR has the mark of what is to be removed; or nothing is left of it."""
    old, name = old_of(path), _mark(path)
    if name is None:
        return
    with locked(path, path):
        if not os.path.lexists(old):
            os.remove(f"{path}/{MARK}")
        elif _mark(old) == name or (unused(old) and not os.path.islink(old)):
            with locked(old, path):
                _discard(path)


def _discard(path: str) -> None:
    """Remove what was replaced: its mark when nothing else is left, and the mark of `path` last."""
    old = Path(old_of(path))
    for place in (*old.iterdir(), *(old / WORK).iterdir()):
        if place.name in (WORK, Path(MARK).name):
            continue
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
        else:
            place.unlink()
    shutil.rmtree(old)
    os.remove(f"{path}/{MARK}")


def unused(folder: str) -> bool:
    """Whether a directory is empty, but for what a build leaves there before it can say whose it is."""
    if not os.path.isdir(folder):
        return False
    return all(is_trace(str(file)) for file in Path(folder).rglob("*") if not file.is_dir() or file.is_symlink())


def is_trace(path: str) -> bool:
    """Whether a build leaves this file before it can say whose the directory is."""
    return path.endswith(f"/{HELD}") or os.path.basename(path).startswith(ASIDE)


def _mark(folder: str) -> str | None:
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return Path(folder, MARK).read_text(encoding="ascii") or None
    return None


def _write(folder: str, name: str) -> None:
    aside = Path(folder, WORK, f"{ASIDE}{name[:12]}-{Path(MARK).name}")
    aside.write_text(name, encoding="ascii")
    os.replace(aside, f"{folder}/{MARK}")


def _in_the_way(place: str) -> BadCall:
    return BadCall(f"{place} is in the way; move it away or remove it, and run the same command again")
