"""Marks that stand for italics and bold in plain text: `_italics_`, `=bold=`, `<i>italics</i>`."""

import re

_UNDERSCORES = re.compile(r"(?<![\w_])_(?![_\s])([^_]*+)(?<!\s)_(?!_)|(?<!_)_(?![_\s])([^_]*+)(?<!\s)_(?![\w_])")
"""Of two marks one lies at the border of a word: `cela _d_'une`, `_slaap_kamer`, but not `a_variable_name`."""
_EQUALS = re.compile(r"(?<![\w=<>!+*/])=(?![=\s])([^=\n]*+)(?<!\s)=(?![\w=])")
_TAGS = re.compile(r"</?(?:i|b|em|strong|sc|u)>", re.IGNORECASE)


def drop(text: str) -> str:
    """A paragraph without such marks."""
    if "_" in text:
        text = _UNDERSCORES.sub(r"\1\2", text)
    if "=" in text:
        text = _EQUALS.sub(r"\1", text)
    return _TAGS.sub("", text) if "</" in text else text
