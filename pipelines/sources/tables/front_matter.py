"""What a text says of itself at its top: the front matter of Markdown files, and their first heading.

Front matter is YAML between two lines of three dashes, or TOML between two of three plus signs. Of YAML only what such
heads are made of is read: `key: value`, quoted or not, and lists on one line or one item a line. Where there is
anything else, a key twice, or capitalised keys none of which is usual (a dialogue between two rules), it is no front
matter but text.
"""

import datetime
import itertools
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_MOST = 1 << 16
"""Characters of front matter, and of the text in which the first heading is searched."""
_FENCE, _TOML = re.compile(r"---[ \t]*"), re.compile(r"\+\+\+[ \t]*")
_END = re.compile(r"(?:---|\.\.\.)[ \t]*")
_PAIR = re.compile(r"([A-Za-z_][\w .-]{0,60}):(?:[ \t]+(.*))?")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*)")
_HEADING = re.compile(r"#[ \t]+(.*)")
_CODE = re.compile(r" {0,3}(?:```|~~~)")
_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])")
_MARKS = re.compile(r"[*`]+")
_USUAL = frozenset((
    "abstract", "author", "authors", "categories", "category", "created", "date", "description", "draft", "id",
    "keywords", "lang", "language", "layout", "license", "name", "permalink", "published", "slug", "subtitle",
    "summary", "tags", "title", "type", "updated", "url", "version",
))  # fmt: skip
"""Keys that heads have, in whatever case."""


@dataclass(frozen=True, slots=True)
class Told:
    """What stands in front matter, and the text behind it."""

    text: str
    facts: Mapping[str, str] = field(default_factory=dict)
    """By key in lower case; of a list its items with commas between them."""


def parted(text: str) -> Told:
    """The text without its front matter, and what that says."""
    raw = text[:_MOST].split("\n")
    lines = [line.rstrip("\r") for line in raw]
    for fence, end, read in ((_FENCE, _END, _yaml), (_TOML, _TOML, _toml)):
        if fence.fullmatch(lines[0]):
            last = next((at for at, line in enumerate(lines[1:-1], 1) if end.fullmatch(line)), 0)
            if last and (facts := read(lines[1:last])) is not None:
                behind = sum(len(line) + 1 for line in raw[: last + 1])
                return Told(text[behind:].lstrip("\r\n"), facts)
    return Told(text)


def _yaml(lines: Sequence[str]) -> dict[str, str] | None:
    """What a head says; None where it is none."""
    facts: dict[str, list[str]] = {}
    key, usual = "", True
    for line in lines:
        if pair := _PAIR.fullmatch(line):
            name = pair.group(1).strip()
            key, usual = name.lower(), usual and name[0].islower()
            if key in facts:
                return None
            facts[key] = _values(pair.group(2) or "")
        elif key and (item := _ITEM.fullmatch(line)):
            facts[key] += _values(item.group(1))
        elif line.strip() and not line.lstrip().startswith("#") and not (key and line[:1] in " \t"):
            return None
    if not usual and _USUAL.isdisjoint(facts):
        return None
    return {name: ", ".join(values) for name, values in facts.items() if values}


def _toml(lines: Sequence[str]) -> dict[str, str] | None:
    try:
        found = tomllib.loads("\n".join(lines))
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    texts = {name.lower(): _text(value) for name, value in found.items()}
    return {name: text for name, text in texts.items() if text}


def _text(value: object) -> str:
    """A string, a number, a date, or a list of those; nothing of tables."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_text, value)))
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value) if isinstance(value, str | int | float) else ""


def _values(given: str) -> list[str]:
    """The texts that a value is: several of `[a, b]`, none of nothing or of what begins a block of lines."""
    value = given.strip()
    if value in ("", ">", "|", ">-", "|-", "~", "null", "[]", "{}"):
        return []
    if value[0] == "[" and value[-1] == "]":
        return [found for part in value[1:-1].split(",") for found in _values(part)]
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return [value[1:-1]] if len(value) > 2 else []
    return [value.partition(" #")[0].rstrip()]


def heading(text: str) -> str | None:
    """The first heading of the first rank: `# Title`, or a line above one of `=`; what is in code is none.

    Lines of `#` one after the other are comments of a script or a settings file.
    """
    before, code = "", False
    lines = [line.rstrip() for line in text[:_MOST].split("\n")]
    for line, behind in itertools.pairwise([*lines, ""]):
        comment = before.startswith("#") or behind.startswith("# ") or behind == "#"
        if _CODE.match(line):
            code = not code
        elif not code and not comment and (found := _HEADING.fullmatch(line)) and (title := _bare(found.group(1))):
            return title
        elif not code and before and line and not line.strip("=") and len(line) > 2:
            return _bare(before)
        before = line
    return None


def _bare(title: str) -> str | None:
    text = title.rstrip("# \t")
    for _ in range(2):  # a picture in a link
        text = _LINK.sub(r"\1", text)
    return _MARKS.sub("", text).strip() or None
