"""Packs in object storage: copied once, whole and hashed, into a folder of this machine, where they are then mapped.

    HOME/SHA256-OF-THE-MANIFEST          a pack, whole; its name hangs on what is in it, not on where it lay
    HOME/SHA256-OF-THE-MANIFEST.part     one that is being copied; the next command goes on with it
    HOME/SHA256-OF-THE-MANIFEST.copying  held by who copies it
    HOME/SHA256-OF-THE-MANIFEST.lock     shared by who copies or reads it, to the end of the process

HOME is copies/ in the user's cache (`verified.home`). It holds at most WINNOW_CACHE_GB, 500 if not told: packs that
nobody reads make room for a new one, those first that were used the longest time ago.
"""

import contextlib
import fcntl
import functools
import hashlib
import os
import shutil
import threading
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, cast
from urllib.error import HTTPError

from winnow.trainer import aside, reading
from winnow.trainer.errors import BadCall, RunFailed, one_line
from winnow.trainer.figures import size
from winnow.trainer.pack import index, verified
from winnow.trainer.pack.index import Pack
from winnow.trainer.pack.workers import Meter

Say = Callable[[str], None]
CHUNK = 1 << 22
STREAMS = 8
"""Files that are copied at once."""
SECONDS = 60
"""That a server over HTTP may be silent."""
LIMIT, GIGABYTES = "WINNOW_CACHE_GB", 500.0
_reading: dict[Path, IO[bytes]] = {}  # the locks of packs that this process reads


def local(name: str, say: Say) -> Path:
    """Where a pack lies on this machine: a path as it is, and what has a scheme (s3://, gs://, https://) once it is
    copied. BadCall where there is no pack or no room for it; RunFailed where it cannot be copied."""
    scheme, found, rest = name.partition("://")
    if not found:
        return Path(name)
    if scheme == "file":
        return Path(rest)
    url = name.rstrip("/")
    with _opened(f"{url}/{index.MANIFEST}") as file:
        manifest = _read(file, url, reading.MOST + 1)
    if len(manifest) > reading.MOST:
        raise BadCall(f"{url}/{index.MANIFEST} has more bytes than such a file can have")
    home = verified.home() / "copies"
    path = home / hashlib.sha256(manifest).hexdigest()
    if path not in _reading:
        with aside.named(home):
            home.mkdir(parents=True, exist_ok=True)
            _reading[path] = _locked(path, url, manifest, say)
    return path


def _locked(path: Path, url: str, manifest: bytes, say: Say) -> IO[bytes]:
    """The lock of a pack that has been copied, shared."""
    lock = path.with_suffix(".lock").open("ab")
    fcntl.flock(lock, fcntl.LOCK_SH)
    if not path.is_dir():
        with path.with_suffix(".copying").open("ab") as copying:
            fcntl.flock(copying, fcntl.LOCK_EX)
            if not path.is_dir():  # another process may have done it in between
                _copy(path, url, manifest, say)
    os.utime(lock.name)
    return lock


def _copy(path: Path, url: str, manifest: bytes, say: Say) -> None:
    part = path.with_suffix(".part")
    aside.sweep(part)
    with aside.whole(part / index.MANIFEST) as file:
        file.write(manifest)
    try:
        pack = index.read_manifest(part)
    except BadCall as error:
        raise BadCall(str(error).replace(str(part), url)) from None
    left = {file: of for file, of in pack.files.items() if not (file.is_file() and file.stat().st_size == of[0])}
    needed = sum(bytes_ for bytes_, _ in left.values())
    _make_room(path, needed, url, say)
    say(f"copying {size(needed)} of {url} to {path}")
    meter, stop, lock = Meter(say, "copying", needed), threading.Event(), threading.Lock()

    def add(amount: int) -> None:
        if stop.is_set():
            raise RunFailed("stopped")
        with lock:
            meter.add(amount)

    with ThreadPoolExecutor(STREAMS) as pool:
        tasks = [pool.submit(_fetch, f"{url}/{file.relative_to(part).as_posix()}", file, of, add)
                 for file, of in left.items()]  # fmt: skip
        try:
            for task in tasks:
                task.result()
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)
    part.rename(path)
    aside.sync_folder(path.parent)
    verified.remember(path, verified.stamps(path, Pack.open(path).files))


def _fetch(url: str, file: Path, of: tuple[int, str], add: Callable[[int], None]) -> None:
    """Copy one file, hashed on its way."""
    sha256 = hashlib.sha256()
    with _opened(url) as source, aside.whole(file) as target:
        while (piece := _read(source, url, CHUNK)) and target.tell() <= of[0]:
            sha256.update(piece)
            target.write(piece)
            add(len(piece))
        if (target.tell(), sha256.hexdigest()) != of:
            raise RunFailed(f"{url} is damaged: its size or sha256 is not the manifest's; copy it there again")


@contextlib.contextmanager
def _opened(url: str) -> Iterator[IO[bytes]]:
    """A remote file: over HTTP by the standard library, of S3 by boto3, all others by fsspec. BadCall where it is not
    there."""
    try:
        if url.startswith(("http://", "https://")):
            opened: Any = urllib.request.urlopen(url, timeout=SECONDS)
        elif url.startswith("s3://"):
            opened = _object(url)
        else:
            import fsspec

            opened = fsspec.open(url, "rb").open()
    except ImportError as error:  # of fsspec, or of what it needs for this scheme
        raise BadCall(f"{url} needs a library ({one_line(error)}): pip install 'winnow[remote]'") from None
    except (FileNotFoundError, PermissionError, HTTPError, ValueError) as error:
        raise BadCall(f"{url} cannot be opened: {one_line(error)}") from None
    except Exception as error:  # noqa: BLE001  # each file system raises its own
        raise RunFailed(f"{url} cannot be opened: {one_line(error)}; the same command goes on") from None
    with opened:
        yield cast(IO[bytes], opened)


def _object(url: str) -> Any:
    """The bytes of an object in S3. FileNotFoundError where the server refuses, or the call cannot be made."""
    from botocore import exceptions

    bucket, _, key = url.removeprefix("s3://").partition("/")
    try:
        return _client().get_object(Bucket=bucket, Key=key)["Body"]
    except exceptions.ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
            raise
        raise FileNotFoundError(error) from None
    except (exceptions.NoCredentialsError, exceptions.ParamValidationError, exceptions.ProfileNotFound) as error:
        raise FileNotFoundError(error) from None


@functools.cache
def _client() -> Any:
    """One for all threads; address and credentials are those of boto3's variables and files, as for builds at s3://."""
    import boto3

    return boto3.session.Session().client("s3")


def _read(file: IO[bytes], url: str, most: int) -> bytes:
    try:
        return file.read(most)
    except Exception as error:  # noqa: BLE001  # as above
        raise RunFailed(f"{url} cannot be read: {one_line(error)}; the same command goes on with the copy") from None


def _make_room(path: Path, needed: int, url: str, say: Say) -> None:
    """Remove packs that nobody reads until there is room. BadCall where there is none."""
    try:
        limit = float(os.environ.get(LIMIT) or GIGABYTES) * 1e9
    except ValueError:
        raise BadCall(f"{LIMIT} is {os.environ[LIMIT]!r}; give a number of gigabytes") from None
    others = [lock for lock in path.parent.glob("*.lock") if lock != path.with_suffix(".lock")]
    held = _bytes(path.with_suffix(".part")) + sum(_bytes(folder) for lock in others for folder in _folders(lock))
    for lock in sorted(others, key=lambda lock: lock.stat().st_mtime):
        if held + needed <= limit and needed <= shutil.disk_usage(path.parent).free:
            return
        with lock.open("ab") as file, contextlib.suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for folder in _folders(lock):
                held -= _bytes(folder)
                say(f"removing {folder}, used {size(_bytes(folder))}, to make room")
                shutil.rmtree(folder, ignore_errors=True)
    if held + needed > limit:
        raise BadCall(f"{url} takes {size(needed)}, and {path.parent} may hold {size(limit)}, of which "
                      f"{size(held)} are in use: raise {LIMIT}, or copy the pack yourself")  # fmt: skip
    if needed > (free := shutil.disk_usage(path.parent).free):
        raise BadCall(f"{url} takes {size(needed)}, and {path.parent} has room for {size(free)}: make room, or name "
                      "another folder with WINNOW_CACHE")  # fmt: skip


def _folders(lock: Path) -> list[Path]:
    return [folder for folder in (lock.with_suffix(""), lock.with_suffix(".part")) if folder.is_dir()]


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
