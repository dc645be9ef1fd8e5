"""Gopher's repetition rules (Rae et al. 2021, https://arxiv.org/abs/2112.11446, appendix A.1.1, table A1).

Ours ("winnow") counts what repetition covers: a line, a paragraph or an n-gram that occurs more than once is a
duplicate wherever it stands, its first copy included, and no character counts twice. The result does not depend on the
direction of reading, lies between 0 and 1, and can be shown as marked characters. Shares of lines' or paragraphs'
characters are of all their characters, shares of n-grams' characters are of those of all words (`Text.words`). The
top n-gram is the most frequent one, among equals the longest in characters, then the first; one that occurs once is
no repetition and measures 0. A text too short for an n-gram repeats none: 0.

The variants follow a tool's definitions, so that its figures can be compared:
- "datatrove": copies after the first; characters are of the whole text; words are `tokens.words_and_marks`; the top
  n-gram counts even once, with spaces, its overlaps each time; duplicate n-grams are found from left to right, jumping
  over each copy, without spaces. Empty lines at the start and end count as lines.
- "dolma": words are `Text.split_words`; all copies; no paragraphs; the top n-gram counts even once; duplicate n-grams
  are a share of the characters of all n-grams, a word counted in each of the n that hold it. (Dolma sets the limit of
  line characters at 0.30.)
- "dclm": as ours, with UAX 29 words (`tokens.segmented_words`), paragraphs cut at exactly two newlines, lines not
  stripped, and overlaps of the top n-gram counted each time, so that its share may pass 1.
A text too short for an n-gram measures None where the tool skips it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, ClassVar

from winnow.filters.edits import Span
from winnow.filters.reads import Reads
from winnow.filters.rules import Rule
from winnow.filters.setting_checks import one_of
from winnow.filters.steps import Lazy
from winnow.filters.text import Text, places
from winnow.filters.words.tokens import segmented_words, words_and_marks

if TYPE_CHECKING:
    from winnow.filters.words.repeated import Repeated, Starts

VARIANTS = ("winnow", "datatrove", "dolma", "dclm")
TOP = (2, 3, 4)
DUPLICATE = (5, 6, 7, 8, 9, 10)
PAPER = "Rae et al. 2021, A.1.1, table A1"

_NEWLINES = re.compile(r"\n+")
_BLANK_LINES = re.compile(r"\n{2,}")

Measures = dict[str, float | None]


@dataclass(frozen=True)
class GopherRepetition(Reads):
    """Repeated lines, paragraphs and runs of words, as shares of the text."""

    variant: str = "winnow"
    """Whose definitions: "winnow", "datatrove", "dolma" or "dclm"."""

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule("duplicate_line_share", max=0.30, paper=PAPER),
        Rule("duplicate_paragraph_share", max=0.30, paper=PAPER),
        Rule("duplicate_line_character_share", max=0.20, paper=PAPER),
        Rule("duplicate_paragraph_character_share", max=0.20, paper=PAPER),
        Rule("top_2_gram_character_share", max=0.20, paper=PAPER),
        Rule("top_3_gram_character_share", max=0.18, paper=PAPER),
        Rule("top_4_gram_character_share", max=0.16, paper=PAPER),
        Rule("duplicate_5_gram_character_share", max=0.15, paper=PAPER),
        Rule("duplicate_6_gram_character_share", max=0.14, paper=PAPER),
        Rule("duplicate_7_gram_character_share", max=0.13, paper=PAPER),
        Rule("duplicate_8_gram_character_share", max=0.12, paper=PAPER),
        Rule("duplicate_9_gram_character_share", max=0.11, paper=PAPER),
        Rule("duplicate_10_gram_character_share", max=0.10, paper=PAPER),
    )
    ABOUT: ClassVar[Mapping[str, str]] = {
        "duplicate_line_share": "share of lines that occur more than once",
        "duplicate_paragraph_share": "share of paragraphs that occur more than once",
        "duplicate_line_character_share": "share of characters in lines that occur more than once",
        "duplicate_paragraph_character_share": "share of characters in paragraphs that occur more than once",
        "top_2_gram_character_share": "share of characters in the most frequent run of 2 words",
        "top_3_gram_character_share": "share of characters in the most frequent run of 3 words",
        "top_4_gram_character_share": "share of characters in the most frequent run of 4 words",
        "duplicate_5_gram_character_share": "share of characters in runs of 5 words that occur more than once",
        "duplicate_6_gram_character_share": "share of characters in runs of 6 words that occur more than once",
        "duplicate_7_gram_character_share": "share of characters in runs of 7 words that occur more than once",
        "duplicate_8_gram_character_share": "share of characters in runs of 8 words that occur more than once",
        "duplicate_9_gram_character_share": "share of characters in runs of 9 words that occur more than once",
        "duplicate_10_gram_character_share": "share of characters in runs of 10 words that occur more than once",
    }

    def __post_init__(self) -> None:
        super().__post_init__()
        one_of(self, "variant", VARIANTS)

    def _measure(self, text: Text) -> Measures:
        """Shares from 0 to 1; None for what this variant does not know, and for every share of an empty text."""
        lines, paragraphs, words = _pieces(self.variant, text)
        measures: Measures = dict.fromkeys(rule.name for rule in self.RULES)
        for name, pieces in (("line", lines), ("paragraph", paragraphs)):
            if pieces:
                measures |= _segment_shares(name, pieces, self.variant, text)
        if words:
            measures |= _n_gram_shares(words, self.variant, len(text.string))
        return measures

    def _spans(self, text: Text) -> Lazy:
        """The copies and the n-grams that are counted; an empty line has no place, and an empty text nothing."""
        lines, paragraphs, words = _pieces(self.variant, text)
        found: dict[str, Callable[[], list[Span]]] = {}
        for name, pieces in (("line", lines), ("paragraph", paragraphs)):
            if pieces:
                copies = cache(partial(_copies, pieces, self.variant, text.string))  # of two rules
                found |= {f"duplicate_{name}_share": copies, f"duplicate_{name}_character_share": copies}

        @cache
        def word_places() -> list[Span]:
            return places(words, text.string)

        @cache
        def repeated() -> "dict[int, Repeated]":
            return {n_grams.n: n_grams for n_grams in _repeated(words)}

        def of(n: int) -> list[Span]:
            where = word_places()
            return [(where[first][0], where[last - 1][1]) for first, last in _runs(repeated()[n], self.variant)]

        return Lazy(found | {_n_gram_rule(n): partial(of, n) for n in (*TOP, *DUPLICATE) if len(words) >= n})


def _pieces(variant: str, text: Text) -> tuple[list[str], list[str], Sequence[str]]:
    """The lines, paragraphs and words of this variant; nothing at all of an empty text."""
    string = text.string
    if not text.words:
        return [], [], []
    if variant == "datatrove":
        return _NEWLINES.split(string), _BLANK_LINES.split(string.strip()), words_and_marks(string)
    if variant == "dolma":
        return _NEWLINES.split(string), [], text.split_words
    if variant == "dclm":
        lines = [line for line in string.split("\n") if line.strip()]
        return lines, [piece for piece in string.split("\n\n") if piece.strip()], segmented_words(string)
    return text.lines, text.paragraphs, text.words


def _segment_shares(name: str, pieces: Sequence[str], variant: str, text: Text) -> Measures:
    """The shares of lines or paragraphs that are duplicates, and of their characters."""
    first = 1 if variant == "datatrove" else 0
    counts = Counter(pieces)
    copies = {piece: count - first for piece, count in counts.items() if count > 1}
    whole = sum(map(len, pieces))
    if variant == "datatrove":
        whole = len(text.string)
    elif variant == "dolma":
        whole = len("".join(text.split_words))
    return {
        f"duplicate_{name}_share": sum(copies.values()) / len(pieces),
        f"duplicate_{name}_character_share": sum(len(piece) * n for piece, n in copies.items()) / whole,
    }


def _n_gram_shares(words: Sequence[str], variant: str, characters: int) -> Measures:
    """The shares of characters in the top 2- to 4-grams and in the duplicate 5- to 10-grams; `words` is not empty."""
    whole = characters if variant == "datatrove" else sum(map(len, words))
    skips = variant in ("datatrove", "dolma")
    shares: Measures = {}
    for n_grams in _repeated(words):
        name = _n_gram_rule(n_grams.n)
        if len(words) < n_grams.n:
            shares[name] = None if skips else 0.0
        elif n_grams.n in TOP:
            shares[name] = _top_characters(n_grams, variant) / whole
        elif variant == "datatrove":
            shares[name] = n_grams.characters(n_grams.copies()) / whole
        elif variant == "dolma":
            shares[name] = n_grams.characters(n_grams.starts) / n_grams.characters(n_grams.all())
        else:
            shares[name] = n_grams.covered(n_grams.starts) / whole
    return shares


def _repeated(words: Sequence[str]) -> "Iterator[Repeated]":
    from winnow.filters.words.repeated import repeated  # brings NumPy: not before a text is measured

    return repeated(words, DUPLICATE[-1])


def _n_gram_rule(n: int) -> str:
    return f"top_{n}_gram_character_share" if n in TOP else f"duplicate_{n}_gram_character_share"


def _top(n_grams: "Repeated", variant: str) -> "Starts":
    """Where the most frequent n-gram starts."""
    if variant in ("datatrove", "dolma"):  # where nothing repeats they take the first n-gram of all
        return n_grams.top(longest=False) if len(n_grams.starts) else n_grams.all()[:1]
    return n_grams.top(longest=True)


def _top_characters(n_grams: "Repeated", variant: str) -> int:
    """The characters of the most frequent n-gram's occurrences."""
    starts = _top(n_grams, variant)
    if variant == "winnow":
        return n_grams.covered(starts)
    spaces = n_grams.n - 1 if variant == "datatrove" else 0
    return n_grams.characters(starts) + spaces * len(starts)


def _copies(pieces: Sequence[str], variant: str, string: str) -> list[Span]:
    """Where the lines or paragraphs stand that are duplicates."""
    counts, seen, found = Counter(pieces), set[str](), []
    for piece, place in zip(pieces, places(pieces, string), strict=True):
        if piece and counts[piece] > 1 and (piece in seen or variant != "datatrove"):
            found.append(place)
        seen.add(piece)
    return found


def _runs(n_grams: "Repeated", variant: str) -> list[Span]:
    """The words of the n-grams that are counted, from one up to another; one run of those that overlap, where no
    character counts twice."""
    n = n_grams.n
    duplicates = n_grams.copies() if variant == "datatrove" else n_grams.starts
    starts = _top(n_grams, variant) if n in TOP else duplicates
    once = variant == "winnow" or (variant == "dclm" and n in DUPLICATE)
    runs: list[Span] = []
    for start in starts.tolist():
        if once and runs and start < runs[-1][1]:
            runs[-1] = (runs[-1][0], start + n)
        else:
            runs.append((start, start + n))
    return runs
