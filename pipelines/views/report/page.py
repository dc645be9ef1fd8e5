"""The page that a report's data is put into: `data_cards/page/report.html`, with styles and scripts, as one file.

The data stands there as base64 of compressed JSON, so that no text of a document is ever HTML. What may run is named by
its hash in the page's content security policy: a script that came in by any other way would not.
"""

import base64
import gzip
import hashlib
import html
import json
import re
from collections.abc import Mapping
from importlib import resources
from typing import Any

from winnow.pipelines.text import clean

TEMPLATE = "report.html"
_PLACE = re.compile(r"<!--(?:(STYLE|SCRIPT) ([a-z-]+\.(?:css|js))|(TITLE|CSP|DATA))-->")
_LEVEL = 6


def render(data: Mapping[str, Any]) -> str:
    """The whole page, of data that is not too much for it (`budget`)."""
    return filled(packed(data), str(data["title"]))


def packed(data: Mapping[str, Any]) -> bytes:
    """The data as it stands in the page, but for base64."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return gzip.compress(text.encode("utf-8", "replace"), _LEVEL, mtime=0)


def filled(data: bytes, title: str) -> str:
    """The template with its parts; `data` is what `packed` gives."""
    template = _page_file(TEMPLATE)
    parts = {name: _page_file(name) for _, name, _ in _PLACE.findall(template) if name}
    held = {
        "TITLE": html.escape(clean(title)), "DATA": base64.b64encode(data).decode("ascii"),
        "CSP": policy([parts[name] for kind, name, _ in _PLACE.findall(template) if kind == "SCRIPT"]),
    }  # fmt: skip

    def part(match: re.Match[str]) -> str:
        kind, name, place = match.groups()
        return held[place] if place else f"<{kind.lower()}>{parts[name]}</{kind.lower()}>"

    return _PLACE.sub(part, template)


def policy(scripts: list[str]) -> str:
    """The content security policy of a page that runs these scripts, shows its own pictures and fetches nothing."""
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii") for script in scripts]
    named = " ".join(f"'sha256-{each}'" for each in hashes) or "'none'"
    return ("default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
            f"script-src {named}; base-uri 'none'; form-action 'none'")  # fmt: skip


def _page_file(name: str) -> str:
    return resources.files("winnow").joinpath("data_cards", "page", name).read_text(encoding="utf-8")
