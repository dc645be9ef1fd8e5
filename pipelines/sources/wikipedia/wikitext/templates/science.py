"""Formulas that templates write: chemistry, physics, music, railways, computing."""

# ruff: noqa: RUF001, RUF002  marks that look like others are meant

import re

from winnow.pipelines.sources.wikipedia.prose.marks import CUT
from winnow.pipelines.sources.wikipedia.wikitext.call import Call
from winnow.pipelines.sources.wikipedia.wikitext.templates.handler import Handler, argument

_ELEMENTS = """
    hydrogen H helium He lithium Li beryllium Be boron B carbon C nitrogen N oxygen O fluorine F neon Ne sodium Na
    magnesium Mg aluminium Al aluminum Al silicon Si phosphorus P sulfur S sulphur S chlorine Cl argon Ar potassium K
    calcium Ca scandium Sc titanium Ti vanadium V chromium Cr manganese Mn iron Fe cobalt Co nickel Ni copper Cu zinc Zn
    gallium Ga germanium Ge arsenic As selenium Se bromine Br krypton Kr rubidium Rb strontium Sr yttrium Y zirconium Zr
    niobium Nb molybdenum Mo technetium Tc ruthenium Ru rhodium Rh palladium Pd silver Ag cadmium Cd indium In tin Sn
    antimony Sb tellurium Te iodine I xenon Xe caesium Cs cesium Cs barium Ba lanthanum La cerium Ce praseodymium Pr
    neodymium Nd promethium Pm samarium Sm europium Eu gadolinium Gd terbium Tb dysprosium Dy holmium Ho erbium Er
    thulium Tm ytterbium Yb lutetium Lu hafnium Hf tantalum Ta tungsten W rhenium Re osmium Os iridium Ir platinum Pt
    gold Au mercury Hg thallium Tl lead Pb bismuth Bi polonium Po astatine At radon Rn francium Fr radium Ra actinium Ac
    thorium Th protactinium Pa uranium U neptunium Np plutonium Pu americium Am curium Cm berkelium Bk californium Cf
    einsteinium Es fermium Fm mendelevium Md nobelium No lawrencium Lr
"""
_SYMBOLS = dict(zip(_ELEMENTS.split()[::2], _ELEMENTS.split()[1::2], strict=True))
_CHARGE = re.compile(r"\d*[+−-]")
_MUSIC = {
    "flat": "♭",
    "sharp": "♯",
    "natural": "♮",
    "b": "♭",
    "#": "♯",
    "doubleflat": "♭♭",
    "doublesharp": "×",
    "dim": "°",
    "halfdim": "ø",
}
_NOT_METRIC = re.compile(r"(\d+)\s*(mm|m|in|ft)", re.IGNORECASE)


def chemical(call: Call) -> str:
    """{{chem|H|2|O}}: "H2O"; {{chem|Na|+}}: "Na⁺"."""
    return "".join(map(_part, call.positional())) or CUT


def _part(part: str) -> str:
    if _CHARGE.fullmatch(part):
        return f"<sup>{part}</sup>"
    return part if part[:1].isupper() or part[:1] in "()[]" else f"<sub>{part}</sub>"


def element(call: Call) -> str:
    """{{carbon|4}}: "C4"."""
    return f"{_SYMBOLS[call.name]}{call.get('1')}"


def chemical_formula(call: Call) -> str:
    """{{chem2|H2O}} as it is written."""
    return call.get("1").replace("(-)", "⁻") or CUT


def nuclide(call: Call) -> str:
    """{{nuclide|calcium|48}}: "calcium-48", as it is read aloud."""
    return "-".join(part for part in call.positional()[:2] if part) or CUT


def power(call: Call) -> str:
    """{{e|24}}: "×10²⁴"."""
    return f"×10<sup>{call.get('1')}</sup>"


def ten_to(call: Call) -> str:
    return f"10<sup>{call.get('1')}</sup>"


def music(call: Call) -> str:
    sign = call.get("1")
    return _MUSIC.get(sign.lower(), sign) or CUT


def gauge(call: Call) -> str:
    """{{track gauge|1435mm}}: "1435 mm"."""
    return _NOT_METRIC.sub(r"\1 \2", call.get("1")) or CUT


def root(call: Call) -> str:
    return f"√({call.get('1')})" if call.get("1") else "√"


HANDLERS: dict[str, Handler] = {
    "chem": chemical,
    "chem/link": chemical,
    **dict.fromkeys(_SYMBOLS, element),
    "chem2": chemical_formula,
    **dict.fromkeys(("nuclide", "nuclide2", "simplenuclide", "simple nuclide", "simplenuclide2"), nuclide),
    "e": power,
    "esp": power,
    "10^": ten_to,
    "music": music,
    **dict.fromkeys(("railgauge", "track gauge", "gauge", "tg"), gauge),
    **dict.fromkeys(("radic", "sqrt"), root),
    **{name: argument("2") for name in ("color box", "colorbox", "colour box", "legend inline", "legend2")},
    "abs": lambda call: f"|{call.get('1')}|",
    "floor": lambda call: f"⌊{call.get('1')}⌋",
    "ceil": lambda call: f"⌈{call.get('1')}⌉",
    "closed-closed": lambda call: f"[{', '.join(call.positional())}]",
    "open-open": lambda call: f"({', '.join(call.positional())})",
    "closed-open": lambda call: f"[{', '.join(call.positional())})",
    "open-closed": lambda call: f"({', '.join(call.positional())}]",
    "gaps": lambda call: "".join(call.positional()) or CUT,
}
