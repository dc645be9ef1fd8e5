"""Which files say something of others' licenses: found by the census by name, read for every unit."""

import itertools

import numpy as np

from winnow.pipelines.sources.code.facts.files import MOST_BYTES, is_evidence
from winnow.pipelines.sources.code.kinds import FILE, Found
from winnow.pipelines.sources.code.names import shown
from winnow.pipelines.sources.file_bytes import Stretches

_MOST_FILES, _MOST_TOGETHER = 4000, 1 << 26
"""Such files of one input, and bytes of them; those of the outermost folders count first."""


class Aside:
    """The files met so far."""

    def __init__(self) -> None:
        self._found: list[tuple[int, bytes, int, int, int]] = []

    def see(self, found: Found) -> None:
        if found.kind == FILE and found.size <= MOST_BYTES and is_evidence(shown(found.path)):
            self._found.append((found.path.count(b"/"), found.path, found.offset, found.length, found.size))

    def stretches(self) -> Stretches:
        """Where they lie, in the order of their offsets."""
        outermost = sorted(self._found)[:_MOST_FILES]
        together = itertools.accumulate(size for *_, size in outermost)
        kept = [each for each, size in zip(outermost, together, strict=True) if size <= _MOST_TOGETHER]
        return np.array(sorted((offset, length) for _, _, offset, length, _ in kept), np.int64).reshape(-1, 2)
