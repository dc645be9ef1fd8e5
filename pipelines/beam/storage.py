"""A `Storage` for paths of every kind: local ones are plain files, the others belong to a file system of Beam's.

On gs:// and s3:// to rename is to copy, which overwrites, and to delete. So nothing is deleted before a rename: of two
bundles that make one file the later puts its own over the other's, and at no moment is there none.
"""

import contextlib
import errno
import io
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, cast

from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.options.value_provider import RuntimeValueProvider

from winnow.pipelines.beam import s3
from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.files.parquet import sha256_of
from winnow.pipelines.files.storage import LocalStorage, Storage, aside_of

RAW = CompressionTypes.UNCOMPRESSED
BUFFER_BYTES = 1 << 18


class StorageFailed(BuildFailed, OSError):
    """A file system said no: the path and its reason, in one line. An OSError too, as of a local file."""


class BeamStorage:
    """Local paths, gs://, s3://, hdfs:// alike; the file system that a path belongs to is found by its scheme."""

    def open(self, path: str) -> BinaryIO:
        return _of(path).open(path)

    def create(self, path: str) -> contextlib.AbstractContextManager[BinaryIO]:
        return _of(path).create(path)

    def size(self, path: str) -> int | None:
        return _of(path).size(path)

    def files(self, folder: str) -> list[str]:
        return _of(folder).files(folder)

    def sizes(self, folder: str) -> dict[str, int]:
        return _of(folder).sizes(folder)

    def match(self, pattern: str) -> list[str]:
        return _of(pattern).match(pattern)

    def delete(self, path: str) -> None:
        _of(path).delete(path)


class RemoteStorage:
    """Paths with a scheme. Whatever a file system raises becomes StorageFailed."""

    def open(self, path: str) -> BinaryIO:
        try:
            stream = _stream(FileSystems.open, path, path)
        except StorageFailed as error:
            if isinstance(error.__cause__, FileNotFoundError):
                raise FileNotFoundError(f"{path}: there is no such file") from error
            raise
        return cast(BinaryIO, io.BufferedReader(stream, BUFFER_BYTES))

    @contextlib.contextmanager
    def create(self, path: str) -> Iterator[BinaryIO]:
        aside = aside_of(path)
        try:
            with _stream(FileSystems.create, aside, path) as file:
                yield cast(BinaryIO, file)
            self._rename(aside, path)
        except BaseException:
            with contextlib.suppress(StorageFailed):
                self.delete(aside)
            raise

    def _rename(self, aside: str, path: str) -> None:
        """Put `aside` in the place of `path`; hdfs:// refuses where there is a file, and an equal one is as good."""
        try:
            with _told(path):
                FileSystems.rename([aside], [path])
        except StorageFailed:
            if self.size(path) is None:
                raise
            if sha256_of(self, path) == sha256_of(self, aside):
                self.delete(aside)
                return
            self.delete(path)
            with _told(path):
                FileSystems.rename([aside], [path])

    def size(self, path: str) -> int | None:
        found = _match(path, _literal(path))
        return found[0].size_in_bytes if found else None

    def files(self, folder: str) -> list[str]:
        return sorted(self.sizes(folder))

    def sizes(self, folder: str) -> dict[str, int]:
        return {f.path: f.size_in_bytes for f in _match(folder, f"{_literal(folder.rstrip('/'))}/**")}

    def match(self, pattern: str) -> list[str]:
        return sorted(f.path for f in _match(pattern, pattern))

    def delete(self, path: str) -> None:
        found = [path] if self.size(path) is not None else self.files(path)
        if found:
            with _told(path):
                patterns = path.startswith("gs://")  # of which Beam asks for a pattern there too, and nowhere else
                FileSystems.delete([_literal(file) if patterns else file for file in found])


LOCAL, REMOTE = LocalStorage(), RemoteStorage()


def _of(path: str) -> Storage:
    if "://" not in path:
        return LOCAL
    if path.startswith("s3://"):
        s3.mend()
    if FileSystems._pipeline_options is None and RuntimeValueProvider.runtime_options is None:
        FileSystems.set_options(PipelineOptions([]))  # before a pipeline there are none, in a worker pool never
    return REMOTE


def _match(path: str, pattern: str) -> list[Any]:
    with _told(path):
        found: list[Any] = FileSystems.match([pattern])[0].metadata_list
        return found


def _literal(path: str) -> str:
    """A path as a pattern that matches only itself."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in path)


def reach(path: str, options: PipelineOptions) -> None:
    """Set up Beam's file systems, and see that `path`, a pattern perhaps, can be asked for; BadCall where it cannot."""
    FileSystems.set_options(options)
    if "://" not in path:
        return
    try:
        with _told(path):
            if path.startswith("s3://"):
                s3.mend()
                s3.look(path, options)
            FileSystems.get_filesystem(path)
    except StorageFailed as error:
        raise BadCall(f"{error} (docs/engine.md says how object stores are set up)") from error


@contextlib.contextmanager
def _told(path: str) -> Iterator[None]:
    """A file system's error as one line that begins with the path."""
    try:
        yield
    except StorageFailed:
        raise
    except Exception as error:  # every library behind a scheme has errors of its own
        raise StorageFailed(f"{path}: {reason(error)}") from error


def reason(error: BaseException) -> str:
    """What an error of Beam's file systems says, in one line and without the layers around it."""
    while details := getattr(error, "exception_details", None):
        error = next(iter(details.values()))
    said = " ".join((getattr(error, "message", None) or str(error) or type(error).__name__).split())
    return s3.MISSING if said.startswith("AWS dependencies are not installed") else said


def _stream(make: Callable[..., Any], path: str, named: str) -> "_Stream":
    with _told(named):
        return _Stream(make(path, compression_type=RAW), named)


class _Stream(io.RawIOBase):
    """A file of Beam's whose errors are StorageFailed, at whatever byte they come."""

    def __init__(self, file: Any, path: str) -> None:
        self._file, self._path = file, path

    def readable(self) -> bool:
        return bool(self._file.readable())

    def writable(self) -> bool:
        return bool(self._file.writable())

    def seekable(self) -> bool:
        return bool(self._file.seekable())

    def readinto(self, buffer: Any) -> int:
        with _told(self._path):
            return int(self._file.readinto(buffer))

    def write(self, data: Any) -> int:
        with _told(self._path):
            return int(self._file.write(data))

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_SET and offset < 0:
            raise OSError(errno.EINVAL, "a place before the file's beginning")  # as a local file has it
        with _told(self._path):
            return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        with _told(self._path):
            return int(self._file.tell())

    def close(self) -> None:
        if not self.closed:
            try:
                with _told(self._path):
                    self._file.close()
            finally:
                super().close()
