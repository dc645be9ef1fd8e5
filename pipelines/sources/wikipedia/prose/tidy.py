"""Repairs what cutting leaves behind: "( , )", "word ,", "Born ." where a template stood.

Only the places that were cut (`CUT`) are looked at, so that an author's own brackets and spaces stay as they are.
"""

# ruff: noqa: RUF001  marks that look like others are meant

import re

from winnow.pipelines.sources.wikipedia.prose.marks import CUT

_BRACKETS = {"(": ")", "[": "]", "（": "）"}
_OPENERS, _CLOSERS = tuple(_BRACKETS), tuple(_BRACKETS.values())
_PAUSES = ",;:、，；：–— \t"
"""What parts the things in brackets."""
_COMMAS = (",", ";", "、", "，", "；")
_NO_SPACE_BEFORE = tuple(",.;:!?)]}%»”’）】。、，；：")
_LEADING_OR = re.compile(r"(?:and|or)(?:[ ,;:]+|$)")
_SUM = re.compile(rf"\([^(){CUT}]{{0,80}}[$£€¥₹]{CUT}[^()]{{0,80}}\)")
"""A sum that was cut out makes nonsense of the brackets around it: "$800 (about $ in 2011)"."""
_SPACE = " \t"
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]+")


def tidy(text: str) -> str:
    """`text` without cuts; what they left is joined as if nothing had stood there."""
    return spaced(_joined(_SUM.sub(CUT, text).split(CUT)) if CUT in text else text)


def spaced(text: str) -> str:
    """`text` on one line with single plain spaces, and without soft hyphens and marks of direction."""
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())


def _joined(pieces: list[str]) -> str:
    """What stood between cuts, put together; white space on either side of a cut counts as one space."""
    joined = [pieces[0].rstrip(_SPACE)]
    gap = len(joined[0]) < len(pieces[0])
    for piece in pieces[1:]:
        text = piece.strip(_SPACE)
        if not text:
            gap = gap or bool(piece)
            continue
        _join(joined, text, gap or piece[0] in _SPACE)
        gap = piece[-1] in _SPACE
    _join(joined, "", gap)
    return "".join(joined)


def _join(joined: list[str], piece: str, gap: bool) -> None:
    """Put `piece` behind what stands before a cut, and take away what belonged to what was cut."""
    while True:
        while not joined[-1] and len(joined) > 1:
            joined.pop()
        last = joined[-1]
        if last.endswith(_OPENERS):  # "(; 1840)", "(or 1840)"
            piece = piece.lstrip(_PAUSES)
            piece = _LEADING_OR.sub("", piece, count=1) if piece.startswith(("and", "or")) else piece
            if not piece.startswith(_BRACKETS[last[-1]]):
                joined.append(piece)
                return
            rest = piece[1:].lstrip(" \t")
            gap = last[-2:-1] in (" ", "\t") or len(rest) < len(piece) - 1
            joined[-1], piece = last[:-1].rstrip(" \t"), rest
        elif piece.startswith(_CLOSERS) and (shorter := _without_pause(last)) != last:  # "(1840; )"
            joined[-1] = shorter
        else:
            break
    _join_words(joined, piece, gap)


def _without_pause(text: str) -> str:
    """`text` without the marks and the "or" at its end."""
    shorter = text.rstrip(_PAUSES)
    if shorter.endswith((" and", " or")):
        shorter = shorter[: shorter.rindex(" ")].rstrip(_PAUSES)
    return shorter


def _join_words(joined: list[str], piece: str, gap: bool) -> None:
    last = joined[-1]
    if not last:  # the beginning
        joined[-1] = piece.lstrip(",;:)] \t") if piece[:1] != "." or piece[1:2].isalnum() else piece[1:].lstrip()
        return
    if piece.startswith(_COMMAS) and last.endswith((*_COMMAS, ":")):  # "1840, , and"
        gap, piece = gap or piece[1:2] == " ", piece[1:].lstrip()
    elif last.endswith(_COMMAS) and (not piece or (piece[0] in ".。" and not piece[1:2].isalnum())):  # "1840, ."
        joined[-1] = last.rstrip(_PAUSES)
    if piece.startswith(_NO_SPACE_BEFORE) and not (piece[0] == "." and piece[1:2].isalnum()):
        gap = False
    joined.append(" " + piece if gap and piece else piece)
