"""What each line of a web page's text is, as extraction says it in a document's `meta`: prose, code, a table's row."""

import re
from collections.abc import Mapping

KINDS = "kinds"
"""The key in `meta`. Its value is of the text as extracted: a step behind an editor finds other lines."""
NAMES = {
    "p": "prose", "h": "heading", "l": "list", "t": "table", "d": "definition", "c": "code", "q": "quote",
    "f": "caption", "b": "button",
}  # fmt: skip
_RUN = re.compile(r"([a-z])(\d+)")


def of_lines(meta: Mapping[str, str]) -> list[str] | None:
    """Return the kind of each line, one of the values of `NAMES`; None where extraction does not know them."""
    if KINDS not in meta:
        return None
    return [NAMES[letter] for letter, lines in _RUN.findall(meta[KINDS]) for _ in range(int(lines))]
