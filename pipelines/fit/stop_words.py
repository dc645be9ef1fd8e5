"""Stop words of a language: those of its script's words that most documents of a reference hold.

FineWeb-2 (Penedo et al. 2025, https://arxiv.org/abs/2506.20920) takes the most frequent words of Wikipedia and clears
them of marks and of English. Ours go by documents, so that one long document about a thing brings no word of its own.
"""

import collections
import dataclasses
from collections.abc import Iterable
from typing import Any

from winnow.filters.families.gopher_quality import forms
from winnow.filters.text import Text
from winnow.pipelines.fit.fitted import StopWord
from winnow.pipelines.fit.scripts import main_scripts, scripts_of
from winnow.pipelines.recipe.model import Step

SETTING = RULE = "stop_words"
FEW = 8
"""As many as Gopher has, where a step names none."""
_DISTINCT = 2_000_000
"""Words that are counted at once; beyond, those met once are forgotten."""
_LOOKED_AT = 1000
"""Of the most frequent words, those that say which scripts the text is in."""


def takes_stop_words(step: Step) -> bool:
    """Whether a step has a setting and a rule for them."""
    return SETTING in {field.name for field in dataclasses.fields(step.settings)} and SETTING in step.measures  # type: ignore[arg-type]


def wanted(step: Step) -> int:
    """How many a step takes."""
    return len(getattr(step.settings, SETTING)) or FEW


def with_stop_words(step: Step, words: Iterable[StopWord]) -> Step:
    """The step with other stop words."""
    settings: Any = step.settings
    return dataclasses.replace(step, settings=dataclasses.replace(settings, **{SETTING: tuple(w.word for w in words)}))


def most_frequent(texts: Iterable[str], step: Step) -> tuple[StopWord, ...]:
    """As many words as the step takes, by the number of texts that hold them, then by the alphabet."""
    variant, counts = getattr(step.settings, "variant", "winnow"), collections.Counter[str]()
    for text in texts:
        counts.update(forms(variant, Text(text)))
        if len(counts) > _DISTINCT:
            counts = collections.Counter({word: often for word, often in counts.items() if often > 1})
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    scripts = main_scripts(ordered[:_LOOKED_AT])
    found = (StopWord(word, often) for word, often in ordered if (of := scripts_of(word)) and of <= scripts)
    return tuple(word for word, _ in zip(found, range(wanted(step)), strict=False))
