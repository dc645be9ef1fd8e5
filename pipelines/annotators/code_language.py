"""Which programming language a file is in, by linguist's rules and data; what a source says of it stays."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from winnow.filters.document import Document
from winnow.filters.rules import Rule
from winnow.filters.setting_checks import each, within
from winnow.filters.text import Text
from winnow.pipelines.annotators import linguist


@dataclass(frozen=True)
class CodeLanguage:
    """Sets `code_language` where it is not known, and says whether it is one that the recipe keeps."""

    path: str = "path"
    """The key of a document's `meta` that holds the file's path."""
    keep: tuple[str, ...] = ()
    """Languages that the rule `listed` lets through, as linguist calls them ("C++"), in any case; none means all."""
    max_characters: int = 16_384
    """Only so much of the text is read."""

    STOPS: ClassVar[bool] = True
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("known"), Rule("listed", min=1.0))
    ABOUT: ClassVar[Mapping[str, str]] = {
        "known": "1 where the programming language is known, else 0",
        "listed": "1 where the recipe keeps the programming language, else 0",
    }

    def __post_init__(self) -> None:
        each(self, "keep", str.strip, "names of languages")
        within(self, "max_characters", 1, 100_000_000)

    def annotate(self, document: Document) -> Document:
        if document.code_language is not None:
            return document
        content = document.text[: self.max_characters].encode("utf-8", "replace")
        found = linguist.language(document.meta.get(self.path, ""), content)
        return replace(document, code_language=found)

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        """`known`: whether there is a language; `listed`: 1 where it is among `keep`, else 0."""
        language = document.code_language
        kept = {name.lower() for name in self.keep}
        listed = None if language is None else float(not kept or language.lower() in kept)
        return {"known": float(language is not None), "listed": listed}
