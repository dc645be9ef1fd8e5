"""Elements that say more than their text: powers and indices, formulas, the language of code, numbers of lists."""

import re

from selectolax.lexbor import LexborNode

from winnow.pipelines.extraction.blocks.mathml import as_tex
from winnow.pipelines.extraction.blocks.names import MOST_CHARACTERS

_POWER = re.compile(r"[\d+\u2212\-]|[a-z]\b", re.IGNORECASE)
_CURRENCIES = frozenset("$\u20ac\u00a3\u00a5")
_LANGUAGE = re.compile(r"(?:^|\s)(?:language|lang|highlight-source|highlight)-([A-Za-z][\w+#.-]{0,30})(?=\s|$)")
_NO_LANGUAGE = frozenset(("none", "text", "plaintext", "default", "notranslate"))
_INTEGER = re.compile(r"\s*([+-]?\d{1,9})")
_BASE = re.compile(r"[\w)\]]")


def scripted(script: str, before: str, text: str) -> str:
    """The text of a `sup` or `sub` behind the character `before`: 10<sup>6</sup> is 10^6 and no 106."""
    if script == "sup" and _BASE.match(before) and _POWER.match(text):
        return f"^{text}"
    if script == "sub" and before.isdecimal() and text[:1].isdecimal():
        return f"_{text}"
    return text


def stands_apart(before: str, text: str, node: LexborNode) -> bool:
    """Whether a text is shown apart from the one before it, though no white space says so.

    Links to two places side by side are, where a capital begins: `<a>FPS</a><a>Shooter</a>`; spans where it would stand
    behind a small letter or a digit: `<span>4.5</span><span>Reviews</span>`. A sign of a currency counts as a capital.
    """
    first, last = text[:1], before[-1:]
    if not (first.isupper() or first in _CURRENCIES) or last.isspace() or node.prev is not None:
        return False
    around = node.parent
    beside = around.prev if around is not None else None
    if beside is None or around is None or beside.tag != around.tag:
        return False
    if around.tag == "span":
        return last.islower() or last.isdecimal()
    return around.tag == "a" and around.attributes.get("href") != beside.attributes.get("href")


def tex(math: LexborNode) -> str:
    """A formula as TeX: what it carries, or what its elements say; "" where its text is enough."""
    found = math.css_first('annotation[encoding*="tex" i]')
    stated = found.text() if found is not None else math.attributes.get("alttext")
    return _in_dollars(stated or as_tex(math))


def tex_of_script(script: LexborNode) -> str:
    """The formula of a script that holds one, as MathJax 2 has it."""
    kind = script.attributes.get("type")
    return _in_dollars(script.text()) if kind and kind.startswith("math/tex") else ""


def language_of(pre: LexborNode) -> str:
    """The language of a listing by its classes or those around it: `language-python`, `highlight-source-python`."""
    above = pre.parent
    around = [pre.css_first("code"), pre, above, above.parent if above is not None else None]
    for element in around:
        given = element.attributes.get("class") if element is not None else None
        if given and (found := _LANGUAGE.search(given[:MOST_CHARACTERS])) and found[1] not in _NO_LANGUAGE:
            return found[1]
    return ""


def number_of(value: str | None) -> int | None:
    """The `start` of a list or the `value` of an item, as browsers read it."""
    found = _INTEGER.match(value or "")
    return int(found[1]) if found else None


def _in_dollars(text: str) -> str:
    return f"${text.strip()}$" if text.strip() else ""
