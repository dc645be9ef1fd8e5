"""A finished build taken apart into units again: runs of its keys/, with the keys of what is not forgotten.

From here on the jobs of a build go on, from `join`: the keys lie where the stage `keys` would leave them.
"""

import bisect
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from winnow.pipelines.corpus import finished_units
from winnow.pipelines.corpus.finished_units import FinishedUnit, KeyRun
from winnow.pipelines.dedup.build_keys import CONTENT_KEY, SIZES, SUMS, About, KeyFile, KeyFiles, band
from winnow.pipelines.dedup.keys import measures_of, read_shingles, sums_of, unkept
from winnow.pipelines.dedup.order import NO_DATE
from winnow.pipelines.dedup.packed import offsets_of, runs, together
from winnow.pipelines.digest import digest
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.files.arrays import Array, save_arrays
from winnow.pipelines.forget.records import Record, table_of
from winnow.pipelines.plan import names, units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.unit import Cut, Input, Piece, Unit

_KEY = ("file", "offset", "part")


@dataclass(frozen=True)
class _Run:
    """A run of one source's rows of keys/."""

    source: str
    file: int
    group: int
    start: int
    end: int
    row: int
    """Of the file, of its first."""
    shingle: int
    """Of the file's shingles, the first of its first row."""
    first: tuple[str, int, int]


def make(work: Work, records: Sequence[Record]) -> Work:
    """Leave the units' files and the list of units; the work with these. `records`, in order, are forgotten."""
    storage, root = work.storage, work.job.finished
    there = bool(work.job.recipe.dedup.exact)
    files = KeyFiles.load(storage, f"{root}/{names.LISTED}").files if there else ()
    about = About.load(storage, f"{root}/{names.ABOUT}") if there else None
    found = [run for number in range(len(files)) for run in _runs(work, number)]
    made, number, compared = list[Unit](), 0, 0
    for unit, run, of in _units(work, found):
        unit = replace(unit, number=number)
        of.save(storage, work.job.names.curate(work.job.curated(unit)))
        finished_units.save_forgotten(work, unit, table_of(_within(records, unit.source, of)))
        compared += _save_keys(work, unit, files[run.file] if run else None, run, about)
        made.append(unit)
        number += unit.items
    against = sum(each.kept for each in work.job.against)
    return replace(work, job=replace(work.job, units=units.save(work, made), compared=compared + against))


def _runs(work: Work, number: int) -> Iterator[_Run]:
    """The runs of one file, cut at its row groups and between two sources."""
    with work.storage.open(f"{work.job.finished}/{names.part(names.KEYS, '', number)}") as stream:
        file, before, shingles = pq.ParquetFile(stream), 0, 0
        sized = SIZES in file.schema_arrow.names
        for group in range(file.num_row_groups):
            rows = file.read_row_group(group, ["source", *_KEY, *([SIZES] if sized else [])], use_threads=False)
            offsets = shingles + offsets_of(rows[SIZES].to_numpy() if sized else np.zeros(rows.num_rows, np.int64))
            sources = rows["source"].to_pylist()
            codes = np.unique(np.array(sources, object), return_inverse=True)[1]
            for start, end in zip(*runs(codes.astype(np.int64)), strict=True):
                first = rows.slice(int(start), 1).to_pylist()[0]
                place = first["file"], first["offset"], first["part"]
                row, shingle = before + int(start), int(offsets[start])
                yield _Run(sources[start], number, group, int(start), int(end), row, shingle, place)
            before, shingles = before + rows.num_rows, int(offsets[-1])


def _units(work: Work, found: Sequence[_Run]) -> Iterator[tuple[Unit, _Run | None, KeyRun]]:
    """A unit for each run, and one for each source without any; their row keys cover all that a source has."""
    for source in sorted({each.name for each in work.job.recipe.sources}):
        own = [run for run in found if run.source == source]
        ends = [*(run.first for run in own[1:]), None]
        for at, (run, end) in enumerate(itertools.zip_longest(own, ends)):
            name = digest("forget", work.job.root, source, at, run.row if run else 0)
            path = names.part(names.KEYS, "", run.file) if run else None
            items = max(1, run.end - run.start) if run else 1
            piece = Piece(Input(source, f"{source} of the build", 0, ""), Cut(0, items, 0, 0, 0, ""))
            of = KeyRun(path, run.group if run else 0, run.start if run else 0, run.end if run else 0,
                        run.first if run and at else None, end)  # fmt: skip
            yield Unit(source, (piece,), 0, name), run, of


def _within(records: Sequence[Record], source: str, of: KeyRun) -> Sequence[Record]:
    """Those, of sorted ones, of which a row can be the unit's: a record may have rows in two units."""
    first = bisect.bisect_left(records, (source, *of.first[:2])) if of.first else bisect.bisect_left(records, (source,))
    if of.last is None:
        return [record for record in records[first:] if record[0] == source]
    return records[first : bisect.bisect_right(records, (source, *of.last[:2]))]


def _save_keys(work: Work, unit: Unit, file: KeyFile | None, run: _Run | None, about: About | None) -> int:
    """Leave the keys of a unit's documents as the stage `keys` does; how many there are."""
    job = work.job
    path, arrays = job.names.keys(job.keyed(unit)), dict[str, Array]()
    if file is None or run is None or about is None:
        with work.storage.create(job.names.shingles(job.keyed(unit))):
            pass
        save_arrays(work.storage, path, {})
        return 0
    of = FinishedUnit(work, unit)
    stay = np.flatnonzero(~of.are_forgotten(of.all_keys))
    with work.storage.create(job.names.shingles(job.keyed(unit))) as shingles:
        if len(stay):
            rows = _rows(work, run)
            arrays = _arrays(work, unit, rows.take(pa.array(stay))) | {"numbers": of.numbers}
            arrays["hashes"] = np.array(about.hashes, "S32")
            if job.recipe.dedup.near:
                arrays |= _copy_shingles(work, run, rows, stay, shingles)
    save_arrays(work.storage, path, arrays)
    return len(stay)


def _rows(work: Work, run: _Run) -> pa.Table:
    with work.storage.open(f"{work.job.finished}/{names.part(names.KEYS, '', run.file)}") as stream:
        file = pq.ParquetFile(stream, page_checksum_verification=True)
        return file.read_row_group(run.group, use_threads=False).slice(run.start, run.end - run.start)


def _arrays(work: Work, unit: Unit, rows: pa.Table) -> dict[str, Array]:
    """The arrays of these rows but for numbers, hashes and the probe's keys."""
    recipe = work.job.recipe
    near, source, found = recipe.dedup.near, recipe.source(unit.source), dict[str, Array]()
    if source.by_record:
        found["documents"] = rows["documents"].to_numpy()
    found["ids"] = np.array(rows["id"].to_pylist(), "S32")
    found["characters"] = rows["characters"].to_numpy()
    found["moments"] = pc.fill_null(rows["moment"], int(NO_DATE)).to_numpy()
    found["content"] = np.stack([rows[name].to_numpy() for name in CONTENT_KEY], axis=1)
    own, values = measures_of(recipe, unit.source), rows["measures"].to_pylist()
    for at, name in enumerate(".".join(each) for each in recipe.dedup.measures):
        if name in own:
            found[name] = np.array([each[at] for each in values], np.float64)  # None becomes NaN
    if near:
        found |= {"sizes": rows[SIZES].to_numpy(), "sums": rows[SUMS].to_numpy()}
        found |= {band(number): rows[band(number)].to_numpy() for number in range(near.bands)}
    return found


def _copy_shingles(work: Work, run: _Run, rows: pa.Table, stay: Array, to: BinaryIO) -> dict[str, Array]:
    """Copy the shingles of the rows that stay; the arrays that are made of them."""
    near, path = work.job.recipe.dedup.near, f"{work.job.finished}/{names.shingles(run.file)}"
    assert near is not None
    sizes, sums = rows[SIZES].to_numpy(), rows[SUMS].to_numpy()
    starts, found = run.shingle + offsets_of(sizes)[:-1], list[dict[str, Array]]()
    with work.storage.open(path) as file:
        for part in together(sizes[stay], _TOGETHER):
            which = stay[part]
            shingles = read_shingles(file, starts[which], sizes[which])
            if shingles is None or not np.array_equal(sums_of(shingles), sums[which]):
                raise BuildFailed(f"{path} is not what was written; winnow ledger DIR --check says more")
            to.write(shingles.values.astype("<u8", copy=False).tobytes())
            found.append(unkept(shingles, near))
    return {name: np.concatenate([part[name] for part in found]) for name in found[0]}


_TOGETHER = 1 << 22
"""Shingles that are read together: 32 MiB."""
