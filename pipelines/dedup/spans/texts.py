"""The documents of a unit that are left when copies of whole documents are gone: their texts, and their order."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.dedup.drops import drops_of
from winnow.pipelines.dedup.keys import UnitKeys
from winnow.pipelines.dedup.order import ascending
from winnow.pipelines.dedup.packed import Counts, Hashes, Numbers, runs
from winnow.pipelines.files.parquet import read_batches
from winnow.pipelines.ingest.tally import Tally
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import base, numbers, of_records
from winnow.pipelines.plan.unit import Unit

_CHARACTERS = 1 << 20
"""Of a batch, about: hashing its words takes 60 bytes each."""
_SIGN = np.uint64(1 << 63)


@dataclass(frozen=True, eq=False, slots=True)
class Batch:
    """Some documents, in the order of their numbers."""

    numbers: Numbers
    """In the whole build."""
    ids: NDArray[np.bytes_]
    texts: list[str]

    @property
    def lengths(self) -> Counts:
        return np.fromiter(map(len, self.texts), np.int64, len(self.texts))


def staying(work: Work, unit: Unit, only: Numbers | None = None) -> Iterator[Batch]:
    """The documents that deduplication kept, batch by batch; with `only` those with these numbers, which ascend."""
    names, name, drops = work.job.names, work.job.curated(unit), drops_of(work, unit)
    by_record, first = work.job.recipe.source(unit.source).by_record, np.uint64(base(unit.number))
    told = names.curate(name)
    receipt = Tally.load(work.storage, told).kept_file
    for rows in read_batches(work.storage, names.kept(name), receipt, (told,), ["item", "part", "id", "text"]):
        inside = numbers(rows["item"].to_pylist(), rows["part"].to_pylist())
        at = drops.of(of_records(inside) if by_record else inside)
        stays = at < 0
        stays[at >= 0] = drops.kept[at[at >= 0]]
        if only is not None:
            stays &= np.isin(inside + first, only)
        here = np.flatnonzero(stays)
        texts = rows["text"].take(here).to_pylist()
        ids = np.array(rows["id"].take(here).to_pylist(), "S32")
        before = np.cumsum([0, *map(len, texts)])[:-1]
        for start, end in zip(*runs(before // _CHARACTERS), strict=True):
            yield Batch(inside[here[start:end]] + first, ids[start:end], texts[start:end])


def owners(work: Work, unit: Unit, documents: Numbers) -> Numbers:
    """Whose fate each document shares: its own, or its record's where whole records are compared."""
    return of_records(documents) if work.job.recipe.source(unit.source).by_record else documents


def survivor_keys(work: Work, unit: Unit, documents: Numbers) -> Hashes:
    """(n, k + 1) keys that compare column by column as the documents do in survivor order; the number is the last."""
    recipe, keys = work.job.recipe, UnitKeys(work, unit).hold()
    rows = np.searchsorted(keys.numbers, owners(work, unit, documents))
    known = {name: keys[name][rows] for name in ("characters", "moments", *keys.measures)} if len(rows) else {}
    known |= {".".join(of): np.full(len(rows), np.nan) for of in recipe.dedup.measures if ".".join(of) not in known}
    known["priority"] = np.full(len(rows), recipe.source(unit.source).priority)
    columns = [_comparable(ascending(key, known)) for key in recipe.dedup.order] if len(rows) else []
    empty = [np.empty(0, np.uint64)] * (0 if len(rows) else len(recipe.dedup.order))
    return np.stack([*columns, *empty, documents], axis=1)


def _comparable(values: NDArray[np.int64] | NDArray[np.float64]) -> Hashes:
    """Unsigned numbers in the order of these; NaN comes last."""
    if values.dtype == np.float64:
        values = np.where(values == 0, 0.0, values)  # -0.0 is 0
        bits = values.view(np.uint64)
        ordered = np.where(bits & _SIGN, ~bits, bits | _SIGN)
        return np.where(np.isnan(values), ~np.uint64(0), ordered)
    return values.astype(np.int64).view(np.uint64) ^ _SIGN


def before(one: Hashes, other: Hashes) -> NDArray[np.bool_]:
    """Whether each row of (n, k) keys comes before that of the other."""
    found, open = np.zeros(len(one), bool), np.ones(len(one), bool)
    for mine, its in zip(one.T, other.T, strict=False):  # of no rows one may have fewer columns
        found |= open & (mine < its)
        open &= mine == its
    return found
