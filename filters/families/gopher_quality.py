"""Gopher's quality rules (Rae et al. 2021, https://arxiv.org/abs/2112.11446, appendix A.1.1).

The paper gives the limits and leaves the definitions open; the tools that followed it differ. Ours ("winnow"):
- a word is one of `Text.words`, a line is stripped and not empty, and every share is of all of them;
- the symbols are counted as they stand: each `#`, and each `...` or `…`;
- a bullet is one of seven marks, at the start of a line;
- at least two stop words means two different ones, in any case.

The variants follow a tool's definitions, so that its figures can be compared:
- "datatrove": punctuation marks are words too (`tokens.words_and_marks`), but neither for `words` nor for the mean
  length, which take only those that are not all punctuation; lines include empty ones; bullets are `•` and `-`; stop
  words are case-sensitive.
- "dolma": the median word length in place of the mean; one share of words that hold `#` or `…`, three dots not counted;
  bullets `*` and `-` in the first column; an ellipsis is `…` only; occurrences of stop words, case-sensitive.
- "dclm": `words` are UAX 29 words without punctuation (`tokens.segmented_words`); one count of `#`, `...`, `. . .` and
  `…`; bullets `●`, `•`, `*` and `-`; occurrences of stop words in any case.
The last two take runs between white space for words, in every script. A measure that a variant does not know is None.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import filterfalse
from statistics import median
from typing import ClassVar

from winnow.filters.edits import Span
from winnow.filters.reads import Reads
from winnow.filters.rules import Rule
from winnow.filters.setting_checks import each, is_word, one_of
from winnow.filters.steps import Lazy
from winnow.filters.text import Text, places
from winnow.filters.words.marks import DATATROVE_PUNCTUATION
from winnow.filters.words.tokens import segmented_words, words_and_marks

BULLETS = {
    "winnow": ("•", "●", "◦", "‣", "▪", "*", "-"),
    "datatrove": ("•", "-"),
    "dolma": ("*", "-"),
    "dclm": ("●", "•", "*", "-"),
}
ELLIPSES = {
    "winnow": ("...", "…"),
    "datatrove": ("...", "…"),
    "dolma": ("…",),
    "dclm": ("...", ". . .", "…"),
}
STOP_WORDS = ("the", "be", "to", "of", "and", "that", "have", "with")
PAPER = "Rae et al. 2021, A.1.1"

_NEWLINES = re.compile(r"\n+")

Measures = dict[str, float | None]


@dataclass(frozen=True)
class GopherQuality(Reads):
    """Length, word length, symbols, bullets, ellipses, letters and stop words of a document."""

    variant: str = "winnow"
    """Whose definitions: "winnow", "datatrove", "dolma" or "dclm"."""
    stop_words: tuple[str, ...] = STOP_WORDS
    """The paper's eight are English: another language needs its own. With none given nothing is known of them."""

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule("words", min=50, max=100_000, paper=PAPER),
        Rule("mean_word_length", min=3, max=10, paper=PAPER),
        Rule("median_word_length", min=3, max=10, paper="Soldaini et al. 2024 (Dolma), in place of the mean"),
        Rule("hash_to_word_ratio", max=0.1, paper=PAPER),
        Rule("ellipsis_to_word_ratio", max=0.1, paper=PAPER),
        Rule("symbol_to_word_ratio", max=0.1, paper=PAPER),
        Rule("bullet_line_share", max=0.9, paper=PAPER),
        Rule("ellipsis_line_share", max=0.3, paper=PAPER),
        Rule("alphabetic_word_share", min=0.8, paper=PAPER),
        Rule("stop_words", min=2, paper=PAPER),
    )
    ABOUT: ClassVar[Mapping[str, str]] = {
        "words": "words in the document",
        "mean_word_length": "mean length of a word, in characters",
        "median_word_length": "median length of a word, in characters",
        "hash_to_word_ratio": "marks # to words",
        "ellipsis_to_word_ratio": "ellipses to words",
        "symbol_to_word_ratio": "marks # and ellipses to words",
        "bullet_line_share": "share of lines that begin with a bullet",
        "ellipsis_line_share": "share of lines that end in an ellipsis",
        "alphabetic_word_share": "share of words that hold a letter",
        "stop_words": "stop words of the language that occur: different ones, or occurrences in some variants",
    }

    def __post_init__(self) -> None:
        super().__post_init__()
        one_of(self, "variant", _VARIANTS)
        each(self, "stop_words", is_word, "words without white space")

    def _measure(self, text: Text) -> Measures:
        """Lengths in characters; None for what this variant does not know, for a ratio to no words at all, and for stop
        words where none are given."""
        measures: Measures = dict.fromkeys(rule.name for rule in self.RULES)
        measures.update(_VARIANTS[self.variant](text, self.stop_words))
        if not self.stop_words:
            measures["stop_words"] = None
        return measures

    def _spans(self, text: Text) -> Lazy:
        """The symbols, the lines, the words without a letter and the stop words that are counted."""
        string, variant, fold = text.string, self.variant, _fold(self.variant)
        wanted = set(map(fold, self.stop_words))

        def lines(holds: Callable[[str], bool]) -> list[Span]:
            return _some(_shown_lines(variant, text), string, holds)

        def words(holds: Callable[[str], bool]) -> list[Span]:
            return _some(_words(variant, text), string, holds)

        if variant == "dolma":
            symbols = {"symbol_to_word_ratio": partial(words, lambda word: "#" in word or "…" in word)}
        elif variant == "dclm":
            symbols = {"symbol_to_word_ratio": partial(_occurrences, ("#", *ELLIPSES[variant]), string)}
        else:
            symbols = {"hash_to_word_ratio": partial(_occurrences, ("#",), string),
                       "ellipsis_to_word_ratio": partial(_occurrences, ELLIPSES[variant], string)}  # fmt: skip
        return Lazy(symbols | {
            "bullet_line_share": partial(lines, lambda line: line.startswith(BULLETS[variant])),
            "ellipsis_line_share": partial(lines, lambda line: line.endswith(ELLIPSES[variant])),
            "alphabetic_word_share": partial(words, lambda word: not any(map(str.isalpha, word))),
            "stop_words": partial(words, lambda word: fold(word) in wanted),
        })  # fmt: skip


def _winnow(text: Text, stop_words: Sequence[str]) -> Measures:
    words, string = text.words, text.string
    return {
        "words": float(len(words)),
        "mean_word_length": _ratio(len("".join(words)), len(words)),
        "hash_to_word_ratio": _ratio(string.count("#"), len(words)),
        "ellipsis_to_word_ratio": _ratio(string.count("...") + string.count("…"), len(words)),
        "bullet_line_share": _starting(text.lines, BULLETS["winnow"]),
        "ellipsis_line_share": _ending(text.lines, ELLIPSES["winnow"]),
        "alphabetic_word_share": _alphabetic_share(words),
        "stop_words": float(len({word.lower() for word in stop_words}.intersection(forms("winnow", text)))),
    }


def _datatrove(text: Text, stop_words: Sequence[str]) -> Measures:
    string, counts = text.string, Counter(words_and_marks(text.string))
    tokens = words = characters = alphabetic = 0
    for token, count in counts.items():
        plain = token.isalpha()
        tokens += count
        if plain or any(map(str.isalpha, token)):
            alphabetic += count
        if plain or not DATATROVE_PUNCTUATION.issuperset(token):
            words += count
            characters += count * len(token)
    lines = string.splitlines()
    return {
        "words": float(words),
        "mean_word_length": _ratio(characters, words),
        "hash_to_word_ratio": _ratio(string.count("#"), tokens),
        "ellipsis_to_word_ratio": _ratio(string.count("...") + string.count("…"), tokens),
        "bullet_line_share": _starting([line.lstrip() for line in lines], BULLETS["datatrove"]),
        "ellipsis_line_share": _ending([line.rstrip() for line in lines], ELLIPSES["datatrove"]),
        "alphabetic_word_share": _ratio(alphabetic, tokens),
        "stop_words": float(len(counts.keys() & set(stop_words))),
    }


def _dolma(text: Text, stop_words: Sequence[str]) -> Measures:
    words, wanted = text.split_words, set(stop_words)
    lines = _NEWLINES.split(text.string) if text.string else []
    return {
        "words": float(len(words)),
        "median_word_length": float(median(map(len, words))) if words else None,
        "symbol_to_word_ratio": _ratio(sum("#" in word or "…" in word for word in words), len(words)),
        "bullet_line_share": _starting(lines, BULLETS["dolma"]),
        "ellipsis_line_share": _ending(lines, ELLIPSES["dolma"]),
        "alphabetic_word_share": _alphabetic_share(words),
        "stop_words": float(sum(word in wanted for word in words)),
    }


def _dclm(text: Text, stop_words: Sequence[str]) -> Measures:
    words, string = text.split_words, text.string
    wanted = {word.lower() for word in stop_words}
    symbols = sum(map(string.count, ("#", *ELLIPSES["dclm"])))
    return {
        "words": float(len(segmented_words(string))),
        "mean_word_length": _ratio(len("".join(words)), len(words)),
        "symbol_to_word_ratio": _ratio(symbols, len(words)),
        "bullet_line_share": _starting(text.lines, BULLETS["dclm"]),
        "ellipsis_line_share": _ending(text.lines, ELLIPSES["dclm"]),
        "alphabetic_word_share": _alphabetic_share(words),
        "stop_words": float(sum(word in wanted for word in string.lower().split())),
    }


_VARIANTS: dict[str, Callable[[Text, Sequence[str]], Measures]] = {
    "winnow": _winnow,
    "datatrove": _datatrove,
    "dolma": _dolma,
    "dclm": _dclm,
}


def _ratio(part: float, whole: int) -> float | None:
    return part / whole if whole else None


def _starting(lines: Sequence[str], marks: tuple[str, ...]) -> float:
    """The share of lines that start with a mark; 0 of no lines."""
    return sum(line.startswith(marks) for line in lines) / len(lines) if lines else 0.0


def _ending(lines: Sequence[str], marks: tuple[str, ...]) -> float:
    return sum(line.endswith(marks) for line in lines) / len(lines) if lines else 0.0


def _shown_lines(variant: str, text: Text) -> list[str]:
    """The lines of this variant that are not empty."""
    if variant == "datatrove":
        return [stripped for line in text.string.splitlines() if (stripped := line.strip())]
    return [line for line in text.string.split("\n") if line] if variant == "dolma" else text.lines


def forms(variant: str, text: Text) -> set[str]:
    """The different words of a text, each as a variant holds it against its stop words."""
    return set(map(_fold(variant), set(_words(variant, text))))


def _fold(variant: str) -> Callable[[str], str]:
    return str.lower if variant in ("winnow", "dclm") else str


def _words(variant: str, text: Text) -> Sequence[str]:
    if variant == "datatrove":
        return words_and_marks(text.string)
    return text.words if variant == "winnow" else text.split_words


def _some(pieces: Sequence[str], string: str, holds: Callable[[str], bool]) -> list[Span]:
    return [place for piece, place in zip(pieces, places(pieces, string), strict=True) if holds(piece)]


def _occurrences(marks: Sequence[str], string: str) -> list[Span]:
    return sorted(match.span() for mark in marks for match in re.finditer(re.escape(mark), string))


def _alphabetic_share(words: Sequence[str]) -> float | None:
    """The share of words that hold a letter of any script."""
    without = sum(not any(map(str.isalpha, word)) for word in filterfalse(str.isalpha, words))
    return _ratio(len(words) - without, len(words))
