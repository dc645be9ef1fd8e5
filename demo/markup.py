"""Plain reStructuredText to blocks: paragraphs, headings, list items, code."""

import re
from dataclasses import dataclass
from textwrap import dedent

MIN_PROSE_WORDS = 6
MIN_LETTERS_SHARE = 0.72

_RULER = re.compile(r"^([=\-~^*#\"'.+_])\1{2,}$")
_ITEM = re.compile(r"^(?:[*\-+•]|\d{1,2}[.)]|\([a-z0-9]\)|#\.) +")
_ROLE = re.compile(r":[a-z:]+:`([^`]*)`")
_DIRECTIVE = re.compile(r"^(?:\.\. |:[a-z]+ ?[^:]*:|@[a-z]+|\[\d+\])")
_QUOTED = re.compile(r"(``|`)([^`]+)\1_*")
_STRONG = re.compile(r"(?<!\w)(\*{1,2})(\w[^*\n]*?)\1(?!\w)")
_PRODUCTION = re.compile(r"::=|^\s*\|", re.MULTILINE)
_CODE = re.compile(r"^(?:>>> |\$ |import |from \w+ import|def |class |for |if |while |with |try:|@|\w+ = |\w+\()")


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a text; `kind` is paragraph, heading, item or code."""

    kind: str
    text: str


def blocks(text: str) -> list[Block]:
    """Return the blocks of `text`; tables, grammar, directives and fragments are left out."""
    found = []
    for chunk in re.split(r"\n[ \t]*\n", text.expandtabs()):
        lines = [line for line in dedent(chunk.strip("\n")).splitlines() if line.strip()]
        if len(lines) >= 2 and _RULER.match(lines[1].strip()):
            found.append(Block("heading", plain(lines[0])))
            lines = lines[2:]
        if lines:
            found += _body(lines)
    return found


def _body(lines: list[str]) -> list[Block]:
    chunk = "\n".join(lines)
    if any(_RULER.match(line.strip()) for line in lines) or _PRODUCTION.search(chunk) or _DIRECTIVE.match(chunk):
        return []
    if _CODE.match(chunk):
        return [Block("code", chunk)] if len(lines) > 1 and "{" not in chunk else []
    if _ITEM.match(chunk):
        return [Block("item", text) for text in _items(lines) if _is_prose(text, 3)]
    joined = plain(" ".join(line.strip() for line in lines))
    return [Block("paragraph", joined)] if _is_prose(joined, MIN_PROSE_WORDS) else []


def _items(lines: list[str]) -> list[str]:
    """The items of a list, their continued lines joined."""
    texts: list[str] = []
    for line in lines:
        if _ITEM.match(line) or not texts:
            texts.append(_ITEM.sub("", line))
        else:
            texts[-1] += " " + line.strip()
    return [plain(text) for text in texts]


def plain(text: str) -> str:
    """Reduce the marks inside a line: ``code``, :role:`name`, *emphasis*, double colons, double spaces."""
    text = _ROLE.sub(lambda match: match[1].lstrip("~!").split(" <")[0], text)
    text = _QUOTED.sub(lambda match: match[2], text)
    text = _STRONG.sub(lambda match: match[2], text).replace("::", ":")
    return re.sub(r"\s+", " ", text).strip()


def _is_prose(text: str, min_words: int) -> bool:
    """A sentence or two: enough words, mostly letters, starts and ends as a sentence does, no brace or pipe."""
    words = text.split()
    letters = sum(char.isalpha() for char in text)
    starts = text[:1].isupper() or text[:1] in "\"'("
    return (
        len(words) >= min_words
        and starts
        and text.rstrip("\"')")[-1:] in (".", ":", "?", "!")
        and letters >= MIN_LETTERS_SHARE * len(text)
        and not any(mark in text for mark in "{}|")
    )
