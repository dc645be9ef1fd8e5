"""JSON that is none, read as far as it can be understood: in one pass, and what is still open at the end is closed.

Read over are commas too many and too few, comments of HTML and of JavaScript, CDATA marks, a semicolon at the end, line
ends within strings, and quotes within strings that nobody escaped, where what follows is no mark of JSON. A text whose
quotes are HTML entities is read without them.
"""

import json
import re
from html import unescape
from typing import Any

_WRAPPED = re.compile(r"\s*(?:<!--|(?://|/\*)?\s*<!\[CDATA\[(?:\s*\*/)?)")
"""What hides the whole script from browsers of long ago."""
_TOKEN = re.compile(
    r'"(?P<string>(?:[^"\\]|\\.|"(?!\s*+(?:[,:}\]]|\Z)|[^\S\n]*+\n\s*+"))*+)"?'
    r"|<!--.*?(?:-->|\Z)|/\*.*?(?:\*/|\Z)|//[^\n]*+"
    r"|(?P<mark>[\[\]{}])"
    r"|(?P<bare>-?\w[\w.+-]*+)",
    re.DOTALL,
)
_WORDS = {"true": True, "false": False, "null": None}


def read(text: str, most_depth: int) -> Any:
    """Return the values that stand in a text as a list; what lies deeper than `most_depth` is None."""
    if '"' not in text and "&quot;" in text:
        text = unescape(text)
    wrapped = _WRAPPED.match(text)
    values: list[Any] = []
    around: list[Any] = [values]
    keys: list[str | None] = [None]
    deeper = 0
    for token in _TOKEN.finditer(text, wrapped.end() if wrapped else 0):
        mark = token["mark"]
        if mark in ("{", "["):
            if deeper or len(around) > most_depth:
                if not deeper:
                    _put(around, keys, None)
                deeper += 1
                continue
            inner: Any = {} if mark == "{" else []
            _put(around, keys, inner)
            around.append(inner)
            keys.append(None)
        elif mark in ("}", "]"):
            if deeper:
                deeper -= 1
            elif len(around) > 1:
                around.pop()
                keys.pop()
        elif token.lastgroup and not deeper:
            _put(around, keys, _scalar(token))
    return values


def _put(around: list[Any], keys: list[str | None], value: Any) -> None:
    """Put a value where it belongs: in a list, behind a key, or as the next key."""
    here = around[-1]
    if isinstance(here, list):
        here.append(value)
    elif keys[-1] is not None:
        here.setdefault(keys[-1], value)
        keys[-1] = None
    elif isinstance(value, str):
        keys[-1] = value


def _scalar(token: re.Match[str]) -> Any:
    if (bare := token["bare"]) is not None:
        return _WORDS.get(bare, bare)
    string = token["string"]
    try:
        return json.loads(f'"{string}"', strict=False)
    except ValueError:
        return string
