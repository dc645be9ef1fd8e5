"""What the table of languages says of one step, in the terms of that step: settings and limits.

The values were published for datatrove's measures, in which a punctuation mark is a word and only the copies after the
first count. They hold as they are where a step has the variant "datatrove". For "winnow" they are converted, so that
what the published limit keeps is kept as well:
- Our words carry their marks: `mean_word_length` may be one character more. A text has fewer of them: in the paragraphs
  of the UDHR in 68 languages words and marks together are 1.03 to 1.21 times our words (Maltese, with its hyphens,
  1.60), in half of them more than 1.12, so the ratio of newlines to words may be 1.2 times as high. Of words the share
  that holds a letter is never less than of words and marks; that limit stays.
- Copies are counted with the first one, which at most doubles a share: limits of duplicates are doubled.
- A stop word without a letter, as the comma, is a mark and goes.
A limit that nothing can break (a share of 1 or more, a least of 0 or less) is none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from winnow.filters.languages.table import Published, table

Limit = tuple[float | None, float | None]
"""(min, max); None is no limit."""

_WORDS_AND_MARKS = 1.2
"""Of them to a word of ours."""
_MARK = 1.0
"""Characters."""


@dataclass(frozen=True)
class Own:
    """What a language has of its own of a step."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, Limit] = field(default_factory=dict)
    """By measure."""

    def only(self, names: frozenset[str]) -> "Own":
        """Of these settings and measures alone."""
        return Own({key: value for key, value in self.settings.items() if key in names},
                   {key: value for key, value in self.limits.items() if key in names})  # fmt: skip


def own(use: str, variant: str, language: str) -> Own | None:
    """Of the step that recipes call `use`; None where the table does not have the language. `use` and `variant` are
    some of STEPS and VARIANTS."""
    published = table().get(language)
    return STEPS[use](published, variant == "winnow") if published else None


def names(use: str) -> list[str]:
    """The settings and measures of a step that the table has values of."""
    found = STEPS[use](next(iter(table().values())), True)
    return [*found.settings, *found.limits]


def _gopher_quality(of: Published, ours: bool) -> Own:
    least, most = of.mean_word_length
    words = tuple(word for word in of.stop_words if any(map(str.isalpha, word))) if ours else of.stop_words
    return Own({"stop_words": words}, {
        "mean_word_length": (_least(least), most + _MARK if ours else most),
        "alphabetic_word_share": (_least(of.alphabetic_word_share), None),
    })  # fmt: skip


def _gopher_repetition(of: Published, ours: bool) -> Own:
    times = 2 if ours else 1
    limits = {"duplicate_line_share": _most(times * of.duplicate_line_share)}
    limits |= {
        f"top_{n}_gram_character_share": _most(share) for n, share in enumerate(of.top_n_gram_character_shares, 2)
    }
    limits |= {f"duplicate_{n}_gram_character_share": _most(times * share)
               for n, share in enumerate(of.duplicate_n_gram_character_shares, 5)}  # fmt: skip
    return Own({}, limits)


def _fineweb_quality(of: Published, ours: bool) -> Own:
    times = _WORDS_AND_MARKS if ours else 1
    return Own({"terminal_marks": of.terminal_marks}, {
        "line_punctuation_share": (_least(of.line_punctuation_share), None),
        "newline_to_word_ratio": (None, round(times * of.newline_to_word_ratio, 3)),
    })  # fmt: skip


def _least(value: float) -> float | None:
    return float(value) if value > 0 else None


def _most(share: float) -> Limit:
    return None, round(share, 3) if share < 1 else None


STEPS: Mapping[str, Callable[[Published, bool], Own]] = {
    "gopher_quality": _gopher_quality,
    "gopher_repetition": _gopher_repetition,
    "fineweb_quality": _fineweb_quality,
}
"""By the names that recipes use."""
VARIANTS = ("winnow", "datatrove")
"""Those of the steps' variants whose measures the values are of, or can be converted to."""
