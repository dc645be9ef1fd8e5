"""What editors change, as data: places in a text and what stands there instead.

Changes of one text ascend and do not overlap. An editor gives those over its own input; the changes of several editors
in turn are composed into those over the first one's input, and turned round they lead back: a row of a corpus holds
them in its column `edits`, and `recover` makes the text as extracted of it. All take time linear in text and changes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Span = tuple[int, int]
"""Of a text: its characters from the first up to, not including, the second."""


@dataclass(frozen=True, slots=True)
class Change:
    """`replacement` in the place of the characters from `start` up to `end`; an insertion where they are equal."""

    start: int
    end: int
    replacement: str = ""


def apply(text: str, changes: Sequence[Change]) -> str:
    """The text after the changes. Raises ValueError if they overlap, descend or leave the text."""
    pieces, at = [], 0
    for change in changes:
        if not at <= change.start <= change.end <= len(text):
            raise ValueError(f"{change} does not follow position {at} of a text of {len(text)} characters")
        pieces += [text[at : change.start], change.replacement]
        at = change.end
    return "".join([*pieces, text[at:]]) if changes else text


def read(edits: Iterable[Mapping[str, Any]]) -> list[Change]:
    """The changes that a column `edits` has."""
    return [Change(edit["start"], edit["end"], edit["replacement"]) for edit in edits]


def written(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Changes as a column `edits` has them."""
    return [{"start": each.start, "end": each.end, "replacement": each.replacement} for each in changes]


def recover(text: str, edits: Iterable[Mapping[str, Any]]) -> str:
    """The text as extracted, of the columns `text` and `edits` of a row."""
    return apply(text, read(edits))


def keeping(spans: Iterable[Span], length: int) -> list[Change]:
    """The changes that leave only these ascending spans of a text of `length` characters."""
    changes, at = [], 0
    for start, end in (*spans, (length, length)):
        if start > at:
            changes.append(Change(at, start))
        at = end
    return changes


def inverse(text: str, changes: Iterable[Change]) -> list[Change]:
    """The changes over what `changes` make of `text` that lead back to it; those that change nothing are left out."""
    back, shift = [], 0
    for change in changes:
        start, old = change.start + shift, text[change.start : change.end]
        if old != change.replacement:
            back.append(Change(start, start + len(change.replacement), old))
        shift += len(change.replacement) - len(old)
    return back


def compose(first: Sequence[Change], between: str, second: Sequence[Change]) -> list[Change]:
    """The changes that do what `first` and then `second` do; `between` is the text in the middle.

    Changes of the two that meet in `between` become one.
    """
    if not first or not second:
        return [*first, *second]
    composed, shift = [], 0  # from a place in `between` to the same one in the first text
    for met in _meeting(first, second):
        start, end = met[0].start, max(place.end for place in met)
        inside = [Change(p.start - start, p.end - start, p.change.replacement) for p in met if p.change]
        begins = start + shift
        shift += sum(place.shift for place in met)
        composed.append(Change(begins, end + shift, apply(between[start:end], inside)))
    return composed


@dataclass(frozen=True, slots=True)
class _Place:
    """Of the text in the middle: what one of the first changes left there, or what one of the second replaces."""

    start: int
    end: int
    shift: int = 0
    """How many characters more stood there before."""
    change: Change | None = None
    """One of the second changes."""


def _meeting(first: Sequence[Change], second: Sequence[Change]) -> Iterator[list[_Place]]:
    """The places of both, ascending, those together that overlap or touch."""
    places, shift = [_Place(c.start, c.end, change=c) for c in second], 0
    for change in first:
        more = change.end - change.start - len(change.replacement)
        places.append(_Place(change.start - shift, change.end - shift - more, more))
        shift += more
    places.sort(key=lambda place: place.start)  # two ascending runs: linear
    met, end = places[:1], places[0].end
    for place in places[1:]:
        if place.start > end:
            yield met
            met = []
        met.append(place)
        end = max(end, place.end)
    yield met
