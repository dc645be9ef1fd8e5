"""Whether a document may be used, by its licence: an SPDX expression against the recipe's list.

Of an expression with OR one side must be allowed, with AND both; WITH an exception it is allowed where its licence is,
for an exception only takes conditions away, or where the two stand in the list together. Identifiers are compared in
any case, `+` behind one is read over. A list, as tables have it (["MIT", "ISC"]), is read as AND. What is no expression
is not known. The default is the Blue Oak Council's list of permissive licences, down to its lowest rating.
"""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from winnow.filters.code.blue_oak import RATINGS, permissive
from winnow.filters.code.expressions import MOST_CHARACTERS, value_of, words_of
from winnow.filters.document import Document
from winnow.filters.rules import Rule
from winnow.filters.setting_checks import each, one_of
from winnow.filters.text import Text

PAPER = "Kocetkov et al. 2022 (The Stack), 3: permissive licences only"
NONE = "none"
_LISTED = re.compile(r"[\[\]\"',\s]+")


@dataclass(frozen=True)
class License:
    """Whether the licence is known, and whether it is allowed."""

    rating: str = "lead"
    """The lowest rating of Blue Oak's list that is allowed: "model", "gold", "silver", "bronze", "lead", or "none"."""
    allow: tuple[str, ...] = ()
    """More SPDX identifiers, or an identifier WITH an exception."""
    deny: tuple[str, ...] = ()
    """Identifiers that are not allowed though the rating has them."""

    NEEDS_TEXT: ClassVar[bool] = False
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("known", min=1, paper=PAPER), Rule("allowed", min=1, paper=PAPER))
    ABOUT: ClassVar[Mapping[str, str]] = {
        "known": "1 where the licence is a known SPDX expression, else 0",
        "allowed": "1 where the recipe's list allows the licence, else 0",
    }

    def __post_init__(self) -> None:
        one_of(self, "rating", (*RATINGS, NONE))
        for setting in ("allow", "deny"):
            each(self, setting, str.strip, "SPDX identifiers")

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        """1 or 0; `allowed` of what is not known is None."""
        found = is_allowed(document.license, self) if document.license else None
        return {"known": float(found is not None), "allowed": None if found is None else float(found)}


@functools.lru_cache(4096)
def is_allowed(expression: str, settings: License) -> bool | None:
    """Whether these settings allow an expression; None where it is none."""
    if expression.lstrip().startswith("["):
        expression = " AND ".join(part for part in _LISTED.split(expression[:MOST_CHARACTERS]) if part)
    allowed = _allowed(settings)
    return value_of(words_of(expression), lambda name: _holds(name, allowed))


@functools.lru_cache(64)
def _allowed(settings: License) -> frozenset[str]:
    rated = permissive(settings.rating) if settings.rating != NONE else frozenset()
    wanted = {" ".join(name.lower().split()) for name in (*rated, *settings.allow)}
    return frozenset(wanted - {name.lower() for name in settings.deny})


def _holds(name: str, allowed: frozenset[str]) -> bool:
    base = name.partition(" with ")[0]
    return name in allowed or base in allowed or (base.endswith("+") and base[:-1] in allowed)
