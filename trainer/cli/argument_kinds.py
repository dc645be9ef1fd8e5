"""What an option of the command line can be: paths and numbers, checked before any work is begun."""

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from winnow.trainer.errors import shown

MOST = (1 << 63) - 1
"""Of any number: what torch and NumPy can hold."""


def path(text: str) -> Path:
    """Not empty, which would be the current folder, and with names that a file system can hold."""
    if not text:
        raise argparse.ArgumentTypeError("the path is empty")
    if any(len(os.fsencode(name)) > 255 for name in text.split("/")):
        raise argparse.ArgumentTypeError(f"{text[:80]}… has a name of more than 255 bytes")
    return Path(text)


def to_read(text: str) -> Path:
    """A pipe would be waited for, a device read without end."""
    file = path(text)
    if file.exists() and not file.is_file():
        raise argparse.ArgumentTypeError(f"{text} is no file")
    return file


def to_write(text: str) -> Path:
    """Looked at before the work, not after it."""
    file = path(text)
    if file.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is a folder; give a file")
    above = next(folder for folder in file.absolute().parents if folder.exists())
    if not above.is_dir():
        raise argparse.ArgumentTypeError(f"{text} cannot be written: {above} is a file, no folder")
    if not os.access(above, os.W_OK | os.X_OK):
        raise argparse.ArgumentTypeError(f"{text} cannot be written: the folder {above} is not open to you")
    return file


def url(text: str) -> str:
    """A path will do too."""
    return str(path(text) and text)


def named(text: str) -> str:
    """A path, or the name of something that is shipped; empty is told by who looks for it."""
    return str(text and path(text) and text)


def label(text: str) -> str:
    """A name that stands in tables and messages."""
    if not (0 < len(text) <= 100 and text.isprintable()):
        raise argparse.ArgumentTypeError(f"{text[:100]!r} is no name of 1 to 100 printable characters")
    return text


def _whole(text: str, least: int, most: int) -> int:
    try:
        value = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{shown(text)} is not a whole number") from None
    if value < least:
        raise argparse.ArgumentTypeError(f"{shown(value)} is not {least} or more")
    if value > most:
        raise argparse.ArgumentTypeError(f"{shown(value)} is more than {most:,}")
    return value


def up_to(most: int, least: int = 1) -> Callable[[str], int]:
    """From `least` to `most`: more is a slip of the hand, and would be tried."""
    return lambda text: _whole(text, least, most)


positive, count = up_to(MOST), up_to(MOST, 0)


def not_an_option(setting: str) -> Callable[[str], str]:
    """Of a name that is a setting: what to write."""

    def told(text: str) -> str:
        raise argparse.ArgumentTypeError(f"a setting, and no option: --set {setting}={shown(text)}")

    return told


def number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{shown(text)} is not a number") from None
