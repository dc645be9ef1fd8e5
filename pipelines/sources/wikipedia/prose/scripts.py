"""Raised and lowered text, where plain text knows only one line: m² and 10⁻⁵, H2O, x_n, 2^(n+1)."""

# ruff: noqa: RUF001  marks that look like others are meant

_RAISED = str.maketrans("0123456789+-−=()niaobcdefghjklmprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱᵃᵒᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵖʳˢᵗᵘᵛʷˣʸᶻ")
_SIGNS = frozenset("0123456789+-−")


def raised(text: str, before: str) -> str:
    """Exponents and charges as raised characters; words ("19th", "Mme") as they are; the rest behind a "^".

    `before` is the character that it stands behind.
    """
    text = text.strip()
    if text and _SIGNS.issuperset(text):
        return text.translate(_RAISED)
    if len(text) == 1 and text.isalpha() and text.isascii() and text.islower() and before.isalpha():
        return text.translate(_RAISED)
    if all(c.isalpha() or c in ".'’" for c in text) or text[:1] in "([*†‡§":
        return text
    return f"^{text}" if text.isalnum() else f"^({text})"


def lowered(text: str, before: str) -> str:
    """Numbers and what is in brackets as they are; letters behind a letter after a "_"."""
    text = text.strip()
    if text[:1] in ("", "(") or not before.isalpha() or not any(map(str.isalpha, text)):
        return text
    return f"_{text}" if text.isalnum() else f"_({text})"
