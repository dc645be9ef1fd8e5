"""What an option of the command line can be, checked before any work is begun."""

import argparse
import os

MOST_WORKERS = 4096
"""More is a typing error: each is a process."""


def folder(text: str) -> str:
    if "://" not in text and any(len(os.fsencode(name)) > 255 for name in text.split("/")):
        raise argparse.ArgumentTypeError(f"{text[:80]}… has a name of more than 255 bytes")
    return text


def workers(text: str) -> int:
    return _whole(text, MOST_WORKERS)


def number(text: str) -> int:
    return _whole(text, 1_000_000)


def _whole(text: str, most: int) -> int:
    try:
        value = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
    if not 1 <= value <= most:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more, up to {most:,}")
    return value


def size(text: str) -> float:
    value = _real(text)
    if not 0 < value < 1 << 20:
        raise argparse.ArgumentTypeError(f"{text} is not a size in MiB")
    return value


def part(text: str) -> float:
    """A share of at most a half."""
    value = _real(text)
    if not 0 <= value <= 0.5:
        raise argparse.ArgumentTypeError(f"{text} is no share from 0 to 0.5, as 0.01")
    return value


def _real(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
