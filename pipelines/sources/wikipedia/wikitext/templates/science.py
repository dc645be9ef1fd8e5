"""Formulas that templates write: chemistry, physics, music, railways, computing."""

import re

from winnow.pipelines.sources.wikipedia.prose.marks import CUT
from winnow.pipelines.sources.wikipedia.wikitext.call import Call
from winnow.pipelines.sources.wikipedia.wikitext.templates.handler import Handler, argument

_CHARGE = re.compile(r"\d*[+−-]")
_MUSIC = {"flat": "♭", "sharp": "♯", "natural": "♮", "b": "♭", "#": "♯", "doubleflat": "♭♭", "doublesharp": "×", "dim": "°", "halfdim": "ø"}
_NOT_METRIC = re.compile(r"(\d+)\s*(mm|m|in|ft)", re.IGNORECASE)


def chemical(call: Call) -> str:
    """{{chem|H|2|O}}: "H2O"; {{chem|Na|+}}: "Na⁺"."""
    return "".join(f"<sup>{part}</sup>" if _CHARGE.fullmatch(part) else part for part in call.positional()) or CUT


def chemical_formula(call: Call) -> str:
    """{{chem2|H2O}} as it is written."""
    return call.get("1").replace("(-)", "⁻") or CUT


def nuclide(call: Call) -> str:
    """{{nuclide|calcium|48}}: "calcium-48"."""
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


def color_box(call: Call) -> str:
    return call.get("2") or CUT


HANDLERS: dict[str, Handler] = {
    "chem": chemical,
    "chem/link": chemical,
    "chem2": chemical_formula,
    "ce text": chemical_formula,
    **{name: nuclide for name in ("nuclide", "nuclide2", "simplenuclide", "simple nuclide", "simplenuclide2")},
    "e": power,
    "esp": power,
    "10^": ten_to,
    "music": music,
    **{name: gauge for name in ("railgauge", "track gauge", "gauge", "tg")},
    **{name: root for name in ("radic", "sqrt")},
    **{name: color_box for name in ("color box", "colorbox", "colour box", "legend inline", "legend2")},
    "abs": lambda call: f"|{call.get('1')}|",
    "langle": lambda call: f"⟨{call.get('1')}⟩",
    "floor": lambda call: f"⌊{call.get('1')}⌋",
    "ceil": lambda call: f"⌈{call.get('1')}⌉",
    "intervals": argument("1"),
    "closed-closed": lambda call: f"[{', '.join(call.positional())}]",
    "open-open": lambda call: f"({', '.join(call.positional())})",
    "closed-open": lambda call: f"[{', '.join(call.positional())})",
    "open-closed": lambda call: f"({', '.join(call.positional())}]",
    "gaps": lambda call: "".join(call.positional()) or CUT,
    "hexadecimal": lambda call: f"0x{call.get('1')}",
    "octal": lambda call: f"0o{call.get('1')}",
}
