"""Whether anything can be read at all: a source without a record is a wrong call, never an empty corpus."""

import collections
from collections.abc import Sequence

from winnow.pipelines.errors import BadCall
from winnow.pipelines.plan import census
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.unit import Input
from winnow.pipelines.recipe.model import Source
from winnow.pipelines.sources import base

_SHOWN = 3
"""Files that the message names."""


def require_records(work: Work, inputs: Sequence[Input], *, every: bool = True) -> None:
    """BadCall where no file of a source that has some holds records that carry documents: of a source, or, unless it
    holds for `every` one, of all of them. All files were scanned."""
    given = {name: [each for each in inputs if each.source == name] for name in {each.source for each in inputs}}
    wrong = [_wrong(work, source, given[source.name]) for source in work.job.recipe.sources if source.name in given]
    told = [each for each in wrong if each]
    if told and (every or len(told) == len(wrong)):
        raise BadCall(told[0])


def _wrong(work: Work, source: Source, files: Sequence[Input]) -> str:
    """What is wrong with the files of a source; empty where one holds a record that carries documents."""
    held = _held(work, files, base.readable(source.read))
    if held is None:
        return ""
    *some, last = base.readable(source.read)
    wanted = f"{', '.join(some)} or {last}" if some else last
    said = [base.why_unread(source.read, census.counted(work, given).layout) for given in files[:_SHOWN]]
    why = "".join(f" ({each})" for each in dict.fromkeys(said) if each)
    return (
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
