"""Objects of a repository by name: how large one is, and its content, held against its name.

dulwich takes packs apart; here is what bounds it. A size is known from a few bytes, and nothing is put together whose
size, with the sizes of all that it is made from, is more than a file of a corpus can ask for.
"""

import contextlib
import re
import struct
import zlib
from collections.abc import Iterator

from dulwich.errors import ApplyDeltaError
from dulwich.object_format import SHA1, SHA256
from dulwich.pack import apply_delta, unpack_object_at

from winnow.pipelines.sources.code.trees.git.files import RepositoryFiles
from winnow.pipelines.sources.code.trees.git.packs import BY_NAME, BY_OFFSET, Pack, packs, size_after
from winnow.pipelines.sources.code.trees.layout import LARGEST, Unreadable

COMMIT, TREE, BLOB, TAG = b"commit", b"tree", b"blob", b"tag"
_TYPES = {1: COMMIT, 2: TREE, 3: BLOB, 4: TAG}
_MOST_MADE = 16 * LARGEST
"""Bytes of an object and of all that it is made from; a file of a mebibyte and fifty changes is a fifth of it."""
_LONGEST_CHAIN = 4096
_LOOSE = re.compile(rb"(commit|tree|blob|tag) ([0-9]{1,15})\0")
_CORRUPT = (
    ApplyDeltaError, AssertionError, IndexError, KeyError, OverflowError, TypeError, ValueError, struct.error,
    zlib.error,
)  # fmt: skip
"""What bytes that make no sense raise, here and in dulwich."""


class Objects:
    """What a repository holds, each object read from where it lies."""

    def __init__(self, files: RepositoryFiles, digits: int) -> None:
        self._files = files
        self._format = SHA256 if digits == SHA256.hex_length else SHA1
        self._packs = list(packs(files, self._format))
        self._sizes = dict[str, int]()

    @property
    def name_bytes(self) -> int:
        return int(self._format.oid_length)

    def close(self) -> None:
        for pack in self._packs:
            pack.close()

    def room(self) -> int:
        """Bytes of the files that hold objects."""
        folders = ("pack", *(f"{number:02x}" for number in range(256)))
        return sum(size for folder in folders for _, size in self._files.listed(f"objects/{folder}"))

    def beginning(self, digits: str) -> list[str]:
        """The names that begin so, sorted."""
        loose = (f"{digits[:2]}{rest}" for rest, _ in self._files.listed(f"objects/{digits[:2]}"))
        packed = (name for pack in self._packs for name in pack.beginning(digits[: len(digits) // 2 * 2]))
        return sorted({name for name in (*loose, *packed) if name.startswith(digits)})

    def size(self, name: str) -> int:
        """Bytes of an object, as it says itself; one can have many names in a tree."""
        if name not in self._sizes:
            with _told(name):
                self._sizes[name] = self._size(name)
        return self._sizes[name]

    def read(self, name: str) -> tuple[bytes, bytes]:
        """An object's type and content; Unreadable unless it is the object of that name."""
        with _told(name):
            type, content = self._made(name)
            if self._format.hash_object_hex(b"%s %d\0%s" % (type, len(content), content)).decode() != name:
                raise ValueError("it has another name")
        return type, content

    def _size(self, name: str) -> int:
        if (place := self._place(name)) is not None:
            return place[0].size_at(place[1], self.name_bytes)
        return _loose_head(zlib.decompressobj().decompress(self._loose(name, 128), 64))[1]

    def _place(self, name: str) -> tuple[Pack, int] | None:
        found = ((pack, pack.offset(bytes.fromhex(name))) for pack in self._packs)
        return next(((pack, offset) for pack, offset in found if offset is not None), None)

    def _made(self, name: str) -> tuple[bytes, bytes]:
        """The first version of an object, and what all changes up to it make of that."""
        place, changes, made = self._place(name), list[bytes](), 0
        while place is not None:
            pack, offset = place
            made += (head := pack.head(offset)).size
            _bounded(name, made, len(changes))
            part, _ = unpack_object_at(pack.content(), offset, self._format.hash_func)
            content = b"".join(part.decomp_chunks)
            if head.type not in (BY_OFFSET, BY_NAME):
                return _TYPES[head.type], _changed(name, content, changes, made)
            changes.append(content)
            if head.type == BY_NAME:
                name = bytes(part.delta_base).hex()
                place = self._place(name)
            else:
                place = pack, offset - part.delta_base
        type, content = self._unpacked(name)
        return type, _changed(name, content, changes, made + len(content))

    def _unpacked(self, name: str) -> tuple[bytes, bytes]:
        """An object that lies in a file of its own."""
        said = zlib.decompressobj().decompress(self._loose(name, LARGEST + LARGEST // 64), LARGEST + 64)
        type, size, begins = _loose_head(said)
        _bounded(name, size, 0)
        return type, said[begins:]

    def _loose(self, name: str, most: int) -> bytes:
        data = self._files.read(f"objects/{name[:2]}/{name[2:]}", most)
        if not data:
            raise Unreadable(f"the object {name} is missing")
        return data


def _loose_head(data: bytes) -> tuple[bytes, int, int]:
    """The type and the size that a loose object begins with, and where its content begins."""
    head = _LOOSE.match(data)
    if head is None:
        raise ValueError("no object begins so")
    return head[1], int(head[2]), head.end()


def _changed(name: str, content: bytes, changes: list[bytes], made: int) -> bytes:
    """An object with changes made to it, of which the last comes first."""
    for change in reversed(changes):
        made += size_after(change)
        _bounded(name, made, 0)
        content = b"".join(apply_delta(content, change))
    return content


def _bounded(name: str, made: int, changes: int) -> None:
    if made > _MOST_MADE or changes > _LONGEST_CHAIN:
        raise Unreadable(f"the object {name} takes too much to put together")


@contextlib.contextmanager
def _told(name: str) -> Iterator[None]:
    """Whatever bytes that make no sense raise, as Unreadable."""
    try:
        yield
    except _CORRUPT as error:
        raise Unreadable(f"the object {name} is corrupt") from error
