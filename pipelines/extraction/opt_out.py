"""What a page's meta tags ask of robots and of text and data mining, as facts for the step `opt_out`."""

import re
from collections.abc import Iterable

_ALL = "robots"
_ONE = re.compile(r"[a-z0-9_.-]*(?:bot|spider|crawler|extended|-ai)")
"""Names of meta tags for one robot: `gptbot`, `google-extended`."""
_MOST = 200
"""Characters that are kept of either."""


def facts(tags: Iterable[tuple[str | None, str | None]]) -> dict[str, str]:
    """`meta_robots` as `noindex, noai; gptbot: noindex`, and `tdm_reservation`; each only where a tag says it.

    `tags` are (name, content).
    """
    asked: dict[str, None] = {}
    found: dict[str, str] = {}
    for said, of in tags:
        name, content = _plain(said), _plain(of)
        if not name or not content:
            continue
        if name == "tdm-reservation":
            found.setdefault("tdm_reservation", content[:_MOST])
        elif name == _ALL:
            asked[content] = None
        elif _ONE.fullmatch(name):
            asked[f"{name}: {content}"] = None
    if asked:
        found["meta_robots"] = "; ".join(asked)[:_MOST]
    return found


def _plain(value: str | None) -> str:
    return " ".join((value or "")[: 2 * _MOST].lower().split())
