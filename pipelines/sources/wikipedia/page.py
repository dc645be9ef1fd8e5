"""What the conversion of a page's markup to text is told of the page."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Page:
    """A page and its wiki."""

    title: str = ""
    language: str | None = None
    """The wiki's, as its dump says: `en`."""
    namespaces: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The names of the wiki's namespaces by key: {"6": ("File",)}; empty where the dump told none."""
