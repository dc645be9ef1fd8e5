"""How much of an HTML file is seen: its text without tags, comments, scripts and styles. Linear in the file."""

import re

_HIDDEN = re.compile(r"(?i)<!--|<(script|style)(?=[\s/>])|<(?=[a-z/!?])")
_ENDS = {name: re.compile(pattern) for name, pattern in (
    ("<!--", "-->"), ("script", r"(?i)</script[^>]*+>?"), ("style", r"(?i)</style[^>]*+>?"), ("", ">"),
)}  # fmt: skip


def visible(html: str) -> int:
    """Characters of text, white space and all, references as they stand. What is not closed hides the rest."""
    count = at = 0
    while match := _HIDDEN.search(html, at):
        count += match.start() - at
        end = _ENDS[match.group() if match.group() == "<!--" else (match.group(1) or "").lower()]
        closed = end.search(html, match.end())
        if closed is None:
            return count
        at = closed.end()
    return count + len(html) - at
