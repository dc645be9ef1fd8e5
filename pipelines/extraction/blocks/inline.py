"""Inline elements that say more than their text: powers and indices, formulas."""

import re

from selectolax.lexbor import LexborNode

from winnow.pipelines.extraction.blocks.mathml import as_tex

_POWER = re.compile(r"[\d+\u2212\-]|[a-z]\b", re.IGNORECASE)
_BASE = re.compile(r"[\w)\]]")


def scripted(script: str, before: str, text: str) -> str:
    """The text of a `sup` or `sub` behind the character `before`: 10<sup>6</sup> is 10^6 and no 106."""
    if script == "sup" and _BASE.match(before) and _POWER.match(text):
        return f"^{text}"
    if script == "sub" and before.isdecimal() and text[:1].isdecimal():
        return f"_{text}"
    return text


def tex(math: LexborNode) -> str:
    """A formula as TeX: what it carries, or what its elements say; "" where its text is enough."""
    found = math.css_first('annotation[encoding*="tex" i]')
    stated = found.text() if found is not None else math.attributes.get("alttext")
    return _in_dollars(stated or as_tex(math))


def tex_of_script(script: LexborNode) -> str:
    """The formula of a script that holds one, as MathJax 2 has it."""
    kind = script.attributes.get("type")
    return _in_dollars(script.text()) if kind and kind.startswith("math/tex") else ""


def _in_dollars(text: str) -> str:
    return f"${text.strip()}$" if text.strip() else ""
