"""Whether anything can be read at all: a source without a record is a wrong call, never an empty corpus."""

import collections
from collections.abc import Sequence

from winnow.pipelines.errors import BadCall
from winnow.pipelines.plan import census
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.unit import Input
from winnow.pipelines.sources import base

_SHOWN = 3
"""Files that the message names."""


def require_records(work: Work, inputs: Sequence[Input]) -> None:
    """BadCall where no file of a source that has some holds a record that carries documents. All files were scanned."""
    for source in work.job.recipe.sources:
        files = [given for given in inputs if given.source == source.name]
        held = _held(work, files, base.readable(source.read)) if files else None
        if held is not None:
            *some, last = base.readable(source.read)
            wanted = f"{', '.join(some)} or {last}" if some else last
            said = [base.why_unread(source.read, census.counted(work, given).layout) for given in files[:_SHOWN]]
            why = "".join(f" ({each})" for each in dict.fromkeys(said) if each)
            raise BadCall(
                f"{source.shown}: nothing can be read of {_named(files)}: there is {held} and no {wanted} there{why}. "
                "Are these the files that are meant, whole and of this kind? What is packed so that this kind does "
                "not read it must be unpacked first"
            )


def _held(work: Work, files: Sequence[Input], carriers: Sequence[str]) -> str | None:
    """What is in the files, as `1 gap, 3 blank`; None as soon as a record that carries documents is met."""
    held = collections.Counter[str]()
    for given in files:
        held.update(census.counted(work, given).kinds)
        if any(held[kind] for kind in carriers):
            return None
    return ", ".join(f"{n:,} {kind}" for kind, n in held.most_common(_SHOWN)) or "nothing"


def _named(files: Sequence[Input]) -> str:
    more = len(files) - _SHOWN
    names = ", ".join(given.path for given in files[:_SHOWN])
    return f"{names} and {more:,} more" if more > 0 else names
