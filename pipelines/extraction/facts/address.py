"""The parts of a page's address; of one that is none, nothing."""

from urllib.parse import SplitResult, unquote, urlsplit

MOST = 2_000
"""Characters that are read of an address."""


def host_of(url: str | None) -> str:
    """Return the host, in lower case."""
    return _parts(url).hostname or ""


def path_of(url: str | None) -> str:
    """Return the path without escapes."""
    return unquote(_parts(url).path)


def _parts(url: str | None) -> SplitResult:
    try:
        return urlsplit((url or "")[:MOST])
    except ValueError:  # brackets in which no address stands
        return urlsplit("")
