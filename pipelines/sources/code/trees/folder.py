"""The files below a folder, as they lie there: links are named and never followed, and of a `.git` nothing is read."""

import errno
import os
import stat
from collections.abc import Iterator

from winnow.pipelines.sources import tar
from winnow.pipelines.sources.code.trees.layout import Entry, Unreadable, file
from winnow.pipelines.sources.file_bytes import Changed

_DENIED = "permission denied"
_PLAIN = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
"""Nobody waits for a pipe that was put in a file's place, or is led elsewhere by a link."""
_NOT_THERE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO, errno.EISDIR})


class Folder:
    """A folder of this machine."""

    name = b""

    def __init__(self, path: str) -> None:
        self._root = os.fsencode(path)

    def entries(self) -> Iterator[Entry]:
        """Everything below it but folders, in no order."""
        left = [b""]
        while left:
            folder = left.pop()
            try:
                with os.scandir(os.path.join(self._root, folder)) as found:
                    for each in found:
                        path = os.path.join(folder, each.name)
                        if each.name.lower() == b".git":
                            continue
                        if each.is_dir(follow_symlinks=False):
                            left.append(path)
                        else:
                            yield _entry(path, each)
            except PermissionError:
                yield Entry(folder, tar.UNREADABLE, 0, _DENIED.encode())
            except OSError as error:
                if error.errno != errno.ENAMETOOLONG:
                    raise
                yield Entry(folder, tar.UNREADABLE, 0, b"its path is too long")

    def read(self, entry: Entry) -> bytes:
        try:
            with os.fdopen(os.open(os.path.join(self._root, entry.path), _PLAIN), "rb") as found:
                status = os.fstat(found.fileno())
                if not stat.S_ISREG(status.st_mode) or status.st_size != entry.size:
                    raise self._changed(entry)
                content = found.read(entry.size + 1)
        except PermissionError:
            raise Unreadable(_DENIED) from None
        except OSError as error:
            if error.errno in _NOT_THERE:
                raise self._changed(entry) from None
            raise
        if len(content) != entry.size:
            raise self._changed(entry)
        return content

    def _changed(self, entry: Entry) -> Changed:
        path = entry.path.decode("utf-8", "backslashreplace")
        return Changed(os.fsdecode(self._root), f"the file {path} in it is not as it was")

    def close(self) -> None:
        """Files are opened one by one."""


def _entry(path: bytes, found: "os.DirEntry[bytes]") -> Entry:
    if found.is_symlink():
        return Entry(path, tar.SYMLINK)
    status = found.stat(follow_symlinks=False)
    return file(path, status.st_size) if stat.S_ISREG(status.st_mode) else Entry(path, tar.FIFO)
