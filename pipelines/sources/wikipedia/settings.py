"""The settings of a wiki's dump: what a recipe can say of it."""

import re
from dataclasses import dataclass
from typing import ClassVar

from winnow.filters.setting_checks import each, within

PAGE = "page"
"""The kind of an item that is a page."""
_NAMESPACE = re.compile(r"-?(?:0|[1-9]\d{0,8})", re.ASCII)


@dataclass(frozen=True, slots=True)
class WikipediaSettings:
    """What of a dump becomes text. Recipes set these fields by name."""

    namespaces: tuple[str, ...] = ("0",)
    """Keys of the namespaces that are kept; "0" is that of articles."""
    license: str = "CC-BY-SA-4.0"
    """Of pages that state none: no dump in XML does. "" leaves it to the recipe's `[[source]]`."""
    max_page_bytes: int = 32 * 1024 * 1024
    """Cap on a page as the dump has it, with all its revisions; MediaWiki lets a text have 2 MiB."""

    CARRIERS: ClassVar[tuple[str, ...]] = (PAGE,)

    def __post_init__(self) -> None:
        each(self, "namespaces", _NAMESPACE.fullmatch, 'keys of namespaces: "0", "14"', some=True)
        within(self, "max_page_bytes", 1, 1_000_000_000)
