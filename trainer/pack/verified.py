"""Which files of a pack were found whole: each is hashed once, and again where its size or times have changed.

That is kept in the user's cache: a pack may lie where nobody may write, and be read from several machines.
"""

import contextlib
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from winnow.trainer import aside, reading
from winnow.trainer.errors import BadCall, RunFailed


def home() -> Path:
    """$WINNOW_CACHE, else $XDG_CACHE_HOME/winnow, else ~/.cache/winnow."""
    if own := os.environ.get("WINNOW_CACHE"):
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "winnow"


def memory(pack: Path) -> Path:
    return home() / "packs" / f"{hashlib.sha256(os.fsencode(pack.resolve())).hexdigest()}.json"


def stamp(file: Path) -> list[int]:
    """Size and times of a file, which change with it."""
    of = file.stat()
    return [of.st_size, of.st_mtime_ns, of.st_ctime_ns]


def stamps(pack: Path, files: Mapping[Path, tuple[int, str]]) -> dict[str, Any]:
    """What files are known by, by their names in the pack: their own stamps, and the sha256 that is given."""
    return {file.relative_to(pack).as_posix(): [*stamp(file), sha256] for file, (_, sha256) in files.items()}


def seen(pack: Path) -> dict[str, Any]:
    """The stamps of the files that were found whole; those that have changed since have others now."""
    try:
        return reading.json_object(memory(pack))
    except BadCall:
        return {}


def remember(pack: Path, found: Mapping[str, Any]) -> None:
    """Keep the stamps of files that are whole."""
    with contextlib.suppress(RunFailed):  # where there is no home to write to
        aside.write_json(memory(pack), found)
