"""The stage `scan`: a file's census, and where it is cut into pieces of about one size.

Nothing that a build promises depends on the cuts: documents are numbered by item and part.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np

from winnow.pipelines.errors import BuildFailed, Damaged, described, is_raised_on
from winnow.pipelines.files.arrays import load_arrays, save_arrays
from winnow.pipelines.files.sealed import load_typed, save_typed
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.plan import plugin_scan
from winnow.pipelines.plan.inputs import identify
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.opened import opened
from winnow.pipelines.plan.unit import Cut, Input
from winnow.pipelines.recipe.model import Source
from winnow.pipelines.sources.base import GAP, Census, Items
from winnow.pipelines.sources.file_bytes import Changed

_AT_ONCE = 1 << 16
"""Items that are looked at together, and lie in one block of the file that keeps them."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a ledger is told of a file."""

    size: int
    sha256: str
    layout: str
    counted: str
    extent: int
    kinds: Mapping[str, int]
    """kind -> items."""
    gap_bytes: int


@dataclass(frozen=True, slots=True)
class Cuts:
    """A file as units are made of it."""

    items: int
    sha256: str
    """Of the file that was cut."""
    cuts: tuple[Cut, ...]


def scan(work: Work, given: Input) -> None:
    """Leave the census of a file, and its cuts. Raises Changed if it was written to since it was identified."""
    job, storage = work.job, work.storage
    source = job.recipe.source(given.source)
    with opened(storage, source.read, given.path) as stream:
        census = _scanned(storage, source, given, stream)
    unchanged(storage, source, given, census)
    save(storage, job.items(given), job.census(given), census)
    save_typed(storage, job.cuts(given), Cuts(len(census.items), census.sha256, tuple(cut(census, job.unit_bytes))))


def _scanned(storage: Storage, source: Source, given: Input, stream: BinaryIO) -> Census:
    """The census of a stream; what fails in a plug-in, or is a lie of it, is told with its name and the file."""
    try:
        found = source.read.scan(stream)
        if source.foreign:
            plugin_scan.checked(found)
            if identify(storage, source, given.path) == given:  # of a file that was changed nothing is true
                plugin_scan.true_of(found, stream)
        return found.bounded(source.read.CARRIERS)
    except BaseException as error:
        if not source.foreign or is_raised_on(error):
            raise
        raise BuildFailed(f"{given.path}: {source.shown}: {described(error)}") from error


def unchanged(storage: Storage, source: Source, given: Input, census: Census) -> None:
    """Raise Changed if an input's file was written to since it was identified."""
    now = identify(storage, source, given.path)
    if (census.size, now.size, now.ends) != (given.size, given.size, given.ends):
        sizes = "" if given.size == now.size else f", {given.size:,} bytes and then {now.size:,}"
        raise Changed(given.path, f"it was one file when the build began and another when it was scanned{sizes}")


def save(storage: Storage, items: str, path: str, census: Census) -> None:
    """Keep a census: its items and blocks as arrays, and what else it says in JSON, written last."""
    held = census.items
    runs = list(held.runs(_AT_ONCE))
    save_arrays(storage, items, {
        "names": np.array(held.names, "U"), "blocks": np.frombuffer(census.blocks, np.uint8),
        "starts": census.starts, "aside": census.aside,
        "offsets": np.array([run[0].offset for run in runs], np.int64),
        **{f"lengths-{number}": run.lengths for number, run in enumerate(runs)},
        **{f"kinds-{number}": run.kinds for number, run in enumerate(runs)},
    })  # fmt: skip
    counted = Counted(census.size, census.sha256, census.layout, census.counted, census.extent, held.counts(),
                      held.bytes_of(GAP))  # fmt: skip
    save_typed(storage, path, counted)


def counted(work: Work, given: Input) -> Counted:
    """What the census of an input says in numbers."""
    return load_typed(work.storage, work.job.census(given), Counted)


def load(work: Work, given: Input, first: int = 0, last: int | None = None) -> Census:
    """The census of an input with its items `first` to `last` (exclusive); Damaged where it is not what was written."""
    path, told = work.job.census(given), counted(work, given)
    items_in_all = sum(told.kinds.values())
    last = items_in_all if last is None else min(last, items_in_all)
    numbers = range(first // _AT_ONCE, -(-last // _AT_ONCE))
    names = [f"{name}-{number}" for number in numbers for name in ("lengths", "kinds")]
    names += ["names", "blocks", "starts", "aside", "offsets"]
    arrays = load_arrays(work.storage, work.job.items(given), names, remove=(path,))
    whole, items = (first, last) == (0, items_in_all), _items(arrays, numbers, first, last)
    blocks, pairs = arrays["blocks"].tobytes(), (arrays["starts"], arrays["aside"])
    return Census(told.size, told.sha256, items, blocks, told.layout, told.counted, told.extent, *pairs, whole)  # type: ignore[arg-type]


def _items(arrays: Mapping[str, Any], numbers: range, first: int, last: int) -> Items:
    """The items of a run, from the blocks of these numbers; fewer where these are not there."""
    held = [(arrays[f"lengths-{n}"], arrays[f"kinds-{n}"]) for n in numbers if n < len(arrays["offsets"])]
    if not held:
        return Items.of(())
    lengths, kinds = (np.concatenate(parts) for parts in zip(*held, strict=True))
    begun = numbers.start * _AT_ONCE
    found = Items(int(arrays["offsets"][numbers.start]), lengths, kinds, arrays["names"].tolist())
    return found[first - begun : last - begun]


def cuts(work: Work, given: Input) -> Cuts:
    """The cuts of an input, as its scan left them."""
    return load_typed(work.storage, work.job.cuts(given), Cuts)


def agreed(work: Work, given: Input) -> Counted:
    """`counted`; Damaged where the units are not of that file: it was changed, and scanned again for other units."""
    found = counted(work, given)
    if cuts(work, given).sha256 != found.sha256:
        raise again(work, given, Changed(given.path, "its units are of the file as it was before"))
    return found


def again(work: Work, given: Input, changed: Changed) -> Damaged:
    """The error that has a file scanned anew, as it is now."""
    return Damaged(str(changed), (work.job.census(given), work.job.cuts(given)))


def cut(census: Census, unit_bytes: int) -> Iterator[Cut]:
    """Cut a census into runs of about `unit_bytes`; a compressed stream that has but one start is one run."""
    items, first, start = census.items, 0, 0
    most = unit_bytes if census.counted == "bytes" else max(1, unit_bytes * census.extent // max(1, census.size))
    while first < len(items):
        last = _border(census, _reaches(items, first, most)) if census.cuttable else len(items)
        end = items[first:last].end
        yield Cut(first, last, start, end, census.size_of(first, last), content_of(census, first, last))
        first, start = last, end


def _border(census: Census, last: int) -> int:
    """The end of a run that could be at `last`: of positions, where it is best cut."""
    if census.counted != "positions" or not len(census.starts):
        return last
    at = int(np.searchsorted(census.starts[:, 0], last))
    return int(census.starts[at, 0]) if at < len(census.starts) else len(census.items)


def _reaches(items: Items, first: int, most: int) -> int:
    """The place behind the item with which those from `first` on have `most` bytes."""
    place, size = first, 0
    for run in items[first:].runs(_AT_ONCE):
        ends = np.cumsum(run.lengths, dtype=np.int64) + size
        if ends[-1] >= most:
            return place + int(np.searchsorted(ends, most)) + 1
        place, size = place + len(run), int(ends[-1])
    return place


def content_of(census: Census, first: int, last: int) -> str:
    """A digest of items first to last (exclusive), and of the blocks that they are read from."""
    held = census.items[first:last]
    content = hashlib.blake2b(census.blocks_of(first, last), digest_size=16)
    for run in held.runs(_AT_ONCE):
        for array in (run.offsets, run.lengths.astype(np.int64), run.kinds):
            content.update(array.tobytes())
    content.update("\n".join(held.names).encode())
    return content.hexdigest()
