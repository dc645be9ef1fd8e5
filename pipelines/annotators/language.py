"""Which language a text is in, as a model of `identifier.py` says: lid.176 unless a recipe names another.

A text is identified as one line, as everywhere in the field; unlike Dolma we do not lower-case it. Very short text and
code give confident nonsense: the label is recorded in any case, and the rules can be left out of a recipe.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from winnow.filters.document import Document
from winnow.filters.kinds import CODE
from winnow.filters.rules import Rule
from winnow.filters.setting_checks import NotAllowed, each, is_word, within
from winnow.filters.text import Text
from winnow.pipelines.annotators.identifier import Identifier, Identifies
from winnow.pipelines.annotators.language_codes import known_as

_DECIMALS, _FEW = 6, 3
_CODE = frozenset({CODE})
_LEAST = 0.0005
"""What is less has nothing in three decimals."""
_EVERY = -1
"""As many labels as the model knows."""


@dataclass(frozen=True)
class Language(Identifies):
    """Annotates a document with the language of its text, and measures it for the rules."""

    keep: tuple[str, ...] = ()
    """Language codes that the rule `listed` lets through; none named means all."""
    max_characters: int = 100_000
    """Only so much of the text is read: enough for any language, and a bound on the work."""
    skip_code: bool = False
    """Whether lines that the extraction calls code are not read, which are in no language; of a page that is nearly all
    code they are."""

    STOPS: ClassVar[bool] = True
    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule("listed", min=1.0),
        # FineWeb keeps a score above .65; we keep .65 itself too, as every rule keeps its boundary
        Rule("score", min=0.65, paper="FineWeb, https://arxiv.org/abs/2406.17557, section 3.2 (after RefinedWeb)"),
    )
    ABOUT: ClassVar[Mapping[str, str]] = {
        "listed": "1 where the recipe keeps the document's language, else 0",
        "score": "probability of the document's language, as the model gives it",
    }

    def __post_init__(self) -> None:
        super().__post_init__()
        codes(self, "keep")
        within(self, "max_characters", 1, 1_000_000_000)

    def annotate(self, document: Document) -> Document:
        """Return the document with its language and the score of that label; both None for a text without words."""
        text = Text.of(document).without(_CODE).string if self.skip_code else document.text
        language, score = identify(self.load(), text[: self.max_characters])
        return replace(document, language=language, language_score=score)

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        """`score`: the label's probability; `listed`: 1 where the language is among `keep`, else 0."""
        listed = None if document.language is None else float(not self.keep or document.language in self.keep)
        return {"listed": listed, "score": document.language_score}

    def chooses(self, rules: Sequence[Rule]) -> bool:
        """Whether a document in another language than those of `keep` is dropped."""
        return bool(self.keep) and any(rule.name == "listed" and (rule.min or 0) > 0 for rule in rules)

    def screens(self, rules: Sequence[Rule]) -> bool:
        """The same of a page before its extraction.

        A model of the user's screens nothing: each extracting child would hold another of its gigabytes.
        """
        return self.chooses(rules) and not self.file

    def wants(self, language: str) -> bool:
        """Whether a language is among `keep`."""
        return language in self.keep

    def nearest(self, pieces: Iterable[str], enough: float) -> tuple[float, str | None]:
        """Return the highest probability of a language of `keep` in any piece, and the language that most pieces have.

        The probability has three decimals, which leave out the digits that differ from processor to processor.
        """
        model, best, first = self.load(), 0.0, Counter[str]()
        for piece in pieces:
            found = model.predicted(piece, _EVERY, _LEAST)
            best = max([best, *(round(chance, _FEW) for label, chance in found if label in self.keep)])
            if best >= enough:
                break
            if found:
                first[found[0][0]] += 1
        return best, next((label for label, _ in first.most_common(1)), None)


def codes(settings: object, setting: str) -> None:
    """The field holds codes of languages, as documents have them."""
    each(settings, setting, is_word, "codes of languages")
    for value in getattr(settings, setting):
        if (known := known_as(value)) != value:
            raise NotAllowed(setting, value, f"that language is called {known!r}, whichever model is asked")


def identify(model: Identifier, text: str) -> tuple[str | None, float | None]:
    """Return the most likely language ("en") and its probability to six decimals; (None, None) without words."""
    for label, probability in model.predicted(text, 1):
        return label, round(probability, _DECIMALS)
    return None, None
