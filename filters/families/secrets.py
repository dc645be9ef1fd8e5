"""Secrets in code and text: how many of each kind there are, and the editor that masks them.

What stands in a secret's place depends on nothing but its kind, and a second pass finds it no more. E-mail and IP
addresses are `mask_personal`'s. StarCoder masks keys in code (Li et al. 2023, 4.3) by detect-secrets, a model, or both;
what is a secret here is said in `filters.code.secrets`.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from winnow.filters.code.secrets import KINDS, secrets
from winnow.filters.document import Document
from winnow.filters.edits import Change, Span
from winnow.filters.rules import Rule
from winnow.filters.setting_checks import each
from winnow.filters.steps import Edit
from winnow.filters.text import Text

PAPER = "Li et al. 2023 (StarCoder), 4.3, where they are masked"


@dataclass(frozen=True)
class Secrets:
    """Counts the secrets of every kind; no limit is published."""

    RULES: ClassVar[tuple[Rule, ...]] = tuple(Rule(kind, paper=PAPER) for kind in KINDS)
    ABOUT: ClassVar[Mapping[str, str]] = {kind: f"{kind.replace('_', ' ')} found in the text" for kind in KINDS}

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        """How many there are of each kind."""
        counts = Counter(kind for _, kind in secrets(text.string))
        return {kind: float(counts[kind]) for kind in KINDS}

    def spans(self, document: Document, text: Text) -> dict[str, list[Span]]:
        """The secrets."""
        found: dict[str, list[Span]] = {kind: [] for kind in KINDS}
        for span, kind in secrets(text.string):
            found[kind].append(span)
        return found


@dataclass(frozen=True)
class MaskSecrets:
    """Puts the name of its kind in the place of a secret: <AWS_KEY>."""

    keep: tuple[str, ...] = ()
    """Kinds that are left: "secrets" and "passwords" are those told by a name beside them and not by their form."""

    def __post_init__(self) -> None:
        each(self, "keep", KINDS.__contains__, f"some of {', '.join(KINDS)}")

    def edit(self, document: Document, text: Text) -> Edit:
        """Mask, and count what was masked of each kind."""
        found = [(span, kind) for span, kind in secrets(text.string) if kind not in self.keep]
        counts = Counter(kind for _, kind in found)
        changes = [Change(start, end, placeholder(kind)) for (start, end), kind in found]
        return Edit(changes, {kind: counts[kind] for kind in KINDS})


def placeholder(kind: str) -> str:
    """ "aws_keys" -> "<AWS_KEY>"."""
    return f"<{kind.removesuffix('s').upper()}>"
