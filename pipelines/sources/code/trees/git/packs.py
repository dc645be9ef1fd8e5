"""The packs of a repository: where an object lies in one, and how large it says it is, told from a few bytes."""

import io
import mmap
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from dulwich.object_format import ObjectFormat
from dulwich.objects import RawObjectID
from dulwich.pack import PackFileDisappeared, PackIndex, load_pack_index_file

from winnow.pipelines.sources.code.trees.git.files import RepositoryFiles

BY_OFFSET, BY_NAME = 6, 7
"""Types of what is a change: to the object so many bytes before, or to the one of that name."""
_FOLDER = "objects/pack"
_MOST_PACKS = 10_000
_SMALL = 1 << 22
"""Bytes of an index that is read whole; of larger ones, and of packs, only what is needed comes into memory."""
_LONGEST_NUMBER = 10
"""Bytes of a number of 64 bits, seven bits each."""


class Corrupt(ValueError):
    """Bytes of a pack that say nothing."""


@dataclass(frozen=True, slots=True)
class Head:
    """How an object in a pack begins."""

    type: int
    size: int
    """Bytes of what follows, unpacked: of the object or of the change."""
    content: int
    """Offset of what follows."""


class Pack:
    """One pack, opened when it is first needed."""

    def __init__(self, files: RepositoryFiles, name: str, index: PackIndex) -> None:
        self._files, self._name, self._index = files, name, index
        self._content: mmap.mmap | None = None

    def close(self) -> None:
        self._index.close()
        if self._content is not None:
            self._content.close()

    def offset(self, name: bytes) -> int | None:
        """Where an object lies; Corrupt where the index makes no sense, of which dulwich says that it has gone."""
        try:
            return int(self._index.object_offset(RawObjectID(name)))
        except KeyError:
            return None
        except PackFileDisappeared as error:
            raise Corrupt("the index of a pack makes no sense") from error

    def beginning(self, digits: str) -> Iterator[str]:
        """The names that begin with an even number of digits."""
        yield from (bytes(name).hex() for name in self._index.iter_prefix(bytes.fromhex(digits)))

    def content(self) -> mmap.mmap:
        if self._content is None:
            found = self._files.open(f"{_FOLDER}/{self._name}.pack")
            if found is None:
                raise Corrupt("the pack of an index is missing")
            with found:
                self._content = mmap.mmap(found.fileno(), 0, access=mmap.ACCESS_READ)
        return self._content

    def head(self, offset: int) -> Head:
        """How the object at an offset begins; Corrupt where it says a number that none can be."""
        data = self.content()[offset : offset + 2 * _LONGEST_NUMBER]
        if not data or offset <= 0:
            raise Corrupt("an object outside of its pack")
        first, at = data[0], 1
        size = first & 0x0F
        if first & 0x80:
            more, at = number(data, at)
            size |= more << 4
        type = first >> 4 & 0x07
        if type == BY_OFFSET:
            _, at = number(data, at)
        return Head(type, size, offset + at)

    def size_at(self, offset: int, name_bytes: int) -> int:
        """Bytes of the object at an offset, whether it is whole or a change."""
        head = self.head(offset)
        if head.type not in (BY_OFFSET, BY_NAME):
            return head.size
        at = head.content + (name_bytes if head.type == BY_NAME else 0)
        said = zlib.decompressobj().decompress(self.content()[at : at + 256], 2 * _LONGEST_NUMBER)
        return size_after(said)


def size_after(change: bytes) -> int:
    """Bytes of an object once a change was made; those of the one before stand first."""
    _, at = number(change, 0)
    return number(change, at)[0]


def number(data: bytes, at: int) -> tuple[int, int]:
    """A number, its low bits first, and the offset behind it."""
    found = 0
    for place, byte in enumerate(data[at : at + _LONGEST_NUMBER]):
        found |= (byte & 0x7F) << 7 * place
        if not byte & 0x80:
            return found, at + place + 1
    raise Corrupt("a number without an end")


def packs(files: RepositoryFiles, format: ObjectFormat) -> Iterator[Pack]:
    """Every pack whose index can be read."""
    for name, size in list(files.listed(_FOLDER))[:_MOST_PACKS]:
        if name.endswith(".idx") and (found := files.open(f"{_FOLDER}/{name}")) is not None:
            with found:
                content = io.BytesIO(found.read()) if size < _SMALL else found
                try:
                    index = load_pack_index_file(name, content, format)
                except (AssertionError, KeyError, ValueError, struct.error):
                    continue  # what it names is missing then
            yield Pack(files, name.removesuffix(".idx"), index)
