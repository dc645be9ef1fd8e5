"""What MediaWiki reads inside of lines: bold and italic marks, HTML tags, links to the web, magic words.

All expressions are linear: nothing between two `<` or two `[` is read twice.
"""

import html
import re

from winnow.pipelines.sources.wikipedia.prose.marks import BREAK, CUT
from winnow.pipelines.sources.wikipedia.prose.scripts import lowered, raised
from winnow.pipelines.sources.wikipedia.wikitext.scan import EXTENSIONS

_FORMATTING_NAMES = """
    b i u s em strong small big span font code tt kbd samp var cite abbr acronym q dfn del ins strike bdi bdo mark data
    time ruby rb rp rt rtc wbr nobr a img sup sub noinclude onlyinclude translate tvar languages link meta
"""
_FORMATTING = frozenset(_FORMATTING_NAMES.split()) | frozenset(EXTENSIONS)
_TO_LINES = {
    "br": BREAK, "hr": "\n\n", "p": "\n\n", "blockquote": "\n\n", "center": "\n\n", "div": "\n", "section": "\n",
    "caption": "\n|+ ", "tr": "\n|-\n", "thead": "\n", "tbody": "\n", "tfoot": "\n", "big": "", "figure": "\n",
    "figcaption": "\n", "aside": "\n", "details": "\n", "summary": "\n",
}  # fmt: skip
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)(?=[\s/>])([^<>]*)>")
_HIDDEN = re.compile(r"<(span|div)\b[^<>]*display\s*:\s*none[^<>]*>[^<]*</\1\s*>", re.IGNORECASE)
_PLAIN_TAG = re.compile(r"</?(?:b|i|u|s|em|strong|small|big|span|font|var|cite|nowiki|bdi)\b[^<>]*>", re.IGNORECASE)
_SCRIPT = re.compile(r"<(su[bp])\b[^<>]*>([^<]*)</\1\s*>", re.IGNORECASE)
_WEB_LINK = re.compile(
    r"\[(?:(?:https?|ftps?|ircs?|news|mailto|gopher):|//)[^\s\[\]<>\"]+([ \t][^\[\]\n]*)?\]", re.IGNORECASE
)
_QUOTES = re.compile(r"'{2,}")
_SWITCH = re.compile(r"__[^\W\d_]+(?:_[^\W\d_]+)*__")
_STRAY = re.compile(r"\{\{+|\}\}+|\[\[+|\]\]+")
_VARIANTS = re.compile(r"-\{([^{}]*)\}-")
_VARIANT_LANGUAGES = frozenset(("zh", "gan", "wuu", "sr", "sh", "kk", "ku", "tg", "uz", "iu", "shi"))
"""Whose wikis show one text in several scripts."""
_DISAMBIGUATION = "__DISAMBIG__"
_DEEPEST_LIST = 10


def without_marks(text: str, language: str) -> tuple[str, bool]:
    """`text` with only line structure left; whether it holds the magic word of a disambiguation page."""
    disambiguation = _DISAMBIGUATION in text
    if "-{" in text and language in _VARIANT_LANGUAGES:
        text = _VARIANTS.sub(_variant, text)
    if "<" in text:
        text = _without_tags(text)
    if "''" in text:
        text = "\n".join([_without_quotes(line) if "''" in line else line for line in text.split("\n")])
    if "//" in text or "mailto:" in text:
        text = _WEB_LINK.sub(_label, text)
    if "__" in text:
        text = _SWITCH.sub(lambda match: CUT if match[0].isupper() else match[0], text)
    return _STRAY.sub("", text), disambiguation


def _without_tags(text: str) -> str:
    text = _HIDDEN.sub(CUT, text)
    text = _PLAIN_TAG.sub("", text)
    text = _SCRIPT.sub(_script, text)
    return _TAG.sub(_Tags(), text)


def _variant(match: re.Match[str]) -> str:
    """-{zh-hans:one; zh-hant:other}-: the first; rules for the rest of the page (-{H|...}-) show nothing."""
    flags, bar, rules = match[1].rpartition("|")
    if bar and not {"H", "T", "-"}.isdisjoint(flags.replace(" ", "").split(";")):
        return CUT
    variant, colon, text = rules.partition(";")[0].partition(":")
    return text.strip() if colon and variant.strip().replace("-", "").isascii() else rules


def _script(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 8) : match.start()].rstrip("'")[-1:]
    inner = html.unescape(_QUOTES.sub("", match[2]).replace(CUT, ""))
    return (raised if match[1].lower() == "sup" else lowered)(inner, before)


class _Tags:
    """HTML tags to the lines of wikitext that mean the same."""

    def __init__(self) -> None:
        self.lists = ""
        """The marks of the lists that are open: "*#"."""

    def __call__(self, match: re.Match[str]) -> str:
        closing, name, _ = match.groups()
        name = name.lower()
        if name in _FORMATTING:
            return ""
        if name in _TO_LINES:
            return _TO_LINES[name] if not closing or name not in ("caption", "tr") else "\n"
        if name in ("ul", "ol", "dl", "menu", "dir"):
            return self._list(name, closing)
        if name in ("li", "dd", "dt"):
            mark = {"li": "", "dd": ":", "dt": ";"}[name]
            return "\n" if closing else f"\n{self.lists or '*'}{mark if not self.lists.endswith(':') else ''} "
        if name == "table":
            return f"\n{{|{match[3]}\n" if not closing else "\n|}\n"
        if name in ("td", "th"):
            return "\n" if closing else f"\n|{match[3]}|"
        if len(name) == 2 and name[0] == "h" and name[1] in "123456":
            marks = "=" * int(name[1])
            return f"{marks}\n" if closing else f"\n{marks}"
        return match[0]

    def _list(self, name: str, closing: str) -> str:
        if closing:
            self.lists = self.lists[:-1]
        elif len(self.lists) < _DEEPEST_LIST:
            self.lists += {"ol": "#", "dl": ":"}.get(name, "*")
        return "\n" if self.lists else "\n\n"


def _label(match: re.Match[str]) -> str:
    return (match[1] or "").strip() or CUT


def _without_quotes(line: str) -> str:
    """The line without '' and ''': of five both go, of four one is an apostrophe, as MediaWiki reads them."""
    runs = [len(run) for run in _QUOTES.findall(line)]
    italic = sum(run == 2 or run >= 5 for run in runs)
    bold = sum(run >= 3 for run in runs)
    apostrophe = -1
    if italic % 2 and bold % 2 and 3 in runs:  # one ''' is an apostrophe and '': ''Enterprise'''s
        apostrophe = _apostrophe_at(line)

    def shown(match: re.Match[str]) -> str:
        run = len(match[0])
        return "'" * (1 if run == 4 or match.start() == apostrophe else max(0, run - 5))

    return _QUOTES.sub(shown, line)


def _apostrophe_at(line: str) -> int:
    """Where the first ''' stands behind a word, else the first of all."""
    places = [match.start() for match in _QUOTES.finditer(line) if len(match[0]) == 3]
    return next((place for place in places if line[place - 1 : place].isalnum()), places[0])
