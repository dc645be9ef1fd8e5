"""Inline templates of large wikis other than the English one."""

from winnow.pipelines.sources.wikipedia.prose.marks import CUT
from winnow.pipelines.sources.wikipedia.wikitext.call import Call
from winnow.pipelines.sources.wikipedia.wikitext.templates.dates import one_date
from winnow.pipelines.sources.wikipedia.wikitext.templates.handler import Handler, argument, names

_FIRST = "romain|exp|terme défini|fchim|formule chimique"
_DATES = "date|date-|fecha|data|datum|дата|date de naissance|date de décès"
_GERMAN = "en|fr|la|it|es|ru|pl|nl|ja|ar|he|hu|tr|pt|el|grc|zh|ko|sv"
_SECOND = "citation étrangère|langue"


def century(call: Call) -> str:
    """French {{s|XIX}}: "XIXe siècle"; elsewhere {{s|text}} is struck out."""
    numeral = call.get("1")
    if call.language != "fr":
        return numeral or CUT
    return f"{numeral}{call.get('2') or 'e'} siècle" if numeral else CUT


def spanish_century(call: Call) -> str:
    """{{siglo|XIX||s}}: "siglo XIX"."""
    word = {"s": "siglo ", "S": "Siglo "}.get(call.get("3"), "siglo ")
    return f"{word}{call.get('1')}"


def worded_date(call: Call) -> str:
    """{{date|1|janvier|2000}}: the words in their order; numbers alone as elsewhere."""
    values = [value for value in call.positional() if value]
    if len(values) >= 2 and values[1].isalpha():
        return " ".join(values[:3])
    return one_date(call)


def german_language(call: Call) -> str:
    """{{enS|word}}"""
    return call.get("1") or CUT


def italian_measure(call: Call) -> str:
    """{{M|5|ul=km}}; elsewhere the name means other things."""
    if call.language != "it":
        return CUT
    return " ".join(filter(None, (call.get("1"), call.get("ul", "u", "2")))) or CUT


HANDLERS: dict[str, Handler] = {
    **{name: argument("1") for name in names(_FIRST)},
    **{name: argument("2", "1") for name in names(_SECOND)},
    **dict.fromkeys(("s", "s-", "siècle", "sp", "sp-", "-s", "-s-"), century),
    **dict.fromkeys(("siglo", "siglos"), spanish_century),
    **dict.fromkeys(names(_DATES), worded_date),
    **{f"{code}s": german_language for code in names(_GERMAN)},
    "m": italian_measure,
}
