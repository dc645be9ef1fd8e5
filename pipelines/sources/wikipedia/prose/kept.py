"""Pieces of a page that stay as they are (code, formulas), and the last touch to the text of a block."""

import re
from dataclasses import dataclass, field

from winnow.pipelines.sources.wikipedia.prose.marks import BLOCK, BREAK, CLOSE, OPEN
from winnow.pipelines.sources.wikipedia.prose.tidy import tidy

_MARK = re.compile(f"{OPEN}([0-9]+){CLOSE}")


@dataclass(slots=True)
class Kept:
    """The pieces of one page, by number."""

    pieces: list[str] = field(default_factory=list)

    def put(self, text: str, block: bool = False) -> str:
        """What stands for `text` from now on; of a block on a line of its own."""
        self.pieces.append(text)
        mark = f"{OPEN}{len(self.pieces) - 1}{CLOSE}"
        return f"\n{BLOCK}{mark}\n" if block else mark

    def back(self, text: str) -> str:
        """`text` with the pieces in their places."""
        return _MARK.sub(lambda match: self.pieces[int(match[1])], text) if OPEN in text else text

    def finished(self, text: str, line_break: str = "\n") -> str:
        """The text of a block: cuts repaired, spaces single, the author's line breaks kept, pieces back."""
        if BREAK not in text:
            return self.back(tidy(text))
        lines = [line for piece in text.split(BREAK) if (line := tidy(piece))]
        return self.back(line_break.join(lines))
