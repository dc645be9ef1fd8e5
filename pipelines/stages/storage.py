"""Beam's FileSystems as the `Storage` that floor 3 takes: local paths, gs://, s3://, hdfs:// alike."""

import contextlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems

from pipelines.storage import aside_of

RAW = CompressionTypes.UNCOMPRESSED


class BeamStorage:
    """Beam's file systems; the one that a path belongs to is found by its scheme."""

    def open(self, path: str) -> BinaryIO:
        return cast(BinaryIO, FileSystems.open(path, compression_type=RAW))

    @contextlib.contextmanager
    def create(self, path: str) -> Iterator[BinaryIO]:
        aside = aside_of(path)
        with FileSystems.create(aside, compression_type=RAW) as file:
            yield file
        if self.size(path) is not None and "://" in path:
            FileSystems.delete([_literal(path)])  # object stores refuse to rename onto a file
        FileSystems.rename([aside], [path])

    def size(self, path: str) -> int | None:
        found = FileSystems.match([_literal(path)])[0].metadata_list
        return found[0].size_in_bytes if found else None

    def files(self, folder: str) -> list[str]:
        return sorted(self.sizes(folder))

    def sizes(self, folder: str) -> dict[str, int]:
        found = FileSystems.match([f"{_literal(folder.rstrip('/'))}/**"])[0].metadata_list
        return {f.path: f.size_in_bytes for f in found}

    def match(self, pattern: str) -> list[str]:
        return sorted(f.path for f in FileSystems.match([pattern])[0].metadata_list)

    def delete(self, path: str) -> None:
        found = [path] if self.size(path) is not None else self.files(path)
        if found:
            FileSystems.delete([_literal(file) for file in found])  # Beam reads a path that it deletes as a pattern


def _literal(path: str) -> str:
    """A path as a pattern that matches only itself."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in path)
