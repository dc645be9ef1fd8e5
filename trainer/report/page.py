"""The page that a run's data is put into: data_cards/page/run.html, with styles and scripts, as one file.

The data stands there as base64 of compressed JSON, so that no text of others is ever HTML. What may run is named by its
hash in the page's content security policy: a script that came in by any other way would not. The frame, the styles and
the charts are those of the corpus report.
"""

import base64
import gzip
import hashlib
import html
import json
import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from winnow.trainer.aside import whole
from winnow.trainer.errors import printable

_PLACE = re.compile(r"<!--(?:(STYLE|SCRIPT) ([a-z-]+\.(?:css|js))|(TITLE|CSP|DATA))-->")


def render(data: Mapping[str, Any]) -> str:
    """The whole page; `data` is JSON whose `title` names it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    packed = gzip.compress(text.encode("utf-8", "replace"), 6, mtime=0)
    template = _file("run.html")
    parts = {name: _file(name) for _, name, _ in _PLACE.findall(template) if name}
    held = {
        "TITLE": html.escape(printable(str(data["title"]))[:200]),
        "DATA": base64.b64encode(packed).decode("ascii"),
        "CSP": _policy([part for name, part in parts.items() if name.endswith(".js")]),
    }

    def part(match: re.Match[str]) -> str:
        kind, name, place = match.groups()
        return held[place] if place else f"<{kind.lower()}>{parts[name]}</{kind.lower()}>"

    return _PLACE.sub(part, template)


def write(path: Path, data: Mapping[str, Any]) -> None:
    """RunFailed where it cannot be written."""
    with whole(path) as file:
        file.write(render(data).encode("utf-8", "replace"))


def _policy(scripts: list[str]) -> str:
    """Of a page that runs these scripts and fetches nothing."""
    hashes = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii") for script in scripts)
    named = " ".join(f"'sha256-{each}'" for each in hashes)
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src {named}; base-uri 'none'; form-action 'none'"


def _file(name: str) -> str:
    return resources.files("winnow").joinpath("data_cards", "page", name).read_text(encoding="utf-8")
