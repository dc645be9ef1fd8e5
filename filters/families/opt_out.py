"""What a web page and its server ask of those who use it: measured, and dropped only where a recipe sets a limit.

    noai              do not train on it: a convention of DeviantArt's, 2022 (`noimageai` is about pictures)
    noindex           do not show it in a search index
    noarchive         keep no copy of it
    tdm_reservation   the right to mine it is reserved: https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240510/

They are said in the header X-Robots-Tag, in meta tags, and in the header or meta tag tdm-reservation, for all robots or
for one by its name. What a host's robots.txt forbids is measured by the step `robots_txt`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from winnow.filters.agents import AGENTS
from winnow.filters.document import Document
from winnow.filters.rules import Rule
from winnow.filters.text import Text

_SAID = ("x_robots_tag", "meta_robots")
_VALUED = ("max-snippet", "max-image-preview", "max-video-preview", "unavailable_after")
"""Directives with a colon of their own, so that what stands before it is no robot's name."""
_NONE = ("noindex", "nofollow")
"""What `none` stands for."""
_AGENT = re.compile(r"([a-z0-9_.-]+) ?: ?")


@dataclass(frozen=True)
class OptOut:
    """1 where it is asked, 0 where it is not; unknown of a document that is no web page."""

    agents: tuple[str, ...] = tuple(map(str.lower, AGENTS))
    """What is asked of one of these counts as well as what is asked of all."""

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule("noai", paper="DeviantArt 2022"),
        Rule("noindex", paper="as search engines document it"),
        Rule("noarchive", paper="as search engines document it"),
        Rule("tdm_reservation", paper="W3C TDMRep 2024, 3"),
    )
    ABOUT: ClassVar[Mapping[str, str]] = {
        "noai": "1 where the page asks not to be trained on, else 0",
        "noindex": "1 where the page asks not to be indexed, else 0",
        "noarchive": "1 where the page asks that no copy be kept, else 0",
        "tdm_reservation": "1 where the right to mine the page is reserved, else 0",
    }

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        meta = document.meta
        if "http_status" not in meta and not any(name in meta for name in (*_SAID, "tdm_reservation")):
            return dict.fromkeys(rule.name for rule in self.RULES)
        asked = {directive for name in _SAID for directive in self._directives(meta.get(name, ""))}
        measures: dict[str, float | None] = {
            rule.name: float(rule.name in asked) for rule in self.RULES if rule.name != "tdm_reservation"
        }
        return {**measures, "tdm_reservation": float(meta.get("tdm_reservation", "").strip() == "1")}

    def _directives(self, said: str) -> Iterator[str]:
        for field in said.split(";"):
            agent = ""
            for part in field.split(","):
                directive = part.strip()
                named = _AGENT.match(directive)
                if named and named.group(1) not in _VALUED:
                    agent, directive = named.group(1), directive[named.end() :]
                if not agent or agent in self.agents:
                    yield from _NONE if directive == "none" else (directive,)
