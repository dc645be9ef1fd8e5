"""Shingle sets laid end to end in a file that goes with the process: read again and again, and never held whole."""

import mmap
import tempfile
from types import TracebackType
from typing import Self

import numpy as np

from winnow.pipelines.dedup.packed import Counts, Hashes, offsets_of, ramps
from winnow.pipelines.dedup.shingles import Shingles
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.files.storage import is_remote
from winnow.pipelines.plan.job import Work


def beside(work: Work) -> "Shelf":
    """A shelf on the disk of the build, or of the worker where that is elsewhere."""
    return Shelf(None if is_remote(work.job.root) else work.job.names.work())


class Shelf:
    """Sets are told by the order in which they came."""

    def __init__(self, folder: str | None) -> None:
        """`folder` has room for all; None is where the system keeps such files."""
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  closed by __exit__
        self._sizes = list[Counts]()
        self._offsets: Counts | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def add(self, shingles: Shingles) -> None:
        try:
            self._file.write(shingles.values.astype("<u8", copy=False).data)
            self._file.flush()
        except OSError as error:
            raise BuildFailed(f"the shingles of documents to be compared could not be written: {error}") from error
        self._sizes.append(shingles.sizes)
        self._offsets = None

    @property
    def offsets(self) -> Counts:
        """int64 [n + 1]."""
        if self._offsets is None:
            self._offsets = offsets_of(np.concatenate(self._sizes) if self._sizes else np.empty(0, np.int64))
            self._sizes = [np.diff(self._offsets)]
        return self._offsets

    def sizes(self, rows: Counts) -> Counts:
        """How many shingles each has."""
        return self.offsets[rows + 1] - self.offsets[rows]

    def fetch(self, rows: Counts) -> Shingles:
        """The sets of these rows, in their order. The file is mapped for as long as they are copied, so that what was
        read before does not count as this process's memory."""
        sizes = self.sizes(rows)
        if not sizes.any():
            return Shingles(np.empty(0, np.uint64), offsets_of(sizes))
        with mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            every: Hashes = np.frombuffer(mapped, "<u8")
            values = every[ramps(self.offsets[rows], sizes)].astype(np.uint64, copy=False)
            del every  # a map that is looked into cannot be closed
        return Shingles(values, offsets_of(sizes))
