"""Quantities: {{convert|5|km|mi}} shows what the author gave, not what a program makes of it."""

# ruff: noqa: RUF001, RUF002  marks that look like others are meant

import re

from winnow.pipelines.sources.wikipedia.prose.marks import CUT
from winnow.pipelines.sources.wikipedia.wikitext.call import Call
from winnow.pipelines.sources.wikipedia.wikitext.functions import grouped
from winnow.pipelines.sources.wikipedia.wikitext.templates.handler import Handler, names

_UNITS = {
    "c": "°C", "f": "°F", "k": "K", "°c": "°C", "°f": "°F", "c-change": "°C", "f-change": "°F", "sqmi": "sq mi",
    "oilbbl": "barrels", "koilbbl": "thousand barrels", "moilbbl": "million barrels", "goilbbl": "billion barrels",
    "oilbbl/d": "barrels per day", "koilbbl/d": "thousand barrels per day", "moilbbl/d": "million barrels per day",
    "sqkm": "km²", "sqft": "sq ft", "sqyd": "sq yd", "sqin": "sq in", "sqnmi": "sq nmi", "cuft": "cu ft",
    "cuyd": "cu yd", "cuin": "cu in", "cumi": "cu mi", "km2": "km²", "m2": "m²", "cm2": "cm²", "mm2": "mm²",
    "km3": "km³", "m3": "m³", "cm3": "cm³", "mm3": "mm³", "mi2": "sq mi", "ft2": "sq ft", "in2": "sq in",
    "ft3": "cu ft", "in3": "cu in", "yd3": "cu yd", "km/h": "km/h", "kmh": "km/h", "cuft/s": "cu ft/s", "m3/s": "m³/s",
    "usgal": "US gal", "impgal": "imp gal", "us gal": "US gal", "imp gal": "imp gal", "usoz": "US fl oz",
    "impoz": "imp fl oz", "usqt": "US qt", "ozt": "ozt", "nmi": "nmi", "smi": "mi", "l/100 km": "L/100 km",
    "mpgus": "mpg", "mpgimp": "mpg", "mpg-us": "mpg", "mpg-imp": "mpg", "lb-f": "lbf", "lbf": "lbf", "lbft": "lb⋅ft",
    "lb.ft": "lb⋅ft", "lbfft": "lbf⋅ft", "nm": "nm", "n.m": "N⋅m", "kg/m3": "kg/m³", "g/cm3": "g/cm³",
    "/sqmi": "per square mile", "/km2": "per km²", "pd/sqmi": "inhabitants per square mile",
    "pd/km2": "inhabitants per km²", "inhabitants/km2": "inhabitants per km²", "ppsqmi": "people per square mile",
    "m/s2": "m/s²", "mt": "t", "lt": "long tons", "long ton": "long tons", "short ton": "short tons",
    "metric ton": "tonnes", "acre": "acres", "foot": "ft", "feet": "ft", "inch": "inches", "mile": "miles",
    "pound": "pounds", "kn": "kn", "kt": "kn", "hp": "hp", "u$": "US$", "um": "μm", "uF": "μF",
}  # fmt: skip
_TIMES = {"3": "thousand", "6": "million", "9": "billion", "12": "trillion"}
_POWER = re.compile(r"e(3|6|9|12)(\D.*)")
_BETWEEN = {
    "-": "–", "–": "–", "to": " to ", "to-": " to ", "to(-)": " to ", "and": " and ", "and(-)": " and ", "or": " or ",
    "by": " by ", "x": " × ", "×": " × ", "xx": " × ", "*": " × ", "+/-": " ± ", "±": " ± ", "+": " + ", ",": ", ",
    "/": "/", "by(x)": " by ", "to about": " to about ", "and(-)about": " and ", "min": "–",
}  # fmt: skip
_NUMBER = re.compile(r"[-−+~\d.,/–×⅛¼⅓½⅔¾]+")
_MOST = 12
"""Numbers and units at the front of a call; what follows is what to convert to."""


def convert(call: Call) -> str:
    """{{convert|5|to|10|km|mi}}: "5 to 10 km"; {{convert|6|ft|2|in|m}}: "6 ft 2 in"."""
    values = call.positional()[:_MOST]
    if not values or not values[0]:
        return CUT
    shown, at = _number(values[0]), 1
    while at + 1 < len(values) and values[at] in _BETWEEN:
        shown += _BETWEEN[values[at]] + _number(values[at + 1])
        at += 2
    if at >= len(values):
        return shown
    shown += _unit(values[at])
    while at + 2 < len(values) and _NUMBER.fullmatch(values[at + 1]) and values[at + 2].isalpha():  # 6 ft 2 in
        shown += f" {_number(values[at + 1])}{_unit(values[at + 2])}"
        at += 2
    return shown


def _number(text: str) -> str:
    """1+1/2 as 1 1/2; thousands with a comma."""
    return grouped(text.replace("//", "/").replace("+", " ").strip()) if text[:1] != "+" else text


def _unit(unit: str) -> str:
    """A unit as text writes it, with the space before it: e6km2 is " million km²"."""
    times = ""
    if (match := _POWER.fullmatch(unit)) is not None:
        times, unit = f" {_TIMES[match[1]]}", match[2]
    return f"{times} {_UNITS.get(unit.lower(), unit)}" if unit and unit != "°" else unit


def value(call: Call) -> str:
    """{{val|6.241|e=18|u=m}}: "6.241×10¹⁸ m"."""
    numbers = call.positional()
    shown = grouped(numbers[0]) if numbers and call.language == "en" else "".join(numbers[:1])
    if len(numbers) > 1 and numbers[1]:
        shown += f"({numbers[1]})" if numbers[1].isdecimal() else f"±{numbers[1]}"
    if power := call.get("e"):
        shown += f"×10<sup>{power}</sup>" if shown else f"10<sup>{power}</sup>"
    unit = call.get("u", "ul")
    per = call.get("up", "upl")
    return f"{call.get('p')}{shown}{unit and f' {unit}'}{f'/{per}' if per else ''}{call.get('s')}" or CUT


def fraction(call: Call) -> str:
    """{{frac|3}}: 1/3; {{frac|1|2}}: 1/2; {{frac|3|1|2}}: 3 1/2."""
    values = [part for part in call.positional()[:3] if part]
    if not values:
        return CUT
    if len(values) == 1:
        return f"1/{values[0]}" if call.name.startswith("fr") else values[0]
    over, under = (part if part.isalnum() else f"({part})" for part in values[-2:])
    return f"{values[0]} {over}/{under}" if len(values) == 3 else f"{over}/{under}"


def height(call: Call) -> str:
    """{{height|ft=6|in=2}}"""
    units = (("m", "m"), ("cm", "cm"), ("ft", "ft"), ("in", "in"))
    return " ".join(f"{number} {unit}" for key, unit in units if (number := call.get(key))) or CUT


def with_unit(call: Call) -> str:
    """{{unité|5|km}}, {{unidad|5|km}}: what is given, with a space."""
    return " ".join(part for part in call.positional()[:2] if part) or CUT


def coordinates(call: Call) -> str:
    """{{coord|12|31|7|N|70|2|9|W}}: "12°31′07″N 70°02′09″W"; where only the title shows them, nothing."""
    if call.get("display", "2") in ("title", "t"):
        return CUT
    shown, numbers = "", [value for value in call.positional() if value]
    marks = iter("°′″")
    for value in numbers[:8]:
        if value in "NSEWO":
            shown, marks = f"{shown}{value} ", iter("°′″")
        elif value.replace(".", "", 1).isdecimal() and (mark := next(marks, "")):
            shown += f"{value if mark == '°' else value.zfill(2)}{mark}"
        else:
            break
    return shown.strip() if shown.endswith(" ") else CUT


def old_convert(call: Call) -> str:
    """{{km to mi|5}}"""
    return f"{call.get('1')}{_unit(call.name.partition(' to ')[0])}" if call.get("1") else CUT


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("convert", "cvt", "conv", "convert/2", "convert/3", "convertir", "cvt/2"), convert),
    **dict.fromkeys(("val",), value),
    **dict.fromkeys(("frac", "fraction", "sfrac", "sfracn", "frac2", "frac-0", "tfrac", "dfrac"), fraction),
    "coord": coordinates,
    **dict.fromkeys(("height", "hauteur"), height),
    **dict.fromkeys(("unité", "unite", "unidad", "nombre", "nb"), with_unit),
    **{f"{one} to {other}": old_convert for one, other in (
        ("km", "mi"), ("mi", "km"), ("ft", "m"), ("m", "ft"), ("kg", "lb"), ("lb", "kg"), ("cm", "in"), ("in", "cm"),
        ("mph", "km/h"), ("km/h", "mph"), ("acre", "ha"), ("ha", "acre"), ("km2", "sqmi"), ("sqmi", "km2"),
    )},
    **{name: lambda call: grouped(call.get("1")) or CUT for name in names("num|nts|formatnum|fmtn|format price")},
}  # fmt: skip
