"""What a plug-in gives back, looked at before it is believed: a wrong value would fail far from its cause, when a file
is written, and a number that is none would pass every limit."""

import math
import re
from collections.abc import Mapping, Sequence
from numbers import Integral, Real
from typing import Any

from winnow.filters.document import Document
from winnow.filters.edits import Change, apply
from winnow.filters.rules import Reject
from winnow.filters.steps import Edit
from winnow.pipelines.sources.base import Content, Record

_SAME = ("id", "text", "source", "file", "offset", "part")
_ID = re.compile("[0-9a-f]{32}")
_TEXTS = ("url", "title", "date", "captured", "language", "code_language", "license")


class WrongResult(Exception):
    """A step or a source gave what none gives; the message says what."""


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
    _strings("annotate gave", after, (), _TEXTS)
    _meta("annotate gave", after.meta)
    _number(after.language_score, "annotate gave language_score =")
    return after


def recorded(found: Any) -> Record:
    """The record, if all in it is of its type; halves of surrogate pairs are mended where rows are made of it."""
    if not isinstance(found, Record):
        raise WrongResult(f"read gave {_shown(found)}, wanted a Record")
    _strings("read gave", found, ("kind",), ("url", "captured"))
    _meta("read gave", found.meta)
    if not isinstance(found.contents, tuple) or not all(isinstance(one, Content) for one in found.contents):
        raise WrongResult(f"read gave contents = {_shown(found.contents)}, wanted a tuple of Content")
    if (found.contents or found.reject) and not (isinstance(found.id, str) and _ID.fullmatch(found.id)):
        raise WrongResult(f"read gave id = {_shown(found.id)}, wanted 32 hex digits")
    if found.reject is not None and not isinstance(found.reject, Reject):
        raise WrongResult(f"read gave reject = {_shown(found.reject)}, wanted a Reject or None")
    for content in found.contents:
        _strings("read gave", content, ("text", "mime"), ("title", "date", "language", "code_language", "license"))
        _meta("read gave", content.meta)
    return found


def _strings(what: str, of: object, wanted: tuple[str, ...], unknown: tuple[str, ...]) -> None:
    """Raise WrongResult where a field is no string; those of `unknown` may be None."""
    for name in (*wanted, *unknown):
        value = getattr(of, name)
        if not isinstance(value, str) and not (value is None and name in unknown):
            raise WrongResult(f"{what} {name} = {_shown(value)}, wanted text{' or None' if name in unknown else ''}")


def _meta(what: str, meta: Any) -> None:
    if not isinstance(meta, Mapping):
        raise WrongResult(f"{what} meta = {_shown(meta)}, wanted a mapping")
    for key, value in meta.items():
        if not isinstance(key, str) or not isinstance(value, str):
            raise WrongResult(f"{what} meta {_shown(key)} = {_shown(value)}, wanted text under text")


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
