"""robots.txt as RFC 9309 (https://www.rfc-editor.org/rfc/rfc9309) says: whose rules they are, and what they let fetch.

Our reading:
- a group is an agent's where the name in its line, up to a version or a comment, equals it, whatever the case (2.2.1);
  all its groups count together; `*` counts only for an agent that has none, and other records end no group (2.2.4);
- paths are compared octet by octet, after percent-encoding was undone on both sides: the standard has all characters
  but the unreserved ones encoded before it compares, which comes to the same (2.2.2). `%2A` and `%24` are no wildcards;
- of the rules that match the one of most octets counts, and `allow` where two are as long. An octet that is written as
  three characters is one;
- read as well are the misspellings that search engines read, a space for the colon, and patterns that begin with `*`.

Every match is linear in the path: between two wildcards stands a plain string, and its first place is the best.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from winnow.filters.agents import TOKEN

EVERYONE = "*"
MOST_BYTES = 500 * 1024
"""What a crawler must read of a file at least (2.5), and what is read here."""
PATH = "/robots.txt"

_MOST_HOST = 253
_URL = re.compile(
    r"(https?)://(?:[^/?#@]*@)?(\[[0-9a-f:.]+\]|[^\s/?#@:\[\]\\]+)(?::([0-9]{0,5}))?(?:([/?][^#]*)?(?:#.*)?)",
    re.IGNORECASE | re.DOTALL,
)
_PORTS = {"http": "80", "https": "443"}
_LINE = re.compile(
    rb"(user-agent|useragent|user agent|(allow)|disallow|dissallow|dissalow|disalow|diasllow|disallaw)"
    rb"(?:[ \t]*:|[ \t])[ \t]*(.*)",
    re.IGNORECASE | re.DOTALL,
)
_BLANK = b" \t\v\f\0"
_BOM = b"\xef\xbb\xbf"
_PLAIN = "/:@!&'()+,;=?"
"""Characters beside letters, digits and `-._~` that patterns are written with; `%`, `*`, `$` and `#` are none."""


def place_of(url: str) -> tuple[str, str] | None:
    """(scheme, host and port, as `https://example.org`; path and query) of an http or https URL; None of any other."""
    found = _URL.fullmatch(url)
    if found is None:
        return None
    scheme, host, port, path = found.group(1).lower(), found.group(2).lower().removesuffix("."), *found.group(3, 4)
    if not host or len(host) > _MOST_HOST:
        return None
    port = (port or "").lstrip("0")
    origin = f"{scheme}://{host}" + (f":{port}" if port not in ("", _PORTS[scheme]) else "")
    path = path or ""
    return origin, path if path.startswith("/") else f"/{path}"


def is_robots_txt(url: str | None) -> bool:
    """Whether this is the address of an origin's robots.txt: no other path, no query."""
    place = place_of(url) if url else None
    return place is not None and place[1] == PATH


@dataclass(frozen=True, slots=True)
class Rule:
    """One `allow` or `disallow`."""

    allow: bool
    octets: int
    """Of the pattern, its wildcards included."""
    pieces: tuple[bytes, ...]
    """What stands between the wildcards; the first is how a path begins."""
    ends: bool
    """Whether the path ends with the last piece."""

    @staticmethod
    def of(allow: bool, pattern: bytes) -> "Rule":
        pieces, ends = _pieces(pattern)
        return Rule(allow, sum(map(len, pieces)) + len(pieces) - 1 + ends, pieces, ends)

    def matches(self, path: bytes) -> bool:
        if not path.startswith(self.pieces[0]):
            return False
        at, last = len(self.pieces[0]), len(self.pieces) - 1
        if not last:
            return not self.ends or at == len(path)
        for piece in self.pieces[1:last]:
            if (found := path.find(piece, at)) < 0:
                return False
            at = found + len(piece)
        if self.ends:
            return len(path) - len(self.pieces[last]) >= at and path.endswith(self.pieces[last])
        return path.find(self.pieces[last], at) >= 0


class Robots:
    """The rules of one robots.txt for some agents, in the order in which they are tried: the first match decides."""

    def __init__(self, text: bytes, agents: Iterable[str]) -> None:
        self._rules: dict[str, list[Rule]] = {}
        agents = [agent.lower() for agent in agents]
        for names, lines in _groups(text, agents):
            for name in names:
                self._rules.setdefault(name, []).extend(Rule.of(*line) for line in lines)
        for rules in self._rules.values():
            rules.sort(key=lambda rule: (-rule.octets, not rule.allow))
        if all(agent in self._rules for agent in agents):
            self._rules.pop(EVERYONE, None)

    def allows(self, path: str) -> bool:
        """Whether all of the agents may fetch a path (with its query)."""
        octets = unquote_to_bytes(path.encode("utf-8", "replace"))
        return path == PATH or all(
            next((rule.allow for rule in rules if rule.matches(octets)), True) for rules in self._rules.values()
        )


def kept(text: bytes, agents: Iterable[str], *, cut: bool = False) -> str:
    """What a robots.txt says to these agents and to all others, as a smaller one in ASCII that means the same to them.

    With `cut` the text was cut short before, perhaps inside a line.
    """
    if cut or len(text) > MOST_BYTES:
        text = text[:MOST_BYTES]
        text = text[: max(text.rfind(b"\n"), text.rfind(b"\r")) + 1]  # a rule cut short would be one of more paths
    written: list[str] = []
    for names, lines in _groups(text, agents):
        written += [f"user-agent: {name}" for name in names]
        written += [f"{'allow' if allow else 'disallow'}: {_spelled(pattern)}" for allow, pattern in lines]
        written += ["disallow:"] * (not lines)  # else the next group's agents would be this one's
    return "".join(f"{line}\n" for line in written)


def _groups(text: bytes, agents: Iterable[str]) -> Iterator[tuple[list[str], list[tuple[bool, bytes]]]]:
    """(names in lower case, rules), in the file's order, of the groups for these agents and for everyone."""
    wanted = {EVERYONE, *(agent.lower() for agent in agents)}
    names, lines = dict[str, None](), dict[tuple[bool, bytes], None]()
    ruled = False
    """Whether a rule of the group was met, so that the next agent begins another."""
    for is_rule, allow, value in _lines(text):
        if not is_rule:
            if ruled and names:
                yield list(names), list(lines)
            if ruled:
                names, lines, ruled = {}, {}, False
            if (name := _name(value)) in wanted:
                names[name] = None
            continue
        ruled = True
        if names and value.startswith((b"/", b"*")):
            lines[allow, value] = None
    if names:
        yield list(names), list(lines)


def _lines(text: bytes) -> Iterator[tuple[bool, bool, bytes]]:
    """(whether it is a rule, whether it allows, value) of every line that is one of the standard's."""
    for line in text.removeprefix(_BOM).replace(b"\r", b"\n").split(b"\n"):
        found = _LINE.fullmatch(line.partition(b"#")[0].strip(_BLANK))
        if found:
            yield found.group(1)[:1] not in b"uU", found.group(2) is not None, found.group(3)


def _name(value: bytes) -> str:
    """The robot that a line names: `ccbot` of `CCBot/2.0 (https://...)`."""
    text = value.decode("latin-1")
    if text == EVERYONE:
        return EVERYONE
    found = TOKEN.match(text)
    return found.group().lower() if found else ""


def _pieces(pattern: bytes) -> tuple[tuple[bytes, ...], bool]:
    ends = pattern.endswith(b"$")
    return tuple(map(unquote_to_bytes, pattern.removesuffix(b"$").split(b"*"))), ends


def _spelled(pattern: bytes) -> str:
    pieces, ends = _pieces(pattern)
    return "*".join(quote(piece, safe=_PLAIN) for piece in pieces) + "$" * ends
