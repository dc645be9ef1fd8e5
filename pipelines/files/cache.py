"""The folder of this machine that keeps what builds share: models, and copies of lists that lie elsewhere."""

import os
from pathlib import Path


def cache_directory() -> Path:
    """Return $WINNOW_CACHE, else $XDG_CACHE_HOME/winnow, else ~/.cache/winnow."""
    if own := os.environ.get("WINNOW_CACHE"):
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "winnow"
