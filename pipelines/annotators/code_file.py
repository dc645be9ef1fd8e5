"""What kind of file it is: written by people for this project, or copied in, generated, minified, a list, data.

By its path, by linguist's rules (enry) and by rules of ours where they miss: see `filters.code`. The Stack v2 drops
what is vendored or generated; what a recipe drops is said by its limits.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from winnow.filters.code import density, generated, names
from winnow.filters.document import Document
from winnow.filters.edits import Span
from winnow.filters.rules import Rule
from winnow.filters.setting_checks import within
from winnow.filters.text import Text
from winnow.pipelines.annotators import linguist

STACK_2 = "Lozhkov et al. 2024 (The Stack v2)"
_VENDORED = re.compile(
    r"(?:\A|/)(?:_?vendor(?:ed|s)?|site-packages|dist-packages|\.venv|bower_components|pods|carthage|submodules|godeps"
    r"|third[_-]?party|3rd[_-]?party|node_modules|jspm_packages)/", re.IGNORECASE
)  # fmt: skip
_OWN = re.compile(r"(?<=/)(?:cache/|external/(?=(?:tests?/)?[^/]*\Z))", re.IGNORECASE)
"""Folders that linguist takes for those of downloads, where they are parts of a project like others."""
_TEST = re.compile(
    r"(?:\A|/)(?:tests?|testing|__tests__|specs?|testdata|test_data|fixtures|unittests?)/|(?:\A|/)test_[^/]*\Z"
    r"|_tests?\.\w+\Z|\.(?:test|spec)\.\w+\Z|(?:\A|/)conftest\.py\Z", re.IGNORECASE
)  # fmt: skip


@dataclass(frozen=True)
class CodeFile:
    """One measure a kind: 1 where a file is of it, 0 where it is not, None where a path would tell."""

    path: str = "path"
    """The key of a document's `meta` that holds the file's path inside its repository."""
    max_characters: int = 1_000_000
    """Only so much of the text is read."""

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule("vendored", max=0, paper=STACK_2),
        Rule("generated", max=0, paper=STACK_2),
        Rule("minified", max=0),
        Rule("lock", max=0),
        Rule("data", max=0),
        Rule("test"),
        Rule("documentation"),
        Rule("configuration"),
    )
    ABOUT: ClassVar[Mapping[str, str]] = {
        "vendored": "1 for a file copied in from another project, else 0",
        "generated": "1 for a file that a program wrote, else 0",
        "minified": "1 for minified code, else 0",
        "lock": "1 for a lock file of dependencies, else 0",
        "data": "1 for a file of data, else 0",
        "test": "1 for a test, else 0",
        "documentation": "1 for documentation, else 0",
        "configuration": "1 for configuration, else 0",
    }

    def __post_init__(self) -> None:
        within(self, "max_characters", 1000, 1_000_000_000)

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        path, string = document.meta.get(self.path, ""), text.string[: self.max_characters]
        language = document.code_language
        found: dict[str, bool | None] = dict.fromkeys(rule.name for rule in self.RULES)
        found |= {
            "generated": _is_generated(string, path, language),
            "minified": density.is_minified(string, path, language),
            "data": density.is_data(string, path),
        }
        if path:
            found |= {
                "vendored": _VENDORED.search(path) is not None or linguist.is_vendored(_OWN.sub("", path)),
                "lock": names.is_lock(path),
                "test": _TEST.search(path) is not None or linguist.is_test(path),
                "documentation": linguist.is_documentation(path),
                "configuration": names.is_configuration(path),
            }
        return {kind: None if held is None else float(held) for kind, held in found.items()}

    def spans(self, document: Document, text: Text) -> dict[str, list[Span]]:
        """The mark of a generated file."""
        path, string = document.meta.get(self.path, ""), text.string[: self.max_characters]
        mark = generated.mark(string, path, document.code_language)
        return {"generated": [mark]} if mark else {}


def _is_generated(text: str, path: str, language: str | None) -> bool:
    if generated.is_named_generated(path) or generated.mark(text, path, language):
        return True
    return bool(path) and linguist.is_generated(path, text.encode("utf-8", "replace"))
