"""Clusters of copies in a finished build: the largest, the members of one, and how the text of two differs."""

import bisect
import difflib
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from winnow.filters.edits import recover
from winnow.filters.families.url import host_of
from winnow.pipelines.corpus.schema import noted
from winnow.pipelines.corpus.tables import DEDUP, EXACT, NEAR
from winnow.pipelines.dedup.records import JOINT
from winnow.pipelines.plan.names import CORPUS, REJECTED
from winnow.pipelines.views import lookup
from winnow.pipelines.views.finished import Finished
from winnow.pipelines.views.rows import files, groups
from winnow.pipelines.views.tabular import plural

Row = dict[str, Any]
_LISTED = ("id", "cluster", "cluster_size", "url", "title", "source", "file", "offset", "part", "meta")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\s*\n\s*")
_MOST = 2_000
"""Sentences of a text that are held against another's: that takes time in their square."""


@dataclass(frozen=True, slots=True)
class Member:
    """A document of a cluster, or a whole record of a source that is compared so."""

    id: str
    similarity: float
    """With the one that was kept."""
    kept: bool
    source: str
    file: str
    offset: int
    part: int
    parts: int
    """Its documents, where it is a record."""
    by_record: bool
    novel_words: int | None = None
    """Those that the kept one has not; None for the kept one, and where the recipe does not look for excerpts."""

    @property
    def key(self) -> lookup.Key:
        return self.source, self.file, self.offset, self.part

    @property
    def whole(self) -> lookup.Key:
        """As `compared` has it."""
        return self.source, self.file, self.offset, 0 if self.by_record else self.part

    @property
    def fate(self) -> str:
        return ("kept" if self.kept else "dropped") + (f", {plural(self.parts, 'part')}" if self.parts > 1 else "")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which clusters: those with a document of this source, and of this domain or one under it."""

    source: str | None = None
    domain: str | None = None

    def holds(self, row: Row) -> bool:
        return self.source in (None, row["source"]) and (self.domain is None or self._is_there(row["url"]))

    def _is_there(self, url: str | None) -> bool:
        host = host_of(url) if url else None
        return host is not None and f".{host}".endswith(f".{self.domain}")


ALL = Wanted()


def largest(build: Finished, most: int, wanted: Wanted = ALL) -> list[Row]:
    """The kept documents that stand for the largest clusters, largest first, with `documents`, how many of the cluster
    are wanted. Memory: so many rows, and a row group."""
    found = _largest(build, most, wanted)
    rows = [row | {"documents": found[_order(row)]} for row in _kept(build) if _order(row) in found]
    return sorted(rows, key=lambda row: (_order(row), lookup.key(row)))[:most]


def _order(row: Row) -> tuple[int, str]:
    return -row["cluster_size"], row["cluster"]


def _largest(build: Finished, most: int, wanted: Wanted) -> dict[tuple[int, str], int]:
    """The largest clusters, and how many documents of each are wanted."""
    found, held = dict[tuple[int, str], int](), list[tuple[int, str]]()
    columns = ("cluster", "cluster_size", "source", "url")
    for row in itertools.chain(_clustered(build, CORPUS, columns), _clustered(build, REJECTED, (*columns, "rule"))):
        order = _order(row)
        if not wanted.holds(row) or (len(held) == most and order > held[-1]):
            continue
        if order not in found:
            bisect.insort(held, order)
        found[order] = found.get(order, 0) + 1
        if len(held) > most:  # one that is given up is never among the largest again
            del found[held.pop()]
    return found


def _kept(build: Finished) -> Iterator[Row]:
    """The documents that stand for clusters."""
    for row in _clustered(build, CORPUS, _LISTED):
        if row["id"] == row["cluster"]:
            yield row | {"url": row["url"] or noted(row, lookup.PATH)}


def _clustered(build: Finished, table: str, columns: Sequence[str]) -> Iterator[Row]:
    """Some columns of the rows that are in clusters of two and more of this build."""
    for path in files(build.storage, build.root, table):
        for _, group in groups(build.storage, path, table, columns):
            inside = pc.greater(group["cluster_size"], 1)
            if table == REJECTED:
                inside = pc.and_(inside, pc.is_in(group["rule"], value_set=pa.array([EXACT, NEAR])))
            yield from group.filter(inside).to_pylist()


def members(build: Finished, cluster: str) -> list[Member]:
    """The kept one first, then the most similar; of a record its documents as one."""
    found = []
    for _, rows in groupby(lookup.members(build.storage, build.root, cluster), partial(compared, build)):
        first, *others = rows
        found.append(Member(
            first["id"], first["similarity"], first["kept"], *lookup.key(first), 1 + len(others),
            by_record(build, first), _novel([first, *others]),
        ))  # fmt: skip
    return found


def _novel(rows: Sequence[Row]) -> int | None:
    """Of all documents of a record; None where they are not counted."""
    counts = [row["novel_words"] for row in rows if row.get("novel_words") is not None]
    return sum(counts) if counts else None


def called(build: Finished, those: Sequence[Member]) -> list[tuple[str | None, str | None]]:
    """(address, path of a file in what held it) of each."""
    found = lookup.called(build.storage, build.root, {member.id for member in those})
    return [found.get(member.key, (None, None)) for member in those]


def by_record(build: Finished, row: Row) -> bool:
    """Whether deduplication compared this row's whole record."""
    source = build.ledger.sources.get(row["source"])
    return source is not None and source.dedup == "record"


def compared(build: Finished, row: Row) -> lookup.Key:
    """The key of the whole that was compared: a document, or its record as if that were its part 0."""
    source, file, offset, part = lookup.key(row)
    return source, file, offset, 0 if by_record(build, row) else part


def text_of(build: Finished, member: Member) -> str | None:
    """The text of a member as it was extracted; None where the recipe does not keep it."""
    rows = lookup.at(build.storage, build.root, member.file, member.offset)
    own = [row for row in rows if row["source"] == member.source and row.get("stage", DEDUP) == DEDUP]
    texts = [_extracted(row) for row in own if member.by_record or row["part"] == member.part]
    return None if None in texts else JOINT.join(text or "" for text in texts)


def _extracted(row: Row) -> str | None:
    return row["text"] if row["text"] is None or "stage" in row else recover(row["text"], row["edits"])


def differences(one: str, other: str) -> list[str]:
    """Sentences that one text has (`- `) and another has not (`+ `), and those beside; none where all are equal."""
    texts = [[sentence for sentence in _SENTENCE.split(text) if sentence.strip()][:_MOST] for text in (one, other)]
    return [line[:1] + " " + line[1:] for line in _unified(*texts)]


def _unified(one: Sequence[str], other: Sequence[str]) -> Iterator[str]:
    lines = difflib.unified_diff(one, other, n=1, lineterm="")
    yield from (line for at, line in enumerate(lines) if at > 1 and not line.startswith("@@"))
