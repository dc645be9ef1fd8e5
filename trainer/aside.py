"""Files that appear whole or not at all: written aside in the same folder, synced, renamed."""

import contextlib
import errno
import json
import math
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from winnow.trainer.errors import BadCall, RunFailed

MARK = ".tmp-"


@contextlib.contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """Write a file that stands under `path` once the block has ended without an error, and only then.

    RunFailed names the file where it cannot be written, on a full disk too: an OSError of the block is taken for one.
    """
    aside = beside(path)
    with named(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with aside.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
            sync_folder(path.parent)
        finally:
            with contextlib.suppress(OSError):
                aside.unlink()


def beside(path: Path) -> Path:
    """A hidden name in the same folder, that no other process takes and `sweep` knows."""
    return path.with_name(f".{path.name}{MARK}{uuid.uuid4().hex[:12]}")


@contextlib.contextmanager
def named(path: Path) -> Iterator[None]:
    """Turn an OSError of the block into a RunFailed that says that `path` could not be written, and why."""
    try:
        yield
    except OSError as error:
        raise RunFailed(f"{path} cannot be written: {reason(error)}") from None


@contextlib.contextmanager
def folder(path: Path) -> Iterator[None]:
    """A folder, made where it is missing with those above it; what was made and is still empty goes again where the
    block fails. BadCall where it cannot be made."""
    made = [each for each in (path, *path.parents) if not each.exists()]
    try:
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadCall(f"{path} cannot be written: {reason(error)}") from None
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            for each in made:
                each.rmdir()
        raise


def reason(error: OSError) -> str:
    """What an OSError says, and the cure where there is one."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full; make room and give the same command again"
    return error.strerror or str(error)


def write_json(path: Path, value: Any) -> None:
    """Readable, keys in the order given; what is not finite becomes null. RunFailed as of `whole`."""
    with whole(path) as file:
        file.write(f"{json.dumps(finite(value), indent=1, ensure_ascii=False)}\n".encode())


def finite(value: Any) -> Any:
    """A value for JSON with null for each number in it that is not finite."""
    if isinstance(value, dict):
        return {key: finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def sweep(folder: Path) -> None:
    """Remove what processes that were killed have left half written in a folder and below."""
    for path in sorted(folder.rglob(f".*{MARK}*")):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """So that the new name outlives a power cut; where folders cannot be opened, the system sees to it."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
