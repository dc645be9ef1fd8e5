"""The payloads of a unit that would be extracted, each as a hash: records are read as ever, and no text is looked for.

What is hashed is what the extraction would be given: the media type, and the body with its transfer and content codings
undone, as characters. So a page is the same however it was packed, and the same bytes that two servers declare to be of
different charsets are two pages.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from winnow.pipelines import progress
from winnow.pipelines.dedup.order import moments
from winnow.pipelines.files.arrays import Array, SealedArrays
from winnow.pipelines.ingest import documents
from winnow.pipelines.ingest.reading import records
from winnow.pipelines.plan import word_lists
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.unit import Unit
from winnow.pipelines.recipe.model import Source, Step
from winnow.pipelines.sources.base import Content, Record

HASH_BYTES = 16


@dataclass(frozen=True)
class Hashes(SealedArrays):
    """Of one unit, by place: records that give a document and are not dropped before it is extracted."""

    items: Array = field(default_factory=lambda: np.empty(0, np.int64))
    """int64 [n]: the places of the records' items in the unit."""
    hashes: Array = field(default_factory=lambda: np.empty((0, 2), np.uint64))
    """uint64 [n, 2]: BLAKE2b of what would be extracted, 128 bits."""
    moments: Array = field(default_factory=lambda: np.empty(0, np.int64))
    """int64 [n]: seconds since the year 1 of the capture; NO_DATE where it is not known."""
    ids: Array = field(default_factory=lambda: np.empty(0, "S32"))
    """32 hex digits."""


def hash_payloads(work: Work, unit: Unit) -> None:
    """The stage `hash payloads`: leave the hashes of a unit whose source has payloads."""
    if not work.job.compares_payloads(unit):
        return
    source = work.job.recipe.source(unit.source)
    early = word_lists.at_hand(work, [step for step in work.job.recipe.steps_of(unit.source) if not step.needs_text])
    items, found, captured, ids = list[int](), list[bytes](), list[str | None](), list[str]()
    for place, given, record in records(work, unit):
        if goes_on(source, given.path, record, early):
            items.append(place)
            found.append(hash_of(record.contents[0]))
            captured.append(record.captured)
            ids.append(record.id)
        progress.between()
    Hashes(
        np.array(items, np.int64), np.frombuffer(b"".join(found), np.uint64).reshape(-1, 2), moments(captured),
        np.array(ids, "S32"),
    ).save(work.storage, path(work, unit))  # fmt: skip


def goes_on(source: Source, file: str, record: Record, early: Sequence[Step]) -> bool:
    """Whether a record has a document, and one that no step drops before it is extracted; of several it has several
    payloads, which is nothing that a server sends."""
    if record.reject is not None or len(record.contents) != 1:
        return False
    document = documents.of_content(documents.of_record(source, file, record), 0, record.contents[0])
    return not documents.early(document, early).end()[0]


def hash_of(content: Content) -> bytes:
    """Of what the extraction would be given."""
    found = hashlib.blake2b(f"{content.mime}\0".encode(), digest_size=HASH_BYTES)
    found.update(content.utf8 or content.text.encode("utf-8", "surrogatepass"))
    return found.digest()


def path(work: Work, unit: Unit) -> str:
    """Where the hashes of a unit lie."""
    return work.job.names.payload_hashes(work.job.hashed(unit))
