"""The card's notes: what the recipe's author knows of the corpus and no count can tell.

They are plain text: an empty line parts paragraphs, a line that begins with `- ` is one of a list, and one that begins
with `#` is told apart. All other marks stand as they were written, so that no note can leave its place.
"""

import re

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card.markdown import bullets, paragraph

_ITEM = re.compile(r"^[ \t]*[-*](?:[ \t]+|$)", re.MULTILINE)
_PARTS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def render(ledger: Ledger) -> str:
    """Paragraphs and lists; one line where the recipe names no notes."""
    if not ledger.recipe.notes:
        return "The recipe names no notes on faults that its author knows of."
    about = "What the recipe's author says; no count here confirms it:"
    return "\n\n".join([about, *filter(None, map(_part, _PARTS.split(ledger.recipe.notes)))])


def _part(text: str) -> str:
    """A heading, a paragraph and a list, of which any may be missing."""
    if text.startswith("#"):
        head, _, rest = text.partition("\n")
        name = paragraph(head.lstrip("#"))
        return "\n\n".join(filter(None, [f"**{name}**" if name else "", _part(rest)]))
    first, *items = _ITEM.split(text)
    told = [paragraph(first)] if first.strip() else []
    listed = [item for item in map(paragraph, items) if item]
    return "\n\n".join([*told, *([bullets(listed)] if listed else [])])
