"""Which languages a document has, segment by segment: a page of two is known as one.

A whole text has one label, whose score says little of a tenth in another language. So some stretches of it are asked of
first, evenly spaced; where one of them is surely in another language than the document, every segment is
(`filters.segments`). A page of one language costs those few answers, whatever its length.
"""

import functools
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from winnow.filters import segments
from winnow.filters.document import Document
from winnow.filters.edits import Span
from winnow.filters.kinds import KINDS, NOT_PROSE, of_text
from winnow.filters.rules import Rule
from winnow.filters.setting_checks import within
from winnow.filters.text import Text
from winnow.pipelines.annotators.identifier import Identifies

LANGUAGES = "segment_languages"
"""The key in `meta` of a document with several: "en 0.71, de 0.29"."""
_SURE = 0.5
"""Probability of a label that is believed."""
_LEAST_SHARE = 0.01
"""A language of less is not listed."""


@dataclass(frozen=True)
class OfSegments(Identifies):
    """What the steps that look at segments share."""

    min_characters: int = 200
    """Of a segment: shorter lines are joined. One of less than half is not asked about."""
    stretches: int = 8
    """So many are asked of first; where all are in the wanted language, no segment is. 0 asks about every segment."""
    max_characters: int = 100_000
    """Only so much of the text is read."""

    def __post_init__(self) -> None:
        super().__post_init__()
        within(self, "min_characters", 20, 100_000)
        within(self, "stretches", 0, 10_000)
        within(self, "max_characters", 1, 1_000_000_000)

    def mixed(self, string: str, kinds: Sequence[str] | None, wanted: Collection[str]) -> bool:
        """Whether some stretch of the text is surely in a language that is not wanted; `kinds` are of its lines."""
        if not self.stretches:
            return True
        model = self.load()
        answers = (model.predicted(stretch, 1) for stretch in self._stretches(string[: self.max_characters], kinds))
        return any(language not in wanted and chance >= _SURE for found in answers for language, chance in found)

    def _stretches(self, string: str, kinds: Sequence[str] | None) -> Iterator[str]:
        """Of the lines that can have a language, evenly from the first to the last."""
        if kinds and not NOT_PROSE.isdisjoint(kinds):
            of = zip(string.split("\n"), kinds, strict=False)  # behind what is read there are more
            string = "\n".join(line for line, kind in of if kind not in NOT_PROSE)
        wide, room = self.min_characters, max(0, len(string) - self.min_characters)
        number = min(self.stretches, 1 + -(-room // (wide // 2)))  # those of a short text overlap by half
        starts = (room * at // max(1, number - 1) for at in range(number))
        return (string[start : start + wide] for start in starts)

    def segments(self, string: str, kinds: Sequence[str] | None) -> Iterator[tuple[Span, str, float]]:
        """(place, language, probability) of each segment that is long enough and has words."""
        model, string = self.load(), string[: self.max_characters]
        for start, end in segments.segments(string, kinds, self.min_characters):
            if 2 * (end - start) >= self.min_characters:
                for language, chance in model.predicted(string[start:end], 1):
                    yield (start, end), language, chance


@dataclass(frozen=True)
class LanguageSegments(OfSegments):
    """Measures how much of a document is in its language, and notes the languages of one that has several."""

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule("main_share", paper="Winnow: of the characters in segments of a sure language, those in the document's"),
        Rule("second_share", paper="Winnow: those in the most frequent other language"),
    )
    ABOUT: ClassVar[Mapping[str, str]] = {
        "main_share": "share of characters, in segments of a sure language, that are in the document's language",
        "second_share": "share of them in the most frequent other language",
    }

    def annotate(self, document: Document) -> Document:
        """Return the document with the shares of its languages in `meta`, where there are several."""
        found = _characters(self, document)
        listed = [(of, n / found.total()) for of, n in found.most_common() if n >= _LEAST_SHARE * found.total()]
        rest = {key: value for key, value in document.meta.items() if key != LANGUAGES}
        if listed and [of for of, _ in listed] != [document.language]:
            rest[LANGUAGES] = ", ".join(f"{of} {share:.2f}" for of, share in listed)
        return replace(document, meta=rest)

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        """`main_share`, `second_share`; None where no language is known."""
        found = _characters(self, document)
        if not found or document.language is None:
            return {"main_share": None, "second_share": None}
        others = [n for language, n in found.items() if language != document.language]
        total = found.total()
        return {"main_share": found[document.language] / total, "second_share": max(others, default=0) / total}

    def spans(self, document: Document, text: Text) -> dict[str, list[Span]]:
        """The segments of the text that are surely in another language than the document."""
        if document.language is None or not self.mixed(text.string, text.kinds, (document.language,)):
            return {}
        every = self.segments(text.string, text.kinds)
        others = [place for place, of, chance in every if of != document.language and chance >= _SURE]
        return dict.fromkeys(("main_share", "second_share"), others)


def _characters(step: LanguageSegments, document: Document) -> Counter[str]:
    """language -> characters of segments that are surely in it; of a document that is not mixed all are in one."""
    return Counter(_counted(step, document.text, document.language, document.meta.get(KINDS, "")))


@functools.lru_cache(maxsize=1)
def _counted(step: LanguageSegments, string: str, language: str | None, kinds: str) -> Mapping[str, int]:
    """As `_characters`; a step annotates and measures one document after the other."""
    of_lines = of_text({KINDS: kinds}, string)
    if language is not None and not step.mixed(string, of_lines, (language,)):
        return {language: 1}
    found = Counter[str]()
    for (start, end), of, chance in step.segments(string, of_lines):
        if chance >= _SURE:
            found[of] += end - start
    return found
