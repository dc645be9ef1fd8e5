"""The kinds of items of WARC and ARC files: the types of their records."""

import re

from winnow.pipelines.sources.items import GAP, UNKNOWN

CAPTURES = ("conversion", "resource", "response")
"""Records that hold what was captured, or was made of it."""
_NO_CAPTURES = re.compile(r"[\s<]*(metadata|urn|file):", re.IGNORECASE)
"""Schemes under which crawlers put what nobody served them: their logs and settings (wget's, with passwords in them),
files of their own, what they made of a page (Browsertrix's `urn:text:`)."""
_KIND = re.compile(r"[a-z][a-z0-9_-]{0,31}")


def kind_of(warc_type: str | None, uri: str | None) -> str:
    """Return the WARC-Type as a kind of item: lower case; `unknown` for none or what cannot be one. What nobody served
    is a kind of its own, such as `resource of metadata:`."""
    kind = (warc_type or "").strip().lower()
    if not _KIND.fullmatch(kind) or kind == GAP:
        return UNKNOWN
    scheme = _NO_CAPTURES.match(uri or "") if kind in CAPTURES else None
    return f"{kind} of {scheme.group(1).lower()}:" if scheme else kind


def arc_kind_of(url: str) -> str:
    """The same of a record of an ARC file, which says no type."""
    return "filedesc" if url.startswith("filedesc://") else kind_of("response", url)
