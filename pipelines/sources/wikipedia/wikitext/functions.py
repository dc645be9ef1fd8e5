"""Parser functions and magic words: a sensible branch, the page's own name, or nothing."""

# ruff: noqa: RUF001  marks that look like others are meant

from typing import TYPE_CHECKING

from winnow.pipelines.sources.wikipedia.prose.marks import CUT
from winnow.pipelines.sources.wikipedia.wikitext.nodes import Nodes

if TYPE_CHECKING:
    from winnow.pipelines.sources.wikipedia.wikitext.expand import Expander

_NAMES_OF_PAGE = frozenset(("PAGENAME", "FULLPAGENAME", "BASEPAGENAME", "SUBPAGENAME", "PAGENAMEE", "FULLPAGENAMEE"))
_SAME = frozenset(
    ("lc", "uc", "lcfirst", "ucfirst", "nowrap", "plural", "grammar", "padleft", "padright", "anchorencode")
)


def expanded(name: str, parts: list[Nodes], expander: "Expander") -> str | None:
    """What a function or magic word shows; None if `name` is neither."""
    if name in _NAMES_OF_PAGE:
        return expander.page.title
    function, colon, first = name.partition(":")
    function, first = function.strip().lower(), first.strip()
    if not colon:
        return CUT if name.startswith("#") else None
    if function in ("#if", "#ifeq", "#ifexpr", "#ifexist", "#iferror"):
        return _branch(function, first, parts, expander)
    if function == "#switch":
        return _switch(first, parts, expander)
    if function == "formatnum":
        return grouped(first) if expander.language == "en" else first
    if function in _SAME:
        return _cased(function, first)
    if function == "#tag" and first.lower() in ("nowiki", "code", "poem") and len(parts) > 1:
        return expander.expand(parts[1])
    return CUT if function.startswith("#") else None


def _branch(function: str, first: str, parts: list[Nodes], expander: "Expander") -> str:
    """{{#if: condition | then | else}}, {{#ifeq: one | other | then | else}}; what cannot be known counts as true."""
    if function == "#ifeq":
        holds, then = len(parts) > 1 and first == expander.expand(parts[1]).strip(), 2
    elif function == "#iferror":
        return expander.expand(parts[2]).strip() if len(parts) > 2 else first
    else:
        holds, then = bool(first.replace(CUT, "")) and not (function == "#ifexpr" and first == "0"), 1
    place = then if holds else then + 1
    return expander.expand(parts[place]).strip() if len(parts) > place else CUT


def _switch(first: str, parts: list[Nodes], expander: "Expander") -> str:
    """{{#switch: value | case = result | #default = result}}; a case without result falls through."""
    matched, default = False, CUT
    for part in parts[1:]:
        case, equals, result = _case(part, expander)
        matched = matched or case == first
        if matched and equals:
            return result
        if case == "#default" or not equals:
            default = result if equals else case
    return default


def _case(part: Nodes, expander: "Expander") -> tuple[str, bool, str]:
    text = expander.expand(part)
    case, equals, result = text.partition("=")
    return case.strip(), bool(equals), result.strip()


def _cased(function: str, text: str) -> str:
    match function:
        case "lc":
            return text.lower()
        case "uc":
            return text.upper()
        case "lcfirst":
            return text[:1].lower() + text[1:]
        case "ucfirst":
            return text[:1].upper() + text[1:]
    return text


def grouped(number: str) -> str:
    """1234567.5 as 1,234,567.5; what is no number as it is."""
    whole, point, rest = number.partition(".")
    digits = whole.lstrip("-−+")
    return (
        f"{whole[: len(whole) - len(digits)]}{int(digits):,}{point}{rest}"
        if digits.isdecimal() and len(digits) < 30
        else number
    )
