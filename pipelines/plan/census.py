"""The stage `scan`: a file's census, and where it is cut into pieces of about one size.

Nothing that a build promises depends on the cuts: documents are numbered by item and part.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from winnow.pipelines.errors import BuildFailed, Damaged, described, is_raised_on
from winnow.pipelines.files.sealed import load_arrays, load_typed, save_arrays, save_typed
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.plan import plugin_scan
from winnow.pipelines.plan.inputs import identify
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.opened import opened
from winnow.pipelines.plan.unit import Cut, Input
from winnow.pipelines.recipe.model import Source
from winnow.pipelines.sources.base import GAP, Census, Items
from winnow.pipelines.sources.file_bytes import Changed


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
    save_arrays(storage, items, {
        "offsets": held.offsets, "lengths": held.lengths, "kinds": held.kinds, "names": np.array(held.names, "U"),
        "blocks": np.frombuffer(census.blocks, np.uint8), "starts": census.starts, "aside": census.aside,
    })  # fmt: skip
    counted = Counted(census.size, census.sha256, census.layout, census.counted, census.extent, held.counts(),
                      held.bytes_of(GAP))  # fmt: skip
    save_typed(storage, path, counted)


def counted(work: Work, given: Input) -> Counted:
    """What the census of an input says in numbers."""
    return load_typed(work.storage, work.job.census(given), Counted)


def load(work: Work, given: Input) -> Census:
    """The census of an input; Damaged where it is not what was written."""
    path = work.job.census(given)
    told = counted(work, given)
    arrays = load_arrays(work.storage, work.job.items(given), remove=(path,))
    items = Items(arrays["offsets"], arrays["lengths"], arrays["kinds"], arrays["names"].tolist())
    blocks, pairs = arrays["blocks"].tobytes(), (arrays["starts"], arrays["aside"])
    return Census(told.size, told.sha256, items, blocks, told.layout, told.counted, told.extent, *pairs)  # type: ignore[arg-type]


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
    lengths = census.items.lengths
    ends, first, last = np.cumsum(lengths), 0, len(lengths)
    most = unit_bytes if census.counted == "bytes" else max(1, unit_bytes * census.extent // max(1, census.size))
    while first < last:
        start = int(ends[first] - lengths[first])
        end = int(np.searchsorted(ends, start + most)) + 1 if census.cuttable else last
        end = min(end, last)
        yield Cut(first, end, start, int(ends[end - 1]), census.size_of(first, end), content_of(census, first, end))
        first = end


def content_of(census: Census, first: int, last: int) -> str:
    """A digest of items first to last (exclusive), and of the blocks that they are read from."""
    held = census.items[first:last]
    content = hashlib.blake2b(census.blocks_of(first, last), digest_size=16)
    for array in (held.offsets, held.lengths, held.kinds):
        content.update(array.tobytes())
    content.update("\n".join(held.names).encode())
    return content.hexdigest()
