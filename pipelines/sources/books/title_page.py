"""What a title page says: the year in which the edition was published."""

import re
from collections.abc import Sequence

from winnow.pipelines.sources.books.book import Block, Kind

_YEAR = re.compile(
    r"(?:\W*|.{0,60}(?:--|—)\s*|.{0,40}copyright(?:ed)?,?\s*(?:\(c\)|©|in)?\s*)\[?(1[4-9]\d\d|20[0-2]\d)\b\W*(?:,?\s*by\b.*)?",
    re.IGNORECASE,
)
_CONTENTS = re.compile(
    r"\W*(?:table of )?(?:contents|index|inhalt|inhoud|table des mati|índice|indice)\b", re.IGNORECASE
)
_LONG = 250
"""Characters of a paragraph that belongs to the text already."""
_MOST = 40


def year(blocks: Sequence[Block]) -> str | None:
    """The year that stands alone on a line of the title page, or behind a place, or in a notice of copyright."""
    for block in blocks[:_MOST]:
        if _CONTENTS.match(block.text) or (block.kind is Kind.PROSE and len(block.text) > _LONG):
            return None
        for line in block.text.split("\n"):
            if len(line) < 100 and (found := _YEAR.fullmatch(line.strip())):
                return found[1]
    return None
