"""--output, made one spelling for one directory before anything is looked at, and refused where no build may be."""

import contextlib
import functools
import os
from collections.abc import Iterable
from pathlib import Path

from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.storage import is_remote
from winnow.pipelines.plan.names import BUILD, FOLDERS, LEDGER

LONGEST = 3000
"""Bytes of a directory's path: what lies below it needs about a thousand of the 4,096 that systems take."""


def resolved(given: str) -> str:
    """The directory without a slash at its end, a local one absolute and without links; BadCall where none can be."""
    if is_remote(given):
        bucket, _, folder = given.partition("://")[2].partition("/")
        if not folder.strip("/") or not (bucket or given.startswith("hdfs:")):
            raise BadCall(f"--output {given} names no folder of a bucket; give one, as in gs://bucket/corpus-1")
        return given.rstrip("/")
    if not given:
        raise BadCall("--output is empty; give a new or an empty directory")
    try:
        given.encode()  # the build's summary prints it
        path, spelt = os.path.realpath(given), Path(os.path.abspath(given))
        for place in (spelt, *spelt.parents):
            if place.is_symlink() and not place.exists():
                raise BadCall(f"--output {given}: {place} is a link to what is not there; give another directory")
        with contextlib.suppress(FileNotFoundError):
            os.stat(path)
    except OSError as error:
        raise BadCall(f"--output {given} cannot be written: {error.strerror}; give another directory") from error
    except ValueError as error:  # a NUL, or bytes that are not UTF-8
        raise BadCall(f"--output {given!r} is no path: {error}") from error
    if path == os.path.dirname(path):
        raise BadCall(f"--output {given} is the root folder; give a new or an empty directory")
    if len(path.encode()) > LONGEST:
        raise BadCall(f"--output {given[:40]}... has more than {LONGEST} bytes; give a shorter path")
    return path


def require_apart(path: str, inputs: Iterable[str]) -> None:
    """BadCall where an input lies in the directory, or the directory in another build's files."""
    real = functools.cache(os.path.realpath)
    for given in inputs:
        folder, name = os.path.split(given)
        places = [given] if is_remote(given) else [f"{real(folder)}/{name}", os.path.realpath(given)]
        if any(place.startswith(f"{path}/") for place in places):
            raise BadCall(f"the input {given} lies inside --output {path}; give another directory")
    if is_remote(path):
        return
    for inner, outer in zip((Path(path), *Path(path).parents), Path(path).parents, strict=False):
        if inner.name in FOLDERS and any((outer / name).is_file() for name in (BUILD, LEDGER)):
            raise BadCall(f"--output {path} lies in {inner.name}/ of the build {outer}; give another directory")
