"""How long the documents are: kept ones and dropped ones, a column an octave of characters."""

from winnow.pipelines.ledger.types import Ledger, Length
from winnow.pipelines.views.pictures import svg
from winnow.pipelines.views.tabular import count

_TOP, _HIGH = 70, 190
_LINES = 4
_FEW, _STEPS = (4, 8, 12, 16), (20, 32, 40, 60, 80, 120, 160)
"""Where the scale can end: the steps are times a power of ten."""
_UNITS = ((1 << 30, "Gi"), (1 << 20, "Mi"), (1 << 10, "Ki"))


def say(ledger: Ledger) -> str:
    """The picture in a sentence."""
    if not ledger.total.kept.documents:
        return "Lengths in characters, by octaves, of documents that were dropped: none was kept."
    most = max(ledger.lengths, key=lambda length: (length.kept.documents, -length.low))
    return (f"Lengths in characters, by octaves: most of the kept documents, {count(most.kept.documents)}, have "
            f"{count(most.low)} to {count(most.high - 1)}.")  # fmt: skip


def draw(ledger: Ledger) -> str:
    """The SVG: columns from the least octave that has documents to the greatest."""
    by_low = {max(1, length.low): length for length in ledger.lengths}
    lows = [1 << at for at in range(min(by_low).bit_length() - 1, max(by_low).bit_length())]
    top = _round(max(_documents(length) for length in ledger.lengths))
    left, bottom = svg.MARGIN + svg.room(count(top)) + 8, _TOP + _HIGH
    wide = min((svg.WIDTH - svg.MARGIN - left) / len(lows), 60.0)
    parts = svg.legend(52, [(svg.KEPT, "kept"), (svg.DROPPED, "dropped")])
    for at in range(_LINES + 1):
        y = bottom - _HIGH * at / _LINES
        parts += [svg.line(left, y, left + wide * len(lows), y),
                  svg.text(left - 8, y + 4, count(top * at // _LINES), "soft", "end")]  # fmt: skip
    every = 1 + len(lows) // 16
    for at, low in enumerate(lows):
        x = left + at * wide
        if length := by_low.get(low):
            kept, dropped = (_HIGH * of.documents / top for of in (length.kept, length.dropped))
            parts += [svg.bar(svg.KEPT, x + 3, bottom - kept, wide - 6, kept),
                      svg.bar(svg.DROPPED, x + 3, bottom - kept - dropped, wide - 6, dropped)]  # fmt: skip
        if at % every == 0:
            parts.append(svg.text(x, bottom + 18, _short(low), "soft", "middle"))
    told = "characters (1 Ki is 1,024); what has no text is not drawn"
    parts.append(svg.text(left, bottom + 40, told, "soft"))
    return svg.picture("How long the documents are", say(ledger), bottom + 58, parts)


def _documents(length: Length) -> int:
    return length.kept.documents + length.dropped.documents


def _round(most: int) -> int:
    """A round number that is not less, of which a fourth is whole."""
    if most <= _FEW[-1]:
        return next(few for few in _FEW if few >= most)
    power = 1
    while True:
        for step in _STEPS:
            if step * power >= most:
                return step * power
        power *= 10


def _short(number: int) -> str:
    """`512`, `1 Ki`, `64 Mi`."""
    return next((f"{number // unit} {name}" for unit, name in _UNITS if number >= unit), str(number))
