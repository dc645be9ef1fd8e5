"""What files are called: their paths as text, what is wrong with one, and the names of repositories."""

import re

_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DRIVE = re.compile(r"[A-Za-z]:[/\\]")
_AT_COMMIT = re.compile(r"(.*)@([0-9a-f]{40}|[0-9a-f]{64})", re.DOTALL)
_PACKED = re.compile(r"\.(?:gz|bz2|xz|zst)$", re.IGNORECASE)
_ARCHIVE = re.compile(r"\.(?:git|tar|tgz|tbz2?|txz|tzst|zip|jar|whl|egg|nupkg|crate|gem)$", re.IGNORECASE)


def shown(path: bytes) -> str:
    """A path as text: without `./`, and with escapes for what is no UTF-8 or cannot be seen."""
    text = path.decode("utf-8", "backslashreplace")
    parts = [part for part in text.split("/") if part not in ("", ".")]
    return _UNSHOWN.sub(lambda found: f"\\x{ord(found[0]):02x}", "/".join(parts))


def fault_of(path: bytes) -> str:
    """What keeps a path from being that of a file in an archive's own folder; empty where nothing does."""
    text = path.decode("utf-8", "backslashreplace")
    if not shown(path):
        return "it is empty"
    if "\0" in text:
        return "it holds a NUL"
    if text.startswith(("/", "\\")) or _DRIVE.match(text):
        return "it is absolute"
    return "it leads out of the archive" if ".." in re.split(r"[/\\]", text) else ""


def repository_of(name: str) -> tuple[str, str]:
    """The name of a repository, and its revision, from that of an input: `curl@1c3f…`, `curl-8.0.tar.gz`."""
    at = _AT_COMMIT.fullmatch(name)
    name, revision = (at[1], at[2]) if at else (name, "")
    return ("" if name in (".", "..") else _ARCHIVE.sub("", unpacked(name))), revision


def unpacked(name: str) -> str:
    """The name of what a packed file holds."""
    return _PACKED.sub("", name)
