"""The languages that most kept documents are in."""

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card.distribution import documents_of
from winnow.pipelines.views.pictures import svg
from winnow.pipelines.views.tabular import count, plural, share

_MOST = 12
_ROW, _TOP, _NAMES, _NUMBERS = 24, 48, 130, 170


def say(ledger: Ledger) -> str:
    """The picture in a sentence."""
    found, documents = ledger.kept.language, documents_of(ledger.kept.language)
    first = [f"{svg.name(name, 40)} {share(of.documents, documents)}" for name, of in list(found.top.items())[:3]]
    number = plural(found.distinct, "language")
    return f"Languages of {plural(documents, 'kept document')}: {number}; first {', '.join(first)}."


def draw(ledger: Ledger) -> str:
    """The SVG."""
    found, documents = ledger.kept.language, documents_of(ledger.kept.language)
    rows = [(name, of.documents) for name, of in list(found.top.items())[:_MOST]]
    if more := found.distinct - len(rows):
        rows.append((plural(more, "other"), documents - sum(often for _, often in rows)))
    room, most = svg.WIDTH - 2 * svg.MARGIN - _NAMES - _NUMBERS, max(1, *(often for _, often in rows))
    parts, x = list[str](), svg.MARGIN + _NAMES
    for at, (name, often) in enumerate(rows):
        y, wide = _TOP + at * _ROW, room * often / most
        parts += [
            svg.text(x - 10, y + 16, svg.name(name, 17), anchor="end"), svg.bar(svg.KEPT, x, y + 4, wide, _ROW - 7),
            svg.text(x + wide + 8, y + 16, f"{count(often)}  ({share(often, documents)})", "soft"),
        ]  # fmt: skip
    return svg.picture("Languages of the kept documents", say(ledger), _TOP + len(rows) * _ROW + 18, parts)
