"""Gopher's repetition rules (Rae et al. 2021, https://arxiv.org/abs/2112.11446, appendix A.1.1, table A1).

Ours ("winnow") counts what repetition covers: a line, a paragraph or an n-gram that occurs more than once is a
duplicate wherever it stands, its first copy included, and no character counts twice. The result does not depend on the
direction of reading, lies between 0 and 1, and can be shown as marked characters. Shares of lines' or paragraphs'
characters are of all their characters, shares of n-grams' characters are of all characters outside white space. The
top n-gram is the most frequent one, among equals the longest in characters, then the first; one that occurs once is
no repetition and measures 0. A text too short for an n-gram repeats none: 0.

The variants follow a tool's definitions, so that its figures can be compared:
- "datatrove": copies after the first; characters are of the whole text; words are `tokens.words_and_marks`; the top
  n-gram counts even once, with spaces, its overlaps each time; duplicate n-grams are found from left to right, jumping
  over each copy, without spaces. Empty lines at the start and end count as lines.
- "dolma": all copies; no paragraphs; the top n-gram counts even once; duplicate n-grams are a share of the characters
  of all n-grams, a word counted in each of the n that hold it. (Dolma sets the limit of line characters at 0.30.)
- "dclm": as ours, with UAX 29 words (`tokens.segmented_words`), paragraphs cut at exactly two newlines, lines not
  stripped, and overlaps of the top n-gram counted each time, so that its share may pass 1.
A text too short for an n-gram measures None where the tool skips it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import ClassVar

from winnow.filters.edits import Span
from winnow.filters.reads import Reads
from winnow.filters.rules import Rule
from winnow.filters.setting_checks import one_of
from winnow.filters.text import Text, places
from winnow.filters.words.tokens import segmented_words, words_and_marks

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

    def __post_init__(self) -> None:
        super().__post_init__()
        one_of(self, "variant", VARIANTS)

    def _measure(self, text: Text) -> Measures:
        """Shares from 0 to 1; None for what this variant does not know, and for every share of an empty text."""
        lines, paragraphs, words = _pieces(self.variant, text)
        measures: Measures = dict.fromkeys(rule.name for rule in self.RULES)
        for name, pieces in (("line", lines), ("paragraph", paragraphs)):
            if pieces:
                measures |= _segment_shares(name, pieces, self.variant, len(text.string), len("".join(text.words)))
        if words:
            measures |= _n_gram_shares(words, self.variant, len(text.string))
        return measures

    def _spans(self, text: Text) -> dict[str, list[Span]]:
        """The copies and the n-grams that are counted; an empty line has no place, and an empty text nothing."""
        lines, paragraphs, words = _pieces(self.variant, text)
        found: dict[str, list[Span]] = {}
        for name, pieces in (("line", lines), ("paragraph", paragraphs)):
            if pieces:
                copies = _copies(pieces, self.variant, text.string)
                found |= {f"duplicate_{name}_share": copies, f"duplicate_{name}_character_share": copies}
        ends, where = [0, *accumulate(map(len, words))], places(words, text.string)
        for n, classes in _repeated(words, DUPLICATE[-1]):
            if len(words) >= n:
                runs = _runs(classes, n, ends, self.variant)
                found[_n_gram_rule(n)] = [(where[first][0], where[last - 1][1]) for first, last in runs]
        return found


def _pieces(variant: str, text: Text) -> tuple[list[str], list[str], Sequence[str]]:
    """The lines, paragraphs and words of this variant; nothing at all of an empty text."""
    string = text.string
    if not text.words:
        return [], [], []
    if variant == "datatrove":
        return _NEWLINES.split(string), _BLANK_LINES.split(string.strip()), words_and_marks(string)
    if variant == "dolma":
        return _NEWLINES.split(string), [], text.words
    if variant == "dclm":
        lines = [line for line in string.split("\n") if line.strip()]
        return lines, [piece for piece in string.split("\n\n") if piece.strip()], segmented_words(string)
    return text.lines, text.paragraphs, text.words


def _segment_shares(name: str, pieces: Sequence[str], variant: str, characters: int, visible: int) -> Measures:
    """The shares of lines or paragraphs that are duplicates, and of their characters."""
    first = 1 if variant == "datatrove" else 0
    counts = Counter(pieces)
    copies = {piece: count - first for piece, count in counts.items() if count > 1}
    whole = {"datatrove": characters, "dolma": visible}.get(variant) or sum(map(len, pieces))
    return {
        f"duplicate_{name}_share": sum(copies.values()) / len(pieces),
        f"duplicate_{name}_character_share": sum(len(piece) * n for piece, n in copies.items()) / whole,
    }


def _n_gram_shares(words: Sequence[str], variant: str, characters: int) -> Measures:
    """The shares of characters in the top 2- to 4-grams and in the duplicate 5- to 10-grams; `words` is not empty."""
    ends = [0, *accumulate(map(len, words))]
    whole = characters if variant == "datatrove" else ends[-1]
    skips = variant in ("datatrove", "dolma")
    shares: Measures = {}
    for n, classes in _repeated(words, DUPLICATE[-1]):
        name = _n_gram_rule(n)
        if len(words) < n:
            shares[name] = None if skips else 0.0
        elif n in TOP:
            shares[name] = _top_characters(_top(classes, n, ends, variant), n, ends, variant) / whole
        elif variant == "datatrove":
            shares[name] = sum(ends[start + n] - ends[start] for start in _jumped(classes, n)) / whole
        elif variant == "dolma":
            repeated = sum(ends[start + n] - ends[start] for start in classes)
            shares[name] = repeated / sum(ends[start + n] - ends[start] for start in range(len(words) - n + 1))
        else:
            shares[name] = _covered(classes, n, ends) / whole
    return shares


def _repeated(words: Sequence[str], longest: int) -> Iterator[tuple[int, dict[int, int]]]:
    """For n = 2, 3 ... `longest`: where an n-gram starts that occurs more than once, and which one it is.

    Ascending positions to class numbers; equal numbers are equal n-grams. A longer run can only repeat where the
    shorter one does, so each step looks at what the last one left: (n+1)-grams are pairs of neighbouring n-grams.
    """
    pairs = list(pairwise(words))
    counts = Counter(pairs)
    numbers = {pair: number for number, (pair, count) in enumerate(counts.items()) if count > 1}
    classes = {start: number for start, number in enumerate(map(numbers.get, pairs)) if number is not None}
    yield 2, classes
    for n in range(3, longest + 1):
        if classes:
            classes = _longer(classes)
        yield n, classes


def _longer(classes: dict[int, int]) -> dict[int, int]:
    """From the repeated n-grams to the repeated (n+1)-grams."""
    many = 1 + max(classes.values())
    following = map(classes.get, map((1).__add__, classes))
    pairs = zip(classes.items(), following, strict=True)
    longer = {start: number * many + after for (start, number), after in pairs if after is not None}
    counts = Counter(longer.values())
    numbers = {pair: number for number, pair in enumerate(counts) if counts[pair] > 1}
    return {start: numbers[pair] for start, pair in longer.items() if pair in numbers}


def _n_gram_rule(n: int) -> str:
    return f"top_{n}_gram_character_share" if n in TOP else f"duplicate_{n}_gram_character_share"


def _top(classes: dict[int, int], n: int, ends: Sequence[int], variant: str) -> list[int]:
    """Where the most frequent n-gram starts. `ends[i]` is the characters before word i."""
    if not classes:  # nothing repeats: datatrove and Dolma take the first n-gram of all
        return [0] if variant in ("datatrove", "dolma") else []
    tally = Counter(classes.values())
    most = max(tally.values())
    first: dict[int, int] = {}
    for start, number in classes.items():
        if tally[number] == most:
            first.setdefault(number, start)
    if variant in ("datatrove", "dolma"):
        top = next(iter(first))
    else:
        top = max(first, key=lambda number: ends[first[number] + n] - ends[first[number]])
    return [start for start, number in classes.items() if number == top]


def _top_characters(starts: Sequence[int], n: int, ends: Sequence[int], variant: str) -> int:
    """The characters of one n-gram's occurrences."""
    if variant == "winnow" or not starts:
        return _covered(starts, n, ends)
    spaces = n - 1 if variant == "datatrove" else 0
    return len(starts) * (ends[starts[0] + n] - ends[starts[0]] + spaces)


def _covered(starts: Iterable[int], n: int, ends: Sequence[int]) -> int:
    """The characters of the words that n-grams at these ascending positions cover, each once."""
    covered = done = 0
    for start in starts:
        covered += ends[start + n] - ends[max(start, done)]
        done = start + n
    return covered


def _jumped(classes: dict[int, int], n: int) -> list[int]:
    """Where n-grams start that were seen before, from left to right, going on behind each copy (datatrove)."""
    seen: set[int] = set()
    copies, done = [], 0
    for start, number in classes.items():
        if start < done:
            continue
        if number in seen:
            copies.append(start)
            done = start + n
        else:
            seen.add(number)
    return copies


def _copies(pieces: Sequence[str], variant: str, string: str) -> list[Span]:
    """Where the lines or paragraphs stand that are duplicates."""
    counts, seen, found = Counter(pieces), set[str](), []
    for piece, place in zip(pieces, places(pieces, string), strict=True):
        if piece and counts[piece] > 1 and (piece in seen or variant != "datatrove"):
            found.append(place)
        seen.add(piece)
    return found


def _runs(classes: dict[int, int], n: int, ends: Sequence[int], variant: str) -> list[Span]:
    """The words of the n-grams that are counted, from one up to another; one run of those that overlap, where no
    character counts twice."""
    starts: Iterable[int] = classes
    if n in TOP:
        starts = _top(classes, n, ends, variant)
    elif variant == "datatrove":
        starts = _jumped(classes, n)
    once = variant == "winnow" or (variant == "dclm" and n in DUPLICATE)
    runs: list[Span] = []
    for start in starts:
        if once and runs and start < runs[-1][1]:
            runs[-1] = (runs[-1][0], start + n)
        else:
            runs.append((start, start + n))
    return runs
