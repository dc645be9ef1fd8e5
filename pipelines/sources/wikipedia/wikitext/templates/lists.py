"""Lists made by templates, as lines where each item has one and in a row where it has not."""

from winnow.pipelines.sources.wikipedia.prose.marks import CUT
from winnow.pipelines.sources.wikipedia.wikitext.call import Call
from winnow.pipelines.sources.wikipedia.wikitext.templates.handler import Handler, argument, names

_CONTENT = """
    plainlist|plain list|endplainlist|flatlist|columns-list|column list|div col text|multicol text|nowrap list|cmn|columnslist
    colonnes|collapse|hidden|collapsible|cot text|no col break|navbox list|scroll box|longlist|multiple columns text
"""
_LINES = "ubl|unbulleted list|ublist|ubt|vunblist|bulleted list|blist|bulletlist|bull list|unbulletedlist|blist2|liste simple"
_NUMBERED = "ordered list|numbered list|olist|num list"
_ROW = "hlist|flat list|hlist-comma|comma separated entries|hlist/comma|cslist|inline list|horizontal list|csv"
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
    """{{plainlist|\n* one\n* two}}"""
    text = call.get("1", "content", "list")
    return f"\n{text}\n" if text else CUT


def collapsible(call: Call) -> str:
    items = [call.get("title"), *call.positional()]
    return "".join(f"\n* {item}" for item in items if item) + "\n"


def columns(call: Call) -> str:
    """{{columns|col1=...|col2=...}}"""
    return "".join(f"\n{text}\n" for key in _COLUMNS if (text := call.get(key))) or CUT


HANDLERS: dict[str, Handler] = {
    **{name: content for name in names(_CONTENT)},
    **{name: lines("*") for name in names(_LINES)},
    **{name: lines("#") for name in names(_NUMBERED)},
    **{name: row for name in names(_ROW)},
    "collapsible list": collapsible,
    "columns": columns,
    "term": lambda call: f"\n;{call.get('content', '2', 'term', '1')}\n",
    "defn": lambda call: f"\n:{call.get('defn', '1')}\n",
    "glossary term": argument("1"),
}
