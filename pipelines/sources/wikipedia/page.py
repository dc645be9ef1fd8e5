"""What the conversion of a page must know of it besides its markup."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Page:
    """One page of a wiki."""

    title: str
    language: str | None = None
    """As the dump says it: "en"; None where it says nothing."""
    namespaces: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The names that this wiki gives its namespaces, by key: {"6": ("File",), "14": ("Category",)}."""
