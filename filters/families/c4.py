"""C4's rules (Raffel et al. 2020, https://arxiv.org/abs/1910.10683, section 2.2), as two steps over the same lines.

`C4Lines` is the editor that drops lines, `C4Page` the filter that judges the page by the lines that would remain. In a
recipe `C4Page` stands **before** `C4Lines` with the same settings, so that a dropped page keeps its original text.

Each line goes through, in this order, and the first that holds ends it:
  1 a word longer than 1000 characters: dropped        5 "lorem ipsum", in any case: drops the page
  2 `[12]`, `[]`, `[edit]`, `[citation needed]` go     6 "javascript", in any case: dropped
  3 no `. ? ! " '` at its end, or `...`: dropped       7 `{`: drops the page
  4 fewer than 3 words, as before 2: dropped           8 a phrase of a policy notice, in any case: dropped
The order decides fates: `{` on a line that 1, 3, 4 or 6 drops does not drop the page. What remains is joined by
newlines; as in C4's own code a space that 2 leaves at the end of a line stays, and the line then fails 3.

Words are those of `Text.words`, of the variants runs between white space. Sentences are counted by `sentences`, a rule
of ours: C4 left its splitter open (its code used punkt).
Variants: "dclm" does not accept `'` at the end of a line, drops lines that end in `…` or `. . .` too, and measures
`characters`; its recipe also sets min_words_per_line = 5 and sentences.min = 3. "dolma" accepts `. ? ! "` and drops the
page, not the line, for "javascript". FineWeb sets terminal_punctuation = false.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from winnow.filters.document import Document
from winnow.filters.edits import Span, keeping
from winnow.filters.reads import Reads
from winnow.filters.rules import Rule
from winnow.filters.setting_checks import each, one_of, within
from winnow.filters.steps import Edit
from winnow.filters.text import Text
from winnow.filters.words.scripts import is_unspaced

PAPER = "Raffel et al. 2020, 2.2"
END_MARKS = {
    "winnow": (".", "?", "!", '"', "'"),
    "dclm": (".", "?", "!", '"'),
    "dolma": (".", "?", "!", '"'),
}
ELLIPSES = {"winnow": ("...",), "dclm": ("...", ". . .", "…"), "dolma": ("...",)}
POLICY_PHRASES = (
    "terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies",
)  # fmt: skip
LONG_WORD, NO_END, FEW_WORDS = "lines_with_long_word", "lines_without_terminal_mark", "lines_with_few_words"
JAVASCRIPT, POLICY = "lines_with_javascript", "lines_with_policy"
BEFORE_THE_PAGE_RULES = (LONG_WORD, NO_END, FEW_WORDS)

_CITATION = re.compile(r"\[(?:\d*|edit|citation needed)\]")
# The mark comes first in the pattern, where the engine can search for it; it must begin its run of marks.
_BREAK = re.compile(r"[.!?\u2026](?<![.!?\u2026].)[.!?\u2026]*+[\"'\u2019\u201d\u00bb)\]]*+\s++")
_MARKS = (
    "\u3002\uff01\uff1f\uff61"  # full-width and half-width
    "\u0589\u061f\u06d4"  # Armenian, Arabic, Urdu
    "\u0964\u0965\u0f0d\u0f0e\u104b\u17d4\u17d5"  # the scripts of India, Tibetan, Burmese, Khmer
    "\u1362\u1367\u1368"  # Ethiopic
)
_MARK_BREAK = re.compile(rf"[{_MARKS}]++(?:\s*+[{_MARKS}])*+[\u300d\u300f\u201d\u2019\u00bb\uff09\"')\]]*+")
_THAI_AND_LAO = "\u0e01-\u0e2e\u0e40-\u0e44\u0e81-\u0eae\u0ec0-\u0ec4\u0edc-\u0edf"
_BEHIND_THEM = "\u0e30-\u0e39\u0e45\u0e47-\u0e4e\u0eb0-\u0ebd\u0ec8-\u0ecd"
_SPACE_BREAK = re.compile(rf" (?<=[{_THAI_AND_LAO}{_BEHIND_THEM}] )\s*+(?=[{_THAI_AND_LAO}])")
"""Not beside the mark of repetition, which has a space on either side."""
_ABBREVIATION = re.compile(r"(?:^|[\s(\"'])(?:[^\W\d_]|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|e\.g|i\.e|cf|No|Fig)\.\s+\Z")

Read = tuple[str, str | None, int]
"""A line without its citations, why it is dropped (None: it stays), and the citations deleted."""


@dataclass(frozen=True)
class _LineRules:
    """The settings that the two steps share."""

    variant: str = "winnow"
    """Whose definitions: "winnow" (the paper's), "dclm" or "dolma"."""
    terminal_punctuation: bool = True
    """Drop lines that do not end in a terminal mark."""
    min_words_per_line: int = 3
    max_word_length: int = 1000
    """Characters."""
    citations: bool = True
    """Delete the marks that Wikipedia leaves."""
    javascript: bool = True
    """Drop lines that speak of JavaScript, mostly "please enable JavaScript"."""
    policy_phrases: tuple[str, ...] = POLICY_PHRASES
    """Drop lines that hold one of these, in lower case."""

    def __post_init__(self) -> None:
        one_of(self, "variant", END_MARKS)
        within(self, "min_words_per_line", 0, 1_000_000)
        within(self, "max_word_length", 1, 1_000_000_000)
        each(self, "policy_phrases", lambda p: p.strip() and p == p.lower(), "phrases in lower case")

    def _lines(self, text: Text) -> Iterator[Read]:
        """Each line as it is read."""
        in_lines = text.string.lower()
        if self.citations and "[" in in_lines:  # what is left around one may be a phrase
            phrases = self.policy_phrases
        else:
            phrases = tuple(phrase for phrase in self.policy_phrases if phrase in in_lines)
        javascript = self.javascript and self.variant != "dolma" and "javascript" in in_lines
        if self.variant == "winnow" and text.is_unspaced:
            pairs = zip(text.lines, text.words_of_lines, strict=True)
            return (self._read(line, javascript, phrases, words) for line, words in pairs)
        return (self._read(line, javascript, phrases) for line in text.lines)

    def _read(self, line: str, javascript: bool, phrases: Sequence[str], words: Sequence[str] = ()) -> Read:
        """A line, given whether its text may speak of JavaScript, the policy phrases that this may hold, and the words
        of the line where they are not those between white space."""
        if len(line) > self.max_word_length and max(map(len, words or line.split())) > self.max_word_length:
            return line, LONG_WORD, 0
        least = self.min_words_per_line
        enough = len(words) >= least if words else len(line.split(None, max(0, least - 1))) >= least
        deleted = 0
        if self.citations and "[" in line:
            line, deleted = _CITATION.subn("", line)
        if self.terminal_punctuation and (
            not line.endswith(END_MARKS[self.variant]) or line.endswith(ELLIPSES[self.variant])
        ):
            return line, NO_END, deleted
        if not enough:
            return line, FEW_WORDS, deleted
        if javascript or phrases:
            lowered = line.lower()
            if javascript and "javascript" in lowered:
                return line, JAVASCRIPT, deleted
            if any(phrase in lowered for phrase in phrases):
                return line, POLICY, deleted
        return line, None, deleted


@dataclass(frozen=True)
class C4Page(_LineRules, Reads):
    """What C4 drops whole pages for; stands before `C4Lines` in a recipe."""

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule("lorem_ipsum", max=0, paper=PAPER),
        Rule("curly_brackets", max=0, paper=PAPER),
        Rule("sentences", min=5, paper=PAPER),
        Rule("javascript", max=0, paper="Soldaini et al. 2024 (Dolma)"),
        Rule("characters", max=190_000, paper="Li et al. 2024 (DCLM), C4 baseline"),
    )
    ABOUT: ClassVar[Mapping[str, str]] = {
        "lorem_ipsum": 'lines with "lorem ipsum"',
        "curly_brackets": "lines with a curly bracket",
        "sentences": "sentences in the lines that C4 keeps",
        "javascript": "lines that speak of JavaScript",
        "characters": "characters in the document",
    }

    def __post_init__(self) -> None:
        _LineRules.__post_init__(self)
        Reads.__post_init__(self)

    def _measure(self, text: Text) -> dict[str, float | None]:
        """Lines with "lorem ipsum", lines with `{`, sentences of the lines that remain.

        `javascript` (lines of the page that hold the word) is Dolma's, `characters` is DCLM's, else None.
        """
        lorem = curly = count = 0
        for line, dropped, _ in self._lines(text):
            if dropped in BEFORE_THE_PAGE_RULES:
                continue
            lorem += "lorem ipsum" in line.lower()
            if dropped != JAVASCRIPT:
                curly += "{" in line
            if dropped is None:
                count += sentences(line)
        dolma, dclm = self.variant == "dolma", self.variant == "dclm"
        return {
            "lorem_ipsum": float(lorem),
            "curly_brackets": float(curly),
            "sentences": float(count),
            "javascript": float(sum("javascript" in line.lower() for line in text.lines)) if dolma else None,
            "characters": float(len(text.string)) if dclm else None,
        }

    def _spans(self, text: Text) -> dict[str, list[Span]]:
        """The lines that are counted, and those in which sentences are."""
        found: dict[str, list[Span]] = {"lorem_ipsum": [], "curly_brackets": [], "sentences": []}
        if self.variant == "dolma":
            pairs = zip(text.lines, text.line_places, strict=True)
            found["javascript"] = [place for line, place in pairs if "javascript" in line.lower()]
        for (line, dropped, _), place in zip(self._lines(text), text.line_places, strict=True):
            if dropped not in BEFORE_THE_PAGE_RULES and "lorem ipsum" in line.lower():
                found["lorem_ipsum"].append(place)
            if dropped not in (*BEFORE_THE_PAGE_RULES, JAVASCRIPT) and "{" in line:
                found["curly_brackets"].append(place)
            if dropped is None and line.strip():
                found["sentences"].append(place)
        return found


@dataclass(frozen=True)
class C4Lines(_LineRules):
    """Keeps the lines that look like sentences of a text."""

    def edit(self, document: Document, text: Text) -> Edit:
        """Leave the lines that remain, joined by newlines; count the lines dropped by reason."""
        read = list(self._lines(text))
        counts = Counter(dict.fromkeys((LONG_WORD, NO_END, FEW_WORDS, JAVASCRIPT, POLICY, "citations"), 0))
        for _, dropped, citations in read:
            counts[dropped or "citations"] += 1 if dropped else citations
        if "\n".join(line for line, dropped, _ in read if dropped is None) == text.string:
            return Edit(counts=dict(counts))
        stay = [place for place, (_, dropped, _) in zip(text.line_places, read, strict=True) if dropped is None]
        return Edit(keeping(self._kept(text.string, stay), len(text.string)), dict(counts))

    def _kept(self, string: str, lines: Iterable[Span]) -> Iterator[Span]:
        """What stays of these lines: one newline before each but the first, and all but their citations."""
        done = -1
        for start, end in lines:
            if done >= 0:
                newline = string.rindex("\n", done, start)
                yield newline, newline + 1
            for match in _CITATION.finditer(string, start, end) if self.citations else ():
                yield start, match.start()
                start = match.end()
            yield start, end
            done = end


def sentences(line: str) -> int:
    """Count the sentences of a line: sentences("Mr. Fox ran. It rained") -> 2; 0 of a blank line.

    A sentence ends at `.`, `!`, `?` or `…`, closing quotes and brackets included, before white space, unless a
    lower-case letter follows or a single letter or one of a few English abbreviations stands before the full stop;
    at the full stops of Chinese and Japanese, Armenian, Arabic, Ethiopic, Tibetan, Burmese, Khmer and the scripts of
    India anywhere; and in Thai and Lao, which have none, at spaces between two letters, so that there a phrase counts.
    What is left at the end is a sentence too.
    """
    line = line.strip()
    return bool(line) + len(sentence_breaks(line))


def sentence_breaks(line: str) -> list[int]:
    """Where the sentences of a line without white space at its ends begin, but for the first; as `sentences` counts."""
    found = []
    if not line.isascii():
        found = [match.end() for match in _MARK_BREAK.finditer(line) if match.end() < len(line)]
        if " " in line and is_unspaced(line):
            found += [match.end() for match in _SPACE_BREAK.finditer(line)]
    for match in _BREAK.finditer(line):
        end = match.end()  # never the line's end: it is stripped, and white space stood before
        if not line[end].islower() and not _ABBREVIATION.search(line, max(0, end - 16), end):
            found.append(end)
    return sorted(found)
