"""The table of languages: limits.toml beside this file, whose head says where every value was published.

A language is named by the code that fastText's lid.176 gives it ("de"), for that is what a document's `language` is.
"""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("limits.toml")


@dataclass(frozen=True, slots=True)
class Published:
    """What was published for one language. Words, lines and shares are those of the publication (`own` converts)."""

    name: str
    labels: tuple[str, ...]
    """GlotLID's of the same language, of which the values are; the first one's, where they differ."""
    documents: int
    """Under these labels in FineWeb-2, which says how much web text there is. 0 of English, which is not in it."""
    score: float
    """The least probability of GlotLID's label. No step takes it: lid.176 is another model."""
    stop_words: tuple[str, ...]
    terminal_marks: tuple[str, ...]
    """That end a sentence beside those of Unicode's property Sentence_Terminal."""
    mean_word_length: tuple[float, float]
    """At least and at most, in characters."""
    alphabetic_word_share: float
    """At least."""
    duplicate_line_share: float
    """At most, and so are the next two."""
    top_n_gram_character_shares: tuple[float, ...]
    """n = 2, 3, 4"""
    duplicate_n_gram_character_shares: tuple[float, ...]
    """n = 5 ... 10"""
    line_punctuation_share: float
    """At least."""
    newline_to_word_ratio: float
    """At most."""


@functools.cache
def table() -> Mapping[str, Published]:
    """Code of the language -> what was published, most documents first; read once a process."""
    with TABLE.open("rb") as file:
        return {code: _published(facts) for code, facts in tomllib.load(file).items()}


def _published(facts: Mapping[str, Any]) -> Published:
    """A section; one with a key that is missing or unknown is a fault of the package."""
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in facts.items()}
    values.setdefault("terminal_marks", ())
    assert values.keys() == {field.name for field in fields(Published)}, facts
    return Published(**values)
