"""Inline templates of large wikis other than the English one."""

from winnow.pipelines.sources.wikipedia.prose.marks import CUT
from winnow.pipelines.sources.wikipedia.wikitext.call import Call
from winnow.pipelines.sources.wikipedia.wikitext.templates.dates import one_date
from winnow.pipelines.sources.wikipedia.wikitext.templates.handler import Handler, argument, names

_FIRST = "unité de mesure|romain|nobr romain|exp|terme défini|fchim|formule chimique|s mini-|lang sans|пд|s|nobr rus|nobrs"
_SECOND = "citation étrangère|langue|dil|lenguas|lingua|idioma|língua|taal|język|språk|langue du nom|нет в вики"
_ORDINALS = ("e", "er", "ère")


def century(call: Call) -> str:
    """French {{s|XIX}}, {{sp-|XVIII|e|siècle}}: "XIXe siècle"; Russian {{s|text}} is another."""
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
    """{{enS|word}}, {{lang|en|word}} of the German wiki."""
    return call.get("1") or CUT


HANDLERS: dict[str, Handler] = {
    **{name: argument("1") for name in names(_FIRST)},
    **{name: argument("2", "1") for name in names(_SECOND)},
    **{name: century for name in ("s", "s-", "siècle", "sp", "sp-", "-s", "-s-")},
    **{name: spanish_century for name in ("siglo", "siglos")},
    **{name: worded_date for name in ("date", "date-", "fecha", "data", "datum", "дата", "date de naissance", "date de décès")},
    **{f"{code}s": german_language for code in (
        "en", "fr", "la", "it", "es", "ru", "pl", "cs", "nl", "ja", "ar", "he", "hu", "tr", "pt", "el", "grc", "zh", "ko", "sv")},
    "unité/2": argument("1"),
    "m": lambda call: " ".join(filter(None, (call.get("1"), call.get("ul", "u", "2")))) if call.language == "it" else CUT,
    "цитата": argument("1", "текст"),
    "comment": argument("1"),
    "nbsp;": argument("1"),
}  # fmt: skip
