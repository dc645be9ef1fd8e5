"""Whether a page's host forbids crawlers to fetch it: the robots.txt files of a crawl, as `winnow robots` gathers them.

Unknown is a page of a host whose robots.txt is not among them, or was not to be had (RFC 9309, 2.3.1). Where a redirect
leads to another host's robots.txt, that one counts, through five redirects at most. What a page and its headers say is
the step `opt_out`'s.
"""

import collections
import functools
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from winnow.filters.agents import AGENTS, is_agent
from winnow.filters.document import Document
from winnow.filters.robots import Robots, place_of
from winnow.filters.rules import Rule
from winnow.filters.setting_checks import NotAllowed, each
from winnow.filters.text import Text

if TYPE_CHECKING:
    from winnow.pipelines.annotators.robots_table import RobotsTable

MADE_BY = "winnow robots --input PATTERN --output FILE"
_REDIRECTS = 5
_MOST_PATH = 1 << 13
"""Characters of a path that rules are held against; servers take none that is longer."""
_AT_HAND = 1 << 22
"""Characters of robots.txt files that are kept parsed: of the last hosts."""


@dataclass(frozen=True)
class RobotsTxt:
    """1 where one of the agents may not fetch the page, 0 where all may. Without `list`, all is unknown."""

    list: str = ""
    """The file that `winnow robots` wrote."""
    agents: tuple[str, ...] = AGENTS

    NEEDS_TEXT: ClassVar[bool] = False
    FILES: ClassVar[tuple[str, ...]] = ("list",)
    NEEDED: ClassVar[str] = "list"
    RULES: ClassVar[tuple[Rule, ...]] = (Rule("disallowed", paper="RFC 9309"),)
    ABOUT: ClassVar[Mapping[str, str]] = {
        "disallowed": "1 where the host's robots.txt forbids crawlers the page, else 0",
    }

    def __post_init__(self) -> None:
        each(self, "agents", is_agent, "names of robots, without a version", some=True)

    def check_files(self) -> None:
        """NotAllowed where the list is of another kind, or says nothing of an agent."""
        from winnow.pipelines.annotators.robots_table import NotATable, RobotsTable, named  # brings pyarrow

        try:
            table = RobotsTable(self.list)
        except NotATable as error:
            raise NotAllowed("list", self.list, f"such a file is made with {MADE_BY} ({error})") from error
        if missing := [agent for agent in self.agents if agent.lower() not in table.agents]:
            again = " ".join(named([*table.agents, *self.agents]))
            raise NotAllowed("agents", self.agents, f"{self.list} was made without {', '.join(missing)}; make it again "
                             f"with --agents {again}")  # fmt: skip

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        place = place_of(document.url) if self.list and document.url else None
        robots = _known(self.list, self.agents).of(place[0]) if place else None
        if place is None or robots is None or len(place[1]) > _MOST_PATH:
            return {"disallowed": None}
        return {"disallowed": float(not robots.allows(place[1]))}


class _Known:
    """The rules of every host of a table, for some agents; the last ones are at hand. Threads may share it."""

    def __init__(self, table: "RobotsTable", agents: tuple[str, ...]) -> None:
        self._table, self._agents = table, agents
        self._parsed = collections.OrderedDict[str, Robots]()
        self._characters = 0
        self._lock = threading.Lock()

    def of(self, origin: str) -> Robots | None:
        """The rules for an origin; None where they are not known."""
        at: str | None = origin
        for _ in range(1 + _REDIRECTS):
            row = self._table.find(at) if at is not None else None
            if row is None:
                return None
            if row.rules is not None:
                return self._of(row.rules)
            at = row.location
        return None

    def _of(self, rules: str) -> Robots:
        """Many hosts have the same rules."""
        with self._lock:
            found = self._parsed.get(rules)
            if found is None:
                found = self._parsed[rules] = Robots(rules.encode(), self._agents)
                self._characters += len(rules)
            self._parsed.move_to_end(rules)
            while self._characters > _AT_HAND and len(self._parsed) > 1:
                self._characters -= len(self._parsed.popitem(last=False)[0])
        return found


@functools.cache
def _known(path: str, agents: tuple[str, ...]) -> _Known:
    """Opened once a process."""
    from winnow.pipelines.annotators.robots_table import RobotsTable

    return _Known(RobotsTable(path), agents)
