"""The record of a stretch of a dump in which no page can be told apart."""

from winnow.filters.rules import Reject
from winnow.pipelines.digest import digest_of_bytes
from winnow.pipelines.sources import compression
from winnow.pipelines.sources.base import GAP, MAX_DETAIL, Item, Record
from winnow.pipelines.sources.compression import Inflating
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.streams import SAMPLE, ends_of


def gap(file: FileBytes, inflated: Inflating | None, item: Item) -> Record:
    """What stands for a gap; it is known by how it begins, and where the file is damaged by how that is."""
    where, known = f"{item.offset}+{item.length}", [str(item.length).encode()]
    known.append((inflated or file).read(item.offset, min(item.length, SAMPLE)))
    why = compression.lost(file, inflated, item.offset, item.length) if inflated else ""
    if why:
        known += [where.encode(), *ends_of(file)]
    reject = Reject("wikipedia.gap", detail=(f"{where}; {why}" if why else where)[:MAX_DETAIL])
    return Record(item.offset, GAP, digest_of_bytes(b"gap", *known), reject=reject)


def foreign(file: FileBytes, item: Item, why: str) -> Record:
    """What stands for a file that is no dump."""
    id = digest_of_bytes(b"foreign", str(item.length).encode(), file.read(item.offset, SAMPLE))
    return Record(item.offset, GAP, id, reject=Reject("wikipedia.foreign", detail=why))
