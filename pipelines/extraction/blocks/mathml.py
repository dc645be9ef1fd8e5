"""A formula in MathML as TeX.

Letters and signs stay what they are, as TeX with Unicode reads them: a formula says how its parts stand to one another.
"""

from selectolax.lexbor import LexborNode

_DEEPEST = 30
"""Elements of a formula inside one another; what nests deeper is given as its text."""
_PARTS = {
    "mfrac": (r"\frac{", "}{", "}"), "mroot": (r"\sqrt[", "]{", "}"), "msub": ("{", "}_{", "}"),
    "msup": ("{", "}^{", "}"), "msubsup": ("{", "}_{", "}^{", "}"), "munder": ("{", "}_{", "}"),
    "mover": ("{", "}^{", "}"), "munderover": ("{", "}_{", "}^{", "}"),
}  # fmt: skip
"""What stands before, between and behind the parts of an element."""
STRUCTURE = frozenset((*_PARTS, "msqrt", "mtable"))
"""Elements whose text alone does not say what they mean."""
_NOTHING = frozenset(("mspace", "mphantom", "annotation", "annotation-xml", "none", "mprescripts"))
_BETWEEN = {"mtable": r" \\ ", "mtr": " & ", "mfenced": ", "}


def as_tex(math: LexborNode) -> str:
    """The formula in TeX, without the dollars; "" where its text says as much."""
    if math.css_first(",".join(STRUCTURE)) is None:
        return ""
    return " ".join(_row(math, 0).split())


def _row(element: LexborNode, depth: int) -> str:
    between = _BETWEEN.get(element.tag or "", "")
    return between.join(filter(None, (_part(child, depth + 1) for child in _children(element))))


def _part(element: LexborNode, depth: int) -> str:
    tag = element.tag or ""
    if tag in _NOTHING:
        return ""
    children = _children(element)
    if depth > _DEEPEST or not children:
        return _token(tag, " ".join(element.text().split()))
    marks = _PARTS.get(tag)
    if marks is not None and len(children) == len(marks) - 1:
        parts = [_part(child, depth + 1) for child in children]
        return _with_parts(marks, parts[::-1] if tag == "mroot" else parts)
    inside = _part(children[0], depth + 1) if tag in ("semantics", "maction") else _row(element, depth)
    if tag == "msqrt":
        return rf"\sqrt{{{inside}}}"
    if tag == "mtable":
        return rf"\begin{{matrix}} {inside} \end{{matrix}}"
    return f"({inside})" if tag == "mfenced" else inside


def _with_parts(marks: tuple[str, ...], parts: list[str]) -> str:
    """The parts between their marks; a single character that has an index or a power needs no braces."""
    if marks[0] == "{" and len(parts[0]) < 2:
        marks = ("", marks[1].removeprefix("}"), *marks[2:])
    whole = marks[0]
    for part, mark in zip(parts, marks[1:], strict=True):
        if whole.endswith(("_{", "^{")) and len(part) == 1:
            whole, mark = whole[:-1], mark.removeprefix("}")
        whole += part + mark
    return whole


def _token(tag: str, text: str) -> str:
    if tag == "mtext":
        return rf"\text{{{text}}}" if text else ""
    return rf"\mathrm{{{text}}}" if tag == "mi" and len(text) > 1 else text


def _children(element: LexborNode) -> list[LexborNode]:
    return [child for child in element.iter() if child.tag]
