"""How sure the extraction was of a page's text, where it says so: the engine `blocks` does."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from winnow.filters.document import Document
from winnow.filters.rules import Rule
from winnow.filters.text import Text


@dataclass(frozen=True)
class Extraction:
    """Unknown of a text that was not extracted, or by an engine that does not say."""

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule("confidence", paper="Winnow: the word F1 that the engine expects, 0 to 1"),
    )
    ABOUT: ClassVar[Mapping[str, str]] = {
        "confidence": "how well the extraction expects to have met the main text, 0 to 1",
    }

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        try:
            confidence = float(document.meta.get("extraction_confidence", ""))
        except ValueError:
            return {"confidence": None}
        return {"confidence": confidence if math.isfinite(confidence) else None}
