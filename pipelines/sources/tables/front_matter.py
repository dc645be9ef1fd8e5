"""What a text says of itself at its top: the front matter of Markdown files, and their first heading.

Front matter is YAML between two lines of three dashes. Of YAML only what such heads are made of is read: `key: value`,
quoted or not, and lists on one line or one item a line. Where there is anything else, it is no front matter but text.
"""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_MOST = 1 << 16
"""Characters of front matter, and of the text in which the first heading is searched."""
_FENCE = re.compile(r"---[ \t]*")
_END = re.compile(r"(?:---|\.\.\.)[ \t]*")
_PAIR = re.compile(r"([A-Za-z_][\w .-]{0,60}):(?:[ \t]+(.*))?")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*)")
_HEADING = re.compile(r"#[ \t]+(.*)")
_CODE = re.compile(r" {0,3}(?:```|~~~)")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_MARKS = re.compile(r"[*`]+")


@dataclass(frozen=True, slots=True)
class Told:
    """What stands in front matter, and the text behind it."""

    text: str
    facts: Mapping[str, str] = field(default_factory=dict)
    """By key in lower case; of a list its items with commas between them."""


def parted(text: str) -> Told:
    """The text without its front matter, and what that says."""
    lines = text[:_MOST].split("\n")
    if not _FENCE.fullmatch(lines[0].rstrip("\r")):
        return Told(text)
    facts: dict[str, list[str]] = {}
    key = ""
    for number, line in enumerate((line.rstrip("\r") for line in lines[1:-1]), 1):
        if _END.fullmatch(line):
            behind = sum(len(each) + 1 for each in lines[: number + 1])
            return Told(
                text[behind:].lstrip("\r\n"), {name: ", ".join(values) for name, values in facts.items() if values}
            )
        if pair := _PAIR.fullmatch(line):
            key = pair.group(1).strip().lower()
            facts[key] = _values(pair.group(2) or "")
        elif key and (item := _ITEM.fullmatch(line)):
            facts[key] += _values(item.group(1))
        elif line.strip() and not line.lstrip().startswith("#") and not (key and line[:1] in " \t"):
            break
    return Told(text)


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
    return _MARKS.sub("", _LINK.sub(r"\1", title.rstrip("# \t"))).strip() or None
