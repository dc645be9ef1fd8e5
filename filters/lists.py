"""Lists that filters read from files: domains, URLs, words. One entry a line, UTF-8."""

import functools
from pathlib import Path


@functools.cache
def entries(path: str, lower: bool = True) -> frozenset[str]:
    """The lines of a file, stripped, without blank ones and `#` comments; read once a process.

    Membership only: a set's order must never reach an output. Raises OSError and UnicodeDecodeError as `open` does.
    """
    with Path(path).open(encoding="utf-8") as lines:
        stripped = (line.strip() for line in lines)
        return frozenset(line.lower() if lower else line for line in stripped if line and not line.startswith("#"))


def table(words: str, by: str | None = None) -> frozenset[str]:
    """The words of a list that stands in code, between white space or another mark."""
    return frozenset(words.split(by))
