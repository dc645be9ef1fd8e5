"""The settings of WARC and ARC files: what a recipe can say of them."""

import re
from dataclasses import dataclass
from typing import ClassVar

from winnow.filters.setting_checks import each, one_of, within
from winnow.pipelines.sources.warc.kinds import CAPTURES

_DIGESTS = ("reject", "note", "ignore")
_STATUS = re.compile(r"[1-9]\d\d", re.ASCII)
_MIME = re.compile(r"[^\sA-Z/;]+/[^\sA-Z/;]+")


@dataclass(frozen=True, slots=True)
class WarcSettings:
    """What of a WARC file becomes text. Recipes set these fields by name."""

    statuses: tuple[str, ...] = ("200",)
    """HTTP status codes whose pages are kept. 200 stands for 203 too, and for a 206 whose range is the whole page."""
    mimes: tuple[str, ...] = ("text/html", "application/xhtml+xml", "text/plain")
    """Media types kept, after the declared one was checked against the payload."""
    max_payload_bytes: int = 20 * 1024 * 1024
    """Cap on a payload, as stored and again as decoded."""
    digest: str = "reject"
    """What a digest that does not agree does: `reject`, `note` (in meta), or `ignore` (not computed). That of a payload
    is a note in any case where that of the block, of which it is a part, agrees."""

    CARRIERS: ClassVar[tuple[str, ...]] = CAPTURES

    def __post_init__(self) -> None:
        each(self, "statuses", _STATUS.fullmatch, "statuses of three digits", some=True)
        each(self, "mimes", _MIME.fullmatch, "media types in lower case", some=True)
        within(self, "max_payload_bytes", 1, 1_000_000_000)
        one_of(self, "digest", _DIGESTS)
