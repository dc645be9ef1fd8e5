"""The funnel: what is left after each stage that dropped something, and what that stage dropped."""

from collections.abc import Sequence
from dataclasses import dataclass

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.funnel import StageCount, funnel
from winnow.pipelines.views.pictures import svg
from winnow.pipelines.views.tabular import count, plural, share

_MOST = 18
"""Stages that are drawn; of more those that dropped least are left out."""
_ROW, _TOP, _NAMES = 24, 64, 170


def say(ledger: Ledger) -> str:
    """The picture in a sentence."""
    total = ledger.total
    most = max(_dropping(ledger), key=lambda stage: stage.dropped, default=None)
    largest = f"; most were dropped at {svg.name(most.name, 60)}, {count(most.dropped)}" if most else ""
    return (f"Funnel: of {plural(_start(ledger), 'record, gap or document', 'records, gaps and documents')} "
            f"{plural(total.kept.documents, 'document is', 'documents are')} kept{largest}.")  # fmt: skip


def draw(ledger: Ledger) -> str:
    """The SVG."""
    stages, start, kept = _dropping(ledger), _start(ledger), ledger.total.kept.documents
    shown = sorted(stages, key=lambda stage: -stage.dropped)[:_MOST]
    drawn = [stage for stage in stages if stage in shown]
    rows = [
        _Row("all", start, 0, count(start)),
        *(_Row(stage.name, stage.left, stage.dropped, f"{count(stage.left)} ({count(stage.dropped)} dropped, "
               f"{share(stage.dropped, stage.before)})") for stage in drawn),
        _Row("kept", kept, 0, f"{count(kept)} ({share(kept, start)} of all)"),
    ]  # fmt: skip
    wide = svg.WIDTH - 2 * svg.MARGIN - _NAMES - 8 - max(svg.room(row.told) for row in rows)
    parts = svg.legend(50, [(svg.KEPT, "left after the stage"), (svg.DROPPED, "dropped by it")])
    for at, row in enumerate(rows):
        parts += _drawn(row, _TOP + at * _ROW, wide / max(start, 1))
    y = _TOP + len(rows) * _ROW + 14
    parts.append(svg.text(svg.MARGIN, y, _note(ledger, stages, drawn), "soft"))
    return svg.picture("From records to documents", say(ledger), y + 18, parts)


@dataclass(frozen=True)
class _Row:
    name: str
    left: int
    dropped: int
    told: str


def _drawn(row: _Row, y: float, each: float) -> list[str]:
    """Name, bar and numbers; `each` is the width of one document."""
    x, left, dropped = svg.MARGIN + _NAMES, row.left * each, row.dropped * each
    return [
        svg.text(x - 10, y + 16, svg.name(row.name, 23), anchor="end"),
        svg.bar(svg.KEPT, x, y + 4, left, _ROW - 7), svg.bar(svg.DROPPED, x + left, y + 4, dropped, _ROW - 7),
        svg.text(x + left + dropped + 8, y + 16, row.told, "soft"),
    ]  # fmt: skip


def _note(ledger: Ledger, stages: Sequence[StageCount], drawn: Sequence[StageCount]) -> str:
    """What is not drawn."""
    idle = len(funnel(ledger, ledger.total)) - len(stages)
    told = [f"{plural(idle, 'stage')} dropped nothing."] if idle else []
    if rest := [stage for stage in stages if stage not in drawn]:
        gone = sum(stage.dropped for stage in rest)
        told.insert(0, f"Not drawn: {plural(len(rest), 'stage')} that dropped {count(gone)} together.")
    return " ".join(told) or "Every stage dropped something."


def _start(ledger: Ledger) -> int:
    """What the first stage was given: records, gaps, and the further documents that records gave."""
    return ledger.total.documents


def _dropping(ledger: Ledger) -> list[StageCount]:
    return [stage for stage in funnel(ledger, ledger.total) if stage.dropped]
