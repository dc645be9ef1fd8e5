"""Whether anything can be read at all: a source without a record that can be read is a wrong call, never an empty
corpus."""

import collections
from collections.abc import Sequence

from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.parquet import read_batches
from winnow.pipelines.ingest.ingested import Ingested, SourceTally
from winnow.pipelines.plan import census
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.unit import Input
from winnow.pipelines.recipe.model import Source
from winnow.pipelines.sources import base

_SHOWN = 3
"""Files that the message names."""
_ASKED = "Are these the files that are meant, whole and of this kind?"
_COLUMN = "Which column holds the text is said in a recipe: text = 'NAME' under [source.read]."
READ = "read"
"""The stage of what is refused before its text is known."""


def require_records(work: Work, inputs: Sequence[Input], *, every: bool = True) -> None:
    """BadCall where no file of a source that has some holds records that carry documents: of a source, or, unless it
    holds for `every` one, of all of them. All files were scanned."""
    given = {name: [each for each in inputs if each.source == name] for name in {each.source for each in inputs}}
    _tell(
        [_wrong(work, source, given[source.name]) for source in work.job.recipe.sources if source.name in given], every
    )


def require_documents(work: Work, found: Ingested, *, every: bool = True) -> None:
    """BadCall where all records of a source are none of its kind, as it says itself (UNREAD); `every` as above."""
    sources = [source for source in work.job.recipe.sources if source.name in found.sources]
    _tell([_refused(work, source, found.sources[source.name]) for source in sources], every)


def _tell(wrong: Sequence[str], every: bool) -> None:
    told = [each for each in wrong if each]
    if told and (every or len(told) == len(wrong)):
        raise BadCall(told[0])


def _refused(work: Work, source: Source, of: SourceTally) -> str:
    """Why all documents of a source were refused; empty where one was not, or for another reason."""
    fates = list(of.files.values())
    rules = {rule for each in fates for rule in each.rejected.get(READ, ())}
    if any(each.kept.documents or set(each.rejected) - {READ} for each in fates) or not rules:
        return ""
    if not all(rule in base.unread(source.read) or rule.endswith(".gap") for rule in rules):
        return ""
    assert of.rejected is not None
    name, told = work.job.names.rejected(of.rejected.name), work.job.names.curate(of.rejected.name)
    columns = ("file", "rule", "detail")
    row = next(iter(read_batches(work.storage, name, of.rejected.rows, (told,), columns))).to_pylist()[0]
    why = row["rule"] + (f" ({row['detail']})" if row["detail"] else "")
    return f"{source.shown}: nothing can be read of {_named([*of.files])}: {why}. {_cure(why)}"


def _wrong(work: Work, source: Source, files: Sequence[Input]) -> str:
    """What is wrong with the files of a source; empty where one holds a record that carries documents."""
    held = _held(work, files, base.readable(source.read))
    if held is None:
        return ""
    *some, last = base.readable(source.read)
    wanted = f"{', '.join(some)} or {last}" if some else last
    said = [base.why_unread(source.read, census.counted(work, given).layout) for given in files[:_SHOWN]]
    why = "".join(f" ({each})" for each in dict.fromkeys(said) if each)
    paths = [given.path for given in files]
    return (
        f"{source.shown}: nothing can be read of {_named(paths)}: there is {held} and no {wanted} there{why}. "
        f"{_cure(why)} What is packed so that this kind does not read it must be unpacked first"
    )


def _held(work: Work, files: Sequence[Input], carriers: Sequence[str]) -> str | None:
    """What is in the files, as `1 gap, 3 blank`; None as soon as a record that carries documents is met."""
    held = collections.Counter[str]()
    for given in files:
        held.update(census.counted(work, given).kinds)
        if any(held[kind] for kind in carriers):
            return None
    return ", ".join(f"{n:,} {kind}" for kind, n in held.most_common(_SHOWN)) or "nothing"


def _cure(why: str) -> str:
    return _COLUMN if "there is no column" in why else _ASKED


def _named(paths: Sequence[str]) -> str:
    more = len(paths) - _SHOWN
    names = ", ".join(paths[:_SHOWN])
    return f"{names} and {more:,} more" if more > 0 else names
