"""What a ledger.json holds, as far as the views read it, so that a damaged one is told before anything is shown.

A shape is a type of value below, `(shape, shape)` for a list of just these, `[shape]` for a list of any length,
`{ANY: shape}` for a table with any names, or a table of the names that must be there. More than is named is no fault.
"""

from collections.abc import Iterator
from typing import Any

ANY = "*"
TEXT, TEXT_OR_NONE, COUNT, NUMBER_OR_NONE = "text", "text or null", "count", "number or null"
_MOST = 1 << 63
"""No count and no limit comes near it; an integer past what a float can hold would end in an error of Python."""

PAIR = (COUNT, COUNT)
_REJECTED = {ANY: {ANY: PAIR}}
_ENTRY = {"bytes": COUNT, "records": COUNT, "gaps": COUNT, "gap_bytes": COUNT, "other_records": {ANY: COUNT},
          "kept": PAIR, "rejected": _REJECTED}  # fmt: skip
_TOTAL = _ENTRY | {"files": COUNT}
_DISTRIBUTION = {"distinct": COUNT, "top": {ANY: PAIR}, "others": PAIR}
_EXAMPLE = {"id": TEXT, "url": TEXT_OR_NONE, "language": TEXT_OR_NONE, "characters": COUNT, "text": TEXT_OR_NONE,
            "rule": TEXT_OR_NONE, "value": NUMBER_OR_NONE, "limit": NUMBER_OR_NONE}  # fmt: skip
LEDGER: dict[str, Any] = {
    "recipe": {"name": TEXT, "about": TEXT, "sha256": TEXT},
    "versions": {ANY: TEXT},
    "sources": {ANY: {"license": TEXT_OR_NONE, "files": {ANY: _ENTRY}, "total": _TOTAL}},
    "total": _TOTAL,
    "rules": [{"rule": TEXT, "min": NUMBER_OR_NONE, "max": NUMBER_OR_NONE, "paper": TEXT, "broken": COUNT,
               "alone": COUNT}],
    "edits": {ANY: {ANY: COUNT}},
    "duplicates": {},
    "kept": dict.fromkeys(("language", "domain", "tld", "year", "captured", "license"), _DISTRIBUTION),
    "examples": {"kept": [_EXAMPLE], "rejected": {ANY: [_EXAMPLE | {"rule": TEXT}]}},
    "files": {ANY: {"bytes": COUNT}},
}  # fmt: skip
STEPS = [{"name": TEXT, "use": TEXT, "sources": [TEXT]}]
DUPLICATES = {"clusters": COUNT, "documents_in_clusters": COUNT, "largest": COUNT}


def wrong(ledger: Any) -> str | None:
    """The place of the first thing in a ledger that is not what it must be, `total.kept[0]`; None of a sound one."""
    found = next(_wrong(ledger, LEDGER, ""), None)
    if found is None and "steps" in ledger:
        found = next(_wrong(ledger["steps"], STEPS, "steps"), None)
    if found is None and ledger["duplicates"]:
        found = next(_wrong(ledger["duplicates"], DUPLICATES, "duplicates"), None)
    return found


def _wrong(value: Any, shape: Any, place: str) -> Iterator[str]:
    if isinstance(shape, str):
        if not _is(value, shape):
            yield place
    elif isinstance(shape, dict):
        if not isinstance(value, dict):
            yield place
            return
        wanted = dict.fromkeys(value, shape[ANY]) if ANY in shape else shape
        for name, part in wanted.items():
            at = f"{place}.{name}".removeprefix(".")
            yield from _wrong(value[name], part, at) if name in value else iter((at,))
    elif not isinstance(value, list) or (isinstance(shape, tuple) and len(value) != len(shape)):
        yield place
    else:
        for number, part in enumerate(value):
            yield from _wrong(part, shape[number if isinstance(shape, tuple) else 0], f"{place}[{number}]")


def _is(value: Any, kind: str) -> bool:
    if kind == COUNT:
        return type(value) is int and 0 <= value < _MOST
    if kind == NUMBER_OR_NONE:
        return value is None or type(value) is float or (type(value) is int and abs(value) < _MOST)
    return isinstance(value, str) or (value is None and kind == TEXT_OR_NONE)
