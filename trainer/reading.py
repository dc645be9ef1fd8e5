"""Small files that others may have written: their kind and size are looked at before they are read."""

import json
from pathlib import Path
from typing import Any

from winnow.trainer.errors import BadCall, one_line

MOST = 1 << 30
"""Bytes of a file that is read at once. The largest tokenizer.json has some tens of millions."""
NAME = 200
"""Characters of a name, at most."""


def small(path: Path, most: int = MOST, complaint: str = "") -> bytes:
    """A file's bytes. BadCall where it is missing, larger than `most`, or no file: a pipe would be waited for."""
    try:
        if not path.is_file():
            raise BadCall(f"{path}{complaint}: {'is no file' if path.exists() else 'no such file'}")
        if (size := path.stat().st_size) > most:
            raise BadCall(f"{path}{complaint}: has {size:,} bytes, more than such a file can have")
        return path.read_bytes()
    except OSError as error:
        raise BadCall(f"{path}{complaint}: cannot be read ({error.strerror})") from None


def json_object(path: Path, complaint: str = ": cannot be read as JSON") -> dict[str, Any]:
    """BadCall where the file cannot be read (`small`) or is not one JSON object: path, `complaint` and the reason."""
    try:
        content = json.loads(small(path, complaint=complaint))
    except (ValueError, RecursionError) as error:
        raise BadCall(f"{path}{complaint} ({one_line(error)})") from None
    if not isinstance(content, dict):
        raise BadCall(f"{path}{complaint} (not an object)")
    return content


def is_file_name(name: object) -> bool:
    """Whether it names a file beside the one that names it, and not one somewhere else."""
    return is_name(name) and "/" not in str(name) and name not in (".", "..")


def is_name(name: object) -> bool:
    """Whether it can stand in a line: 1 to NAME printable characters."""
    return isinstance(name, str) and 0 < len(name) <= NAME and name.isprintable()
