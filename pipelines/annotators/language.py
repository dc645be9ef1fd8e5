"""Which language a text is in: fastText's lid.176 (Joulin et al. 2016, https://arxiv.org/abs/1607.01759), one adapter.

A text is identified as one line, as everywhere in the field; unlike Dolma we do not lower-case it. The model is asked
through the raw binding, since fastText 0.9.3's own `predict` fails beside NumPy 2. Very short text and code give
confident nonsense: the label is recorded in any case, and the rules can be left out of a recipe.
"""

import functools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from winnow.filters.document import Document
from winnow.filters.kinds import CODE
from winnow.filters.rules import Rule
from winnow.filters.setting_checks import NotAllowed, each, is_word, within
from winnow.filters.text import LEAST_PROSE, Text
from winnow.pipelines.annotators.models import MODELS, cached_model

_SHA256 = re.compile(r"[0-9a-f]{64}")
_LABEL = "__label__"
_DECIMALS, _FEW = 6, 3
_LEAST = 0.0005
"""What is less has nothing in three decimals."""
_EVERY = -1
"""As many labels as the model knows."""


@dataclass(frozen=True)
class Language:
    """Annotates a document with the language of its text, and measures it for the rules."""

    model: str = "lid.176.ftz"
    """The model's file in the cache."""
    sha256: str = MODELS["lid.176.ftz"].sha256
    """Of that file: another one is refused."""
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

    def __post_init__(self) -> None:
        if not self.model.isprintable() or "/" in self.model or self.model in ("", ".", "..") or len(self.model) > 100:
            raise NotAllowed("model", self.model, "wanted the name of a file, without '/'")
        if not _SHA256.fullmatch(self.sha256):
            raise NotAllowed("sha256", self.sha256, "wanted 64 hex digits in lower case")
        each(self, "keep", is_word, "codes of languages")
        within(self, "max_characters", 1, 1_000_000_000)

    def load(self) -> Any:
        """Return the model, read once a process; raise MissingModel where it is not in the cache."""
        return loaded(cached_model(self.model, self.sha256))

    def annotate(self, document: Document) -> Document:
        """Return the document with its language and the score of that label; both None for a text without words."""
        text = _without_code(document) if self.skip_code else document.text
        language, score = identify(self.load(), text[: self.max_characters])
        return replace(document, language=language, language_score=score)

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        """`score`: the label's probability; `listed`: 1 where the language is among `keep`, else 0."""
        listed = None if document.language is None else float(not self.keep or document.language in self.keep)
        return {"listed": listed, "score": document.language_score}

    def screens(self, rules: Sequence[Rule]) -> bool:
        """Whether a document in another language than those of `keep` is dropped."""
        return bool(self.keep) and any(rule.name == "listed" and (rule.min or 0) > 0 for rule in rules)

    def nearest(self, pieces: Iterable[str], enough: float) -> tuple[float, str | None]:
        """Return the highest probability of a language of `keep` in any piece, and the language that most pieces have.

        The probability has three decimals, which leave out the digits that differ from processor to processor.
        """
        model, best, first = self.load(), 0.0, Counter[str]()
        for piece in pieces:
            found = predicted(model, piece, _EVERY, _LEAST)
            best = max([best, *(round(chance, _FEW) for label, chance in found if label in self.keep)])
            if best >= enough:
                break
            if found:
                first[found[0][0]] += 1
        return best, next((label for label, _ in first.most_common(1)), None)


def _without_code(document: Document) -> str:
    text = Text.of(document)
    if not text.kinds or CODE not in text.kinds:
        return text.string
    rest = "\n".join(line for line, kind in text.kinded if kind != CODE)
    return rest if len(rest) >= LEAST_PROSE * len(text.string) else text.string


@functools.cache
def loaded(path: Path) -> Any:
    """Return the fastText model in `path`, read once a process.

    Threads may share it: its binding holds Python's lock through a prediction, whose state is the call's own.
    """
    from fasttext import FastText  # brings NumPy: not before a model is needed

    model = FastText.fasttext.fasttext()  # the binding itself: `fasttext.load_model` writes a warning on every load
    model.loadModel(str(path))
    return model


def identify(model: Any, text: str) -> tuple[str | None, float | None]:
    """Return the most likely label ("en") and its probability, rounded to six decimals; (None, None) without words."""
    for label, probability in predicted(model, text, 1):
        return label, round(probability, _DECIMALS)
    return None, None


def predicted(model: Any, text: str, most: int, least: float = 0.0) -> list[tuple[str, float]]:
    """Return (label, probability), the likeliest first, none below `least`; none for a text without words."""
    line = text.replace("\n", " ").replace("\r", " ").replace("\0", " ")  # ten times faster than str.translate
    line = line.encode("utf-8", "replace").decode()  # a lone surrogate has no UTF-8
    if not line.strip():
        return []
    found = model.predict(f"{line}\n", most, least, "strict")
    return [(label.removeprefix(_LABEL), min(float(probability), 1.0)) for probability, label in found]
