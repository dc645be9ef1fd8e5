"""The text of a Jupyter notebook: its cells in order, as a page of Markdown would have them.

Markdown and raw cells stand as they are, code cells between fences that name the language, with an empty line between
cells. Outputs and attachments are left out, and so is what is inside `data:` addresses. Formats 1 to 4; the size and
the number of values are limited before anything is parsed.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from winnow.filters.rules import Reject
from winnow.pipelines.sources.base import MAX_DETAIL

MOST_VALUES = 2_000_000
"""Commas and brackets, of which each is a value at most."""
MOST_CELLS = 20_000
LANGUAGE = "Jupyter Notebook"
"""As linguist calls it."""
_DATA = re.compile(r"(data:[\w/+.-]{1,60};base64,)[A-Za-z0-9+/=\s]{40,}+")
_FENCE = re.compile(r"(?m)^[ \t]*(`{3,})")
_NAME = re.compile(r"[\w+#.-]{1,40}")


@dataclass(frozen=True, slots=True)
class Notebook:
    """What a notebook says."""

    text: str
    language: str | None = None
    """Of its code, as its metadata call it: "python"."""


def notebook_text(data: bytes) -> Notebook | Reject:
    """The text of a notebook, or why there is none.

    Rules: code.notebook_values and code.notebook_cells (value and limit are counts),
    code.notebook_encoding, code.notebook_unparsable, code.notebook_shape (no notebook), code.notebook_empty.
    """
    if (values := sum(map(data.count, (b",", b"[", b"{")))) > MOST_VALUES:
        return Reject("code.notebook_values", values, MOST_VALUES)
    try:
        held = json.loads(data)
    except UnicodeDecodeError as error:
        return Reject("code.notebook_encoding", detail=str(error)[:MAX_DETAIL])
    except (ValueError, RecursionError) as error:  # no JSON, or thousands of brackets or digits
        return Reject("code.notebook_unparsable", detail=str(error)[:MAX_DETAIL] or type(error).__name__)
    cells = list(_cells(held))
    if not cells:
        empty = isinstance(held, dict) and ("cells" in held or "worksheets" in held)
        return Reject("code.notebook_empty" if empty else "code.notebook_shape")
    if len(cells) > MOST_CELLS:
        return Reject("code.notebook_cells", len(cells), MOST_CELLS)
    language = _language(held, cells)
    pieces = [piece for cell in cells if (piece := _piece(cell, language or ""))]
    return Notebook("\n\n".join(pieces) + "\n", language) if pieces else Reject("code.notebook_empty")


def _cells(held: Any) -> Iterator[dict[str, Any]]:
    """Those of format 4, and those of the sheets of earlier ones."""
    if not isinstance(held, dict):
        return
    sheets = held.get("worksheets")
    for place in (held, *(sheets if isinstance(sheets, list) else ())):
        found = place.get("cells") if isinstance(place, dict) else None
        yield from (cell for cell in (found if isinstance(found, list) else ()) if isinstance(cell, dict))


def _piece(cell: dict[str, Any], language: str) -> str:
    """What a cell says; empty where it says nothing."""
    kind, said = cell.get("cell_type"), _joined(cell.get("input", cell.get("source")))
    if not said.strip():
        return ""
    if kind == "code":
        fence = "`" * max([3, *(len(match[1]) + 1 for match in _FENCE.finditer(said))])
        return f"{fence}{language}\n{_bare(said)}\n{fence}"
    said = _DATA.sub(r"\1", _bare(said))
    level = cell.get("level")
    return f"{'#' * min(max(level, 1), 6)} {said}" if kind == "heading" and type(level) is int else said


def _bare(said: str) -> str:
    """Without empty lines around it, and without spaces at its end."""
    return said.strip("\r\n").rstrip()


def _joined(source: Any) -> str:
    """A cell's source is a string or a list of them."""
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""


def _language(held: dict[str, Any], cells: list[dict[str, Any]]) -> str | None:
    """By the kernel's facts, else by the kernel's language, else by a cell of format 3."""
    meta = held.get("metadata")
    for place, key in (("language_info", "name"), ("kernelspec", "language")):
        inside = meta.get(place) if isinstance(meta, dict) else None
        name = inside.get(key) if isinstance(inside, dict) else None
        if isinstance(name, str) and _NAME.fullmatch(name):
            return name.lower()
    names = (cell.get("language") for cell in cells if cell.get("cell_type") == "code")
    return next((name.lower() for name in names if isinstance(name, str) and _NAME.fullmatch(name)), None)
