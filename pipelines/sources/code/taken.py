"""A file as it was taken out of whatever held it."""

from collections.abc import Callable
from dataclasses import dataclass

from winnow.filters.rules import Reject

Limit = Callable[[bytes], int]
"""By path, how many bytes of a file are read at most."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file's path and content, or why it was not read."""

    path: bytes
    size: int
    """Bytes of the file, as far as that is known."""
    content: bytes = b""
    reject: Reject | None = None

    @staticmethod
    def refused(path: bytes, what: str, detail: str = "", size: int = 0) -> "Taken":
        return Taken(path, size, b"", Reject(f"code.{what}", detail=detail))

    @staticmethod
    def too_large(path: bytes, size: int, limit: int) -> "Taken":
        return Taken(path, size, b"", Reject("code.too_large", size, limit))
