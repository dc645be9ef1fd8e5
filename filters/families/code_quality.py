"""Rules on files of code that need no more than their text, name and language, as published corpora were made.

Lines are those of `str.splitlines`, a share is of all characters, a token is a run of word characters or of marks.
Variants are whose rules; a measure that one does not know, or that is for other languages or names, is None:
- "winnow": RedPajama's three on lines and letters, but StarCoder's exceptions from them; comments of every language
  whose comments are known; StarCoder's rules on HTML, JSON and YAML, and on XML where its header begins the file; what
  is encoded, of The Stack v2; lines, of NeMo Curator.
- "redpajama" (github_run_filter.py of RedPajama-Data): longest and mean line, letters and digits, letters to a token,
  endings. Its tokens were Pythia's; ours are those of Dolma's tagger of the same name, which counts one more.
- "starcoder" (filtering.py of bigcode-dataset): the three, with the exceptions of its table by ending: some languages
  have no limit on lines, some one on letters alone, and some endings are left out; then XML, HTML, JSON and YAML.
  GLSL's .fsh has 500 in place of 1,000 there, and 1,000 here.
- "santacoder": the three and comments, for Python, Java and JavaScript. Its characters to a token are those of its own
  tokenizer, and left out.
They compare with > and <, we keep the boundary. A measure of no characters at all is None.
"""

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from winnow.filters.code.comments import comments
from winnow.filters.code.encoded import encoded
from winnow.filters.code.markup import visible
from winnow.filters.code.names import EXCLUDED_BY_STARCODER, KEPT_BY_REDPAJAMA, ending_of, name_of
from winnow.filters.code.syntax import known_name
from winnow.filters.document import Document
from winnow.filters.edits import Span
from winnow.filters.lists import table
from winnow.filters.rules import Rule
from winnow.filters.setting_checks import one_of
from winnow.filters.text import Text

REDPAJAMA = "RedPajama-Data 1T, github (after Chen et al. 2021, Codex)"
STARCODER = "Li et al. 2023 (StarCoder), 3.2, and bigcode-dataset"
STACK_2 = "Lozhkov et al. 2024 (The Stack v2)"

NO_LINE_LIMIT = table(
    "bluespec|cmake|json|markdown|mathematica|wolfram language|matlab|r|restructuredtext|rmarkdown|sql|stata|tex", "|"
)
NO_ALPHANUMERIC_LIMIT = frozenset(("mathematica", "sas", "wolfram language"))
ALPHABETIC = table("augeas|maple|mathematica|matlab|scheme|systemverilog|vhdl|wolfram language|yacc|visual basic", "|")
STRUCTURED = frozenset(("json", "yaml"))
SANTACODER = frozenset(("python", "java", "javascript"))

_TOKEN = re.compile(r"\w+|[^\w\s]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_LETTERS = bytes(range(65, 91)) + bytes(range(97, 123))
_DIGITS = bytes(range(48, 58))
Measures = dict[str, float | None]


@dataclass(frozen=True)
class CodeQuality:
    """Lines, letters, comments, markup and encoded data of a file of code."""

    variant: str = "winnow"
    """Whose rules: "winnow", "redpajama", "starcoder" or "santacoder"."""
    path: str = "path"
    """The key of a document's `meta` that holds the file's path."""

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule("longest_line", max=1000, paper=REDPAJAMA),
        Rule("mean_line_length", max=100, paper=REDPAJAMA),
        Rule("alphanumeric_share", min=0.25, paper=REDPAJAMA),
        Rule("letters_per_token", min=1.5, paper=REDPAJAMA),
        Rule("kept_ending", min=1, paper=REDPAJAMA),
        Rule("alphabetic_share", min=0.25, paper=STARCODER),
        Rule("structured_alphabetic_share", min=0.5, paper=STARCODER),
        Rule("excluded_ending", max=0, paper=STARCODER),
        Rule("comment_share", min=0.01, max=0.8, paper="Ben Allal et al. 2023 (SantaCoder), 4.2"),
        Rule("xml_header", max=0, paper=STARCODER),
        Rule("html_text_share", min=0.2, paper=STARCODER),
        Rule("html_text_characters", min=100, paper=STARCODER),
        Rule("structured_characters", min=100, max=5000, paper=STARCODER),
        Rule("longest_encoded", max=1024, paper=STACK_2),
        Rule("encoded_share", max=0.5, paper=STACK_2),
        Rule("lines", min=5, max=20_000, paper="NeMo Curator, its configuration for code"),
    )
    ABOUT: ClassVar[Mapping[str, str]] = {
        "longest_line": "longest line, in characters",
        "mean_line_length": "mean length of a line, in characters",
        "alphanumeric_share": "share of characters that are letters or digits",
        "letters_per_token": "letters to tokens",
        "kept_ending": "1 where the file's ending is one of those kept, else 0",
        "alphabetic_share": "share of characters that are letters, in some languages",
        "structured_alphabetic_share": "share of characters that are letters, in JSON and YAML",
        "excluded_ending": "1 where the file's ending is one of those left out, else 0",
        "comment_share": "share of characters in comments",
        "xml_header": "1 where the file begins as XML, else 0",
        "html_text_share": "share of an HTML file's characters that a reader sees",
        "html_text_characters": "characters of an HTML file that a reader sees",
        "structured_characters": "characters of a JSON or YAML file",
        "longest_encoded": "longest run of encoded data, in characters",
        "encoded_share": "share of characters that are encoded data",
        "lines": "lines in the file",
    }

    def __post_init__(self) -> None:
        one_of(self, "variant", _VARIANTS)

    def measure(self, document: Document, text: Text) -> Measures:
        """Lengths and characters are counts, shares are of characters; 1 or 0 of endings and of the header of XML."""
        measures: Measures = dict.fromkeys(rule.name for rule in self.RULES)
        if text.string:
            file = _File(text.string, known_name(document.code_language or ""), document.meta.get(self.path, ""))
            measures.update(_VARIANTS[self.variant](file))
        return measures

    def spans(self, document: Document, text: Text) -> dict[str, list[Span]]:
        """The longest line, the comments, and what is encoded."""
        string, found = text.string, dict[str, list[Span]]()
        measures = self.measure(document, text)
        if measures["longest_line"]:
            found["longest_line"] = [_longest_line(string)]
        if measures["comment_share"] is not None:
            found["comment_share"] = comments(string, document.code_language) or []
        if measures["encoded_share"] is not None:
            places = found["encoded_share"] = encoded(string)
            found["longest_encoded"] = [max(places, key=lambda span: span[1] - span[0])] if places else []
        return found


@dataclass(frozen=True)
class _File:
    text: str
    language: str
    path: str

    @functools.cached_property
    def lengths(self) -> list[int]:
        """Of its lines."""
        return list(map(len, self.text.splitlines()))

    @functools.cached_property
    def letters_and_digits(self) -> tuple[int, int]:
        return _letters_and_digits(self.text)


def _winnow(file: _File) -> Measures:
    lengths = [end - start for start, end in encoded(file.text)]
    return {
        **_starcoder(file),
        "comment_share": _comment_share(file),
        "excluded_ending": None,
        "xml_header": float(file.text[:100].lstrip("\ufeff\n\r\t ").startswith("<?xml version=")),
        "longest_encoded": float(max(lengths, default=0)),
        "encoded_share": sum(lengths) / len(file.text),
        "lines": float(len(file.lengths)),
    }


def _redpajama(file: _File) -> Measures:
    letters, _ = file.letters_and_digits
    kept = float(file.path.endswith(KEPT_BY_REDPAJAMA)) if file.path else None
    return {**_basic(file), "letters_per_token": letters / _tokens(file.text), "kept_ending": kept}


def _starcoder(file: _File) -> Measures:
    language, measures = file.language, _basic(file)
    letters, _ = file.letters_and_digits
    share = letters / len(file.text)
    if language in NO_LINE_LIMIT:
        measures["longest_line"] = measures["mean_line_length"] = None
    if language in NO_ALPHANUMERIC_LIMIT:
        measures["alphanumeric_share"] = None
    structured = language in STRUCTURED
    measures |= {
        "alphabetic_share": share if language in ALPHABETIC else None,
        "structured_alphabetic_share": share if structured else None,
        "structured_characters": float(len(file.text)) if structured else None,
        "excluded_ending": float(ending_of(name_of(file.path)) in EXCLUDED_BY_STARCODER) if file.path else None,
        "xml_header": float("<?xml version=" in file.text[:100]),
    }
    if language == "html":
        shown = visible(file.text)
        measures |= {"html_text_share": shown / len(file.text), "html_text_characters": float(shown)}
    return measures


def _santacoder(file: _File) -> Measures:
    return {**_basic(file), "comment_share": _comment_share(file) if file.language in SANTACODER else None}


_VARIANTS: dict[str, Callable[[_File], Measures]] = {
    "winnow": _winnow,
    "redpajama": _redpajama,
    "starcoder": _starcoder,
    "santacoder": _santacoder,
}


def _basic(file: _File) -> Measures:
    return {
        "longest_line": float(max(file.lengths)),
        "mean_line_length": sum(file.lengths) / len(file.lengths),
        "alphanumeric_share": sum(file.letters_and_digits) / len(file.text),
    }


def _letters_and_digits(text: str) -> tuple[int, int]:
    """Letters, and the other characters that `str.isalnum` knows."""
    ascii_only = text.encode("ascii", "ignore")
    rest = "" if len(ascii_only) == len(text) else "".join(_NOT_ASCII.findall(text))
    letters = sum(map(str.isalpha, rest))
    digits = sum(map(str.isalnum, rest)) - letters
    without = ascii_only.translate(None, _LETTERS)
    return len(ascii_only) - len(without) + letters, len(without) - len(without.translate(None, _DIGITS)) + digits


def _tokens(text: str) -> int:
    """As Dolma counts: the pieces between tokens, one more than there are tokens."""
    return len(_TOKEN.findall(text)) + 1


def _comment_share(file: _File) -> float | None:
    found = comments(file.text, file.language)
    return None if found is None else sum(end - start for start, end in found) / len(file.text)


def _longest_line(text: str) -> Span:
    """Of several the first."""
    best, at = (0, 0), 0
    for line in text.splitlines(keepends=True):
        end = at + len(line.splitlines()[0])
        if end - at > best[1] - best[0]:
            best = (at, end)
        at += len(line)
    return best
