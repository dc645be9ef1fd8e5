"""What a plug-in gives back, looked at before it is believed: a wrong value would fail far from its cause, when a file
is written, and a number that is none would pass every limit."""

import dataclasses
import math
import re
from collections.abc import Mapping, Sequence
from numbers import Integral, Real
from typing import Any

from winnow.filters.document import Document
from winnow.filters.edits import Change, apply
from winnow.filters.rules import Reject
from winnow.filters.steps import Edit
from winnow.pipelines.corpus import schema
from winnow.pipelines.sources.base import Content, Record

_SAME = ("id", "text", "source", "file", "offset", "part")
_ID = re.compile("[0-9a-f]{32}")
_TEXTS = ("url", "title", "date", "captured", "language", "code_language", "license")
_MOST_TIMES = 1 << 32
"""No editor does a thing more often in one text, and sums over a build stay within 64 bits."""


class WrongResult(Exception):
    """A step or a source gave what none gives; the message says what."""


def measured(found: Any, names: tuple[str, ...]) -> dict[str, float | None]:
    """The measures as plain floats, in the order of the rules; raise WrongResult."""
    if not isinstance(found, Mapping) or set(found) != set(names):
        raise WrongResult(f"measure gave {_shown(found)}, wanted a number or None for each of {', '.join(names)}")
    return {name: _number(found[name], f"measure gave {name} =") for name in names}


def edited(text: str, made: Any) -> Edit:
    """The edit of `text`, with plain ints as its counts; raise WrongResult."""
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
        if not isinstance(times, Integral) or not 0 <= times <= _MOST_TIMES:
            raise WrongResult(f"edit counted {name} = {_shown(times)}, wanted a whole number up to {_MOST_TIMES}")
    return dataclasses.replace(made, counts={name: int(times) for name, times in made.counts.items()})


def annotated(before: Document, after: Any) -> Document:
    """The document, if nothing is changed in it but facts, its score a plain float; raise WrongResult."""
    if not isinstance(after, Document):
        raise WrongResult(f"annotate gave {_shown(after)}, wanted a Document")
    if changed := [name for name in _SAME if getattr(after, name) != getattr(before, name)]:
        raise WrongResult(f"annotate changed {changed[0]}, which no annotator may")
    _strings("annotate gave", after, (), _TEXTS)
    _meta("annotate gave", after.meta)
    score = _number(after.language_score, "annotate gave language_score =")
    return dataclasses.replace(after, language_score=score)


def recorded(found: Any) -> Record:
    """The record, if all in it is of its type, its numbers plain ones; raise WrongResult.

    Halves of surrogate pairs in its texts are mended where rows are made of it.
    """
    if not isinstance(found, Record):
        raise WrongResult(f"read gave {_shown(found)}, wanted a Record")
    if not isinstance(found.offset, Integral):
        raise WrongResult(f"read gave offset = {_shown(found.offset)}, wanted a whole number")
    _text(found.kind, "read gave kind =")
    _strings("read gave", found, (), ("url", "captured"))
    _meta("read gave", found.meta)
    if not isinstance(found.contents, tuple) or not all(isinstance(one, Content) for one in found.contents):
        raise WrongResult(f"read gave contents = {_shown(found.contents)}, wanted a tuple of Content")
    if (found.contents or found.reject) and not (isinstance(found.id, str) and _ID.fullmatch(found.id)):
        raise WrongResult(f"read gave id = {_shown(found.id)}, wanted 32 hex digits")
    for content in found.contents:
        _strings("read gave", content, ("text", "mime"), ("title", "date", "language", "code_language", "license"))
        _meta("read gave", content.meta)
        if not isinstance(content.utf8, bytes | None):
            raise WrongResult(f"read gave utf8 = {_shown(content.utf8)}, wanted bytes or None")
    return dataclasses.replace(found, offset=int(found.offset), reject=_reject(found.reject))


def _reject(found: Any) -> Reject | None:
    if found is None:
        return None
    if not isinstance(found, Reject):
        raise WrongResult(f"read gave reject = {_shown(found)}, wanted a Reject or None")
    _text(found.rule, "read gave a reject whose rule is")
    if not found.rule:
        raise WrongResult("read gave a reject whose rule is '', wanted a name")
    _strings("read gave a reject with", found, (), ("detail",))
    value, limit = (_number(getattr(found, name), f"read gave a reject with {name} =") for name in ("value", "limit"))
    return Reject(found.rule, value, limit, None if found.detail is None else schema.whole(found.detail))


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
