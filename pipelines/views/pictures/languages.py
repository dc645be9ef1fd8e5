"""Languages: how many documents in each were kept, and how many were dropped of those that were met."""

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.plan.names import UNKNOWN
from winnow.pipelines.views.card.distribution import documents_of, known
from winnow.pipelines.views.pictures import svg
from winnow.pipelines.views.tabular import count, plural, share

_MOST = 12
_ROW, _TOP, _NAMES = 24, 64, 130


def say(ledger: Ledger) -> str:
    """The picture in a sentence."""
    found, documents = known(ledger.kept.language), documents_of(ledger.kept.language)
    first = ", ".join(f"{svg.name(name, 40)} {share(often, documents)}" for name, often in list(found.items())[:3])
    return f"Languages of {plural(documents, 'kept document')}: {first or 'none is known'}."


def draw(ledger: Ledger) -> str:
    """The SVG."""
    rows = _rows(ledger)
    shown, rest = rows[:_MOST], rows[_MOST:]
    if rest:
        shown.append((f"{count(len(rest))} others", sum(kept for _, kept, _ in rest), sum(met for *_, met in rest)))
    told = [f"{count(kept)} kept of {count(met)} ({share(kept, met)})" for _, kept, met in shown]
    room = svg.WIDTH - 2 * svg.MARGIN - _NAMES - 8 - max(map(svg.room, told), default=0)
    each, x = room / max(1, *(met for *_, met in shown), 1), svg.MARGIN + _NAMES
    parts = svg.legend(50, [(svg.KEPT, "kept"), (svg.DROPPED, "dropped")])
    for at, ((name, kept, met), numbers) in enumerate(zip(shown, told, strict=True)):
        y = _TOP + at * _ROW
        parts += [
            svg.text(x - 10, y + 16, svg.name(name, 17), anchor="end"),
            svg.bar(svg.KEPT, x, y + 4, kept * each, _ROW - 7),
            svg.bar(svg.DROPPED, x + kept * each, y + 4, (met - kept) * each, _ROW - 7),
            svg.text(x + met * each + 8, y + 16, numbers, "soft"),
        ]  # fmt: skip
    y = _TOP + len(shown) * _ROW + 14
    parts.append(svg.text(svg.MARGIN, y, _note(ledger), "soft"))
    return svg.picture("Languages", say(ledger), y + 18, parts)


def _rows(ledger: Ledger) -> list[tuple[str, int, int]]:
    """(language, kept, met), most kept first."""
    kept, met = known(ledger.kept.language), known(ledger.met.language)
    rows = [(name, kept.get(name, 0), max(met.get(name, 0), kept.get(name, 0))) for name in {**kept, **met}]
    return sorted(rows, key=lambda row: (-row[1], -row[2], row[0]))


def _note(ledger: Ledger) -> str:
    """What is not drawn."""
    unknown = ledger.met.language.top.get(UNKNOWN)
    others = ledger.met.language.others.documents
    told = [f"{plural(unknown.documents, 'document')} of no known language"] if unknown else []
    told += [f"{plural(others, 'document')} of languages that are not listed"] if others else []
    return f"Not drawn: {' and '.join(told)}." if told else "Documents that were met with a text or an address."
