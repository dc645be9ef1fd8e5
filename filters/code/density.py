"""How much of a file is figures, and how long its lines are: what tells tables and minified code from written code."""

import re

from winnow.filters.code.names import DATA, STRUCTURED, ending_of, is_configuration, name_of
from winnow.filters.code.syntax import known_name

STRUCTURED_CHARACTERS = 5000
"""As many a file of JSON or XML has at most that is no data; StarCoder's limit."""
DATA_SHARE = 0.6
"""Of what is not white space, in figures and what stands between them."""
MINIFIED_MEAN = 110
"""Characters of a line on average, as linguist has it for JavaScript and CSS."""
LEAST_DATA = 1000
"""Characters below which a share says nothing."""
_MINIFIED = frozenset(("javascript", "css", "typescript", "scss", "less", "jsx", "tsx"))
_FIGURES = re.compile(
    r"(?<![\w.])[-+]?(?:0[xX][0-9a-fA-F]{1,16}|\d[\d.]*+(?:[eE][-+]?\d{1,4})?)[uUlLfF]{0,3}(?![\w.])\s*+[,;|]?"
)
_ESCAPES = re.compile(r"\\x[0-9a-fA-F]{2}|\\[0-7]{3}|\\u[0-9a-fA-F]{4}")
LONG_RUN = 60
_RUN = re.compile(rf"(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/_-]{{{LONG_RUN},}}+={{0,2}}")
_DIGITS = b"0123456789"
_LEAST_DIGITS = 0.12
"""Of what is not white space, in what is mostly figures: `-1e+0ul,` has two in eight."""
MOST_CHARACTERS = 200_000
"""Of a file are weighed."""


def figures_share(text: str) -> float:
    """Of the characters that are not white space: numbers with the marks behind them, escaped bytes, and runs of sixty
    and more letters and digits, as base64 and hexadecimal digits are."""
    words = text[:MOST_CHARACTERS].split()
    solid = sum(map(len, words))
    if not solid:
        return 0.0
    counted = sum(map(len, _RUN.findall(" ".join(word for word in words if len(word) >= LONG_RUN))))
    joined = " ".join(words)
    if "\\" in joined:
        counted += sum(map(len, _ESCAPES.findall(joined)))
    plain = joined.encode("ascii", "replace")
    if len(plain) - len(plain.translate(None, _DIGITS)) > _LEAST_DIGITS * solid:
        figures = _FIGURES.findall(joined)
        counted += sum(map(len, figures)) - sum(figure.count(" ") for figure in figures)
    return min(1.0, counted / solid)


def is_data(text: str, path: str) -> bool:
    """Whether a file is data by its name, as a long one of a format for data, or by what it is made of."""
    name = name_of(path)
    ending = ending_of(name)
    if ending in DATA and not (ending == ".ipynb" and not text.lstrip().startswith("{")):
        return True
    if ending in STRUCTURED and len(text) > STRUCTURED_CHARACTERS and not is_configuration(path):
        return True
    return len(text) >= LEAST_DATA and figures_share(text) > DATA_SHARE


def is_minified(text: str, path: str, language: str | None) -> bool:
    """Whether scripts and styles have longer lines than people write, or a name that says so."""
    if name_of(path).endswith((".min.js", ".min.css", ".min.mjs", "-min.js", "-min.css")):
        return True
    if known_name(language or "") not in _MINIFIED:
        return False
    lines = [len(line) for line in text.split("\n") if line.strip()]
    return bool(lines) and sum(lines) / len(lines) > MINIFIED_MEAN
