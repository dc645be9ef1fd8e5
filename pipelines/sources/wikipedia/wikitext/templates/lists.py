"""Lists made by templates, as lines where each item has one and in a row where it has not."""

import re

from winnow.pipelines.sources.wikipedia.prose.marks import CUT
from winnow.pipelines.sources.wikipedia.wikitext.call import Call
from winnow.pipelines.sources.wikipedia.wikitext.templates.handler import Handler, argument, names

_CONTENT = "plainlist|plain list|flatlist|columns-list|column list|colonnes|collapse|hidden|scroll box"
_LINES = "ubl|unbulleted list|ublist|ubt|vunblist|bulleted list|blist|bulletlist"
_NUMBERED = "ordered list|numbered list|olist"
_ROW = "hlist|flat list|comma separated entries|cslist|inline list|horizontal list"
_WIDTH = re.compile(r"[\d.]*(?:em|px|%)?|colwidth=.*")
_COLUMNS = ("col1", "col2", "col3", "col4", "col5")


def lines(mark: str) -> Handler:
    """{{unbulleted list|one|two}}"""

    def shown(call: Call) -> str:
        items = [f"\n{mark} {item}" for item in call.positional() if item]
        return "".join(items) + "\n" if items else CUT

    return shown


def row(call: Call) -> str:
    """{{hlist|one|two}}: "one, two"."""
    return ", ".join(item for item in call.positional() if item) or CUT


def content(call: Call) -> str:
    """{{plainlist|\n* one\n* two}}; {{columns-list|2|\n* one}}, where the first says how many columns."""
    text = call.get("1", "content", "list")
    if not call.name.startswith("plain") and (second := call.get("2")) and _WIDTH.fullmatch(text):
        text = second
    return f"\n{text}\n" if text else CUT


def collapsible(call: Call) -> str:
    items = [call.get("title"), *call.positional()]
    return "".join(f"\n* {item}" for item in items if item) + "\n"


def column_start(call: Call) -> str:
    """{{div col|2}} begins columns that end elsewhere; {{div col|content=...}} holds them."""
    text = call.get("content")
    return f"\n{text}\n" if text else CUT


def columns(call: Call) -> str:
    """{{columns|col1=...|col2=...}}"""
    return "".join(f"\n\n{text}\n\n" for key in _COLUMNS if (text := call.get(key))) or CUT


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(names(_CONTENT), content),
    **{name: lines("*") for name in names(_LINES)},
    **{name: lines("#") for name in names(_NUMBERED)},
    **dict.fromkeys(names(_ROW), row),
    **dict.fromkeys(("div col", "colbegin", "columns-start"), column_start),
    "collapsible list": collapsible,
    "columns": columns,
    "term": lambda call: f"\n;{call.get('content', '2', 'term', '1')}\n",
    "defn": lambda call: f"\n:{call.get('defn', '1')}\n",
    "glossary term": argument("1"),
}
