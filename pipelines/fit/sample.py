"""A sample of a stream of documents: those whose ids hash least, whatever their order and however many come.

The texts lie in a file. A document that enters late replaces one, whose text stays there: of `n` documents the sample
takes in about `most * (1 + ln(n / most))`, so the file is a few times the sample. Memory: some 100 bytes a document.
"""

import dataclasses
import hashlib
import heapq
import json
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from winnow.filters.document import Document

_FAST = 1
"""zlib's level: the file is read once or twice."""


class Sample:
    """The `most` documents of least hash; of equal ids those that came first."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file, self._most = file, most
        self._held: list[tuple[int, int, int, int]] = []
        """A heap of (-hash, -number, where the text lies in the file, bytes there): its first goes next."""
        self.met = 0
        """Documents that were offered."""

    def __len__(self) -> int:
        return len(self._held)

    def add(self, document: Document) -> None:
        self.met += 1
        rank = (-_hash(document.id), -self.met)
        if len(self._held) == self._most and rank < self._held[0][:2]:
            return
        entry = (*rank, *self._keep(document))
        if len(self._held) < self._most:
            heapq.heappush(self._held, entry)
        else:
            heapq.heapreplace(self._held, entry)

    def documents(self) -> Iterator[Document]:
        """The sample, by hash."""
        for _, _, offset, size in sorted(self._held, reverse=True):
            self._file.seek(offset)
            yield Document(**json.loads(zlib.decompress(self._file.read(size))))

    def _keep(self, document: Document) -> tuple[int, int]:
        """(offset, size) in the file."""
        written = dataclasses.asdict(dataclasses.replace(document, meta=dict(document.meta)))
        packed = zlib.compress(json.dumps(written).encode(), _FAST)
        return self._file.seek(0, 2), self._file.write(packed)


def _hash(id: str) -> int:
    return int.from_bytes(hashlib.blake2b(id.encode(), digest_size=8).digest())
