"""What a plug-in's step gives back, looked at before it is believed: a wrong value would fail far from its cause, when
a file is written, and a number that is none would pass every limit."""

import math
from collections.abc import Mapping, Sequence
from numbers import Integral, Real
from typing import Any

from winnow.filters.document import Document
from winnow.filters.edits import Change, apply
from winnow.filters.steps import Edit

_SAME = ("id", "text", "source", "file", "offset", "part")
_TEXTS = ("url", "title", "date", "captured", "language", "code_language", "license")


class WrongResult(Exception):
    """A step gave what its kind of step does not give; the message says what."""


def measured(found: Any, names: tuple[str, ...]) -> dict[str, float | None]:
    """The measures as plain floats, in the order of the rules; raise WrongResult."""
    if not isinstance(found, Mapping) or set(found) != set(names):
        raise WrongResult(f"measure gave {_shown(found)}, wanted a number or None for each of {', '.join(names)}")
    return {name: _number(found[name], f"measure gave {name} =") for name in names}


def edited(text: str, made: Any) -> Edit:
    """The edit of `text`; raise WrongResult."""
    if not isinstance(made, Edit) or not isinstance(made.counts, Mapping) or not isinstance(made.changes, Sequence):
        raise WrongResult(f"edit gave {_shown(made)}, wanted an Edit")
    for change in made.changes:
        if not isinstance(change, Change) or type(change.start) is not int or type(change.end) is not int:
            raise WrongResult(f"edit gave {_shown(change)}, wanted a Change from one whole number to another")
        _text(change.replacement, "edit gave a replacement that is")
    try:
        apply(text, made.changes)
    except ValueError as error:
        raise WrongResult(f"edit gave changes out of order: {error}") from error
    for name, times in made.counts.items():
        _text(name, "edit counted what is called")
        if not isinstance(times, Integral) or times < 0:
            raise WrongResult(f"edit counted {name} = {_shown(times)}, wanted a whole number")
    return made


def annotated(before: Document, after: Any) -> Document:
    """The document, if nothing is changed in it but facts; raise WrongResult."""
    if not isinstance(after, Document):
        raise WrongResult(f"annotate gave {_shown(after)}, wanted a Document")
    if changed := [name for name in _SAME if getattr(after, name) != getattr(before, name)]:
        raise WrongResult(f"annotate changed {changed[0]}, which no annotator may")
    for name in _TEXTS:
        if (value := getattr(after, name)) is not None:
            _text(value, f"annotate gave {name} =")
    _number(after.language_score, "annotate gave language_score =")
    if not isinstance(after.meta, Mapping):
        raise WrongResult(f"annotate gave meta = {_shown(after.meta)}, wanted a mapping")
    for key, value in after.meta.items():
        _text(key, "annotate gave meta a key that is")
        _text(value, f"annotate gave meta {key} =")
    return after


def _number(value: Any, what: str) -> float | None:
    if value is None:
        return None
    if not isinstance(value, Real) or not math.isfinite(value):
        raise WrongResult(f"{what} {_shown(value)}, wanted a number or None")
    return float(value)


def _text(value: Any, what: str) -> None:
    """Raise WrongResult of what no column of text can hold."""
    try:
        if isinstance(value, str):
            value.encode()
            return
    except UnicodeEncodeError:
        pass
    raise WrongResult(f"{what} {_shown(value)}, wanted text that UTF-8 can hold")


def _shown(value: Any) -> str:
    return repr(value)[:100]
