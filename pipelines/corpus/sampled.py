"""Samples of documents by what became of them: where they stand in corpus/ and rejected/, and why they were chosen.

They are chosen by their values and the hash of their row key alone, so that samples of parts, merged in any order, are
those of the whole. A document has one rank, so that one that is chosen for one measure is often chosen for others too,
and all samples together are of few documents. How many rows there are at most, whatever the size of the corpus:

    bin      of each measure in each cell (`cells`) and each fate 2: some 200 to 1,500 of a measure, 32,808 at most
    near     of each limit, by measure and side, 5 kept documents and 5 that its rule dropped, nearest to the limit
    rule     of each rule that dropped documents 20
    kept     of each source 40
    cluster  of the 10 largest clusters, and of 10 others chosen by the hash of their ids, 4 members
    edited   20 kept documents whose text editors changed
"""

from collections.abc import Collection, Iterable, Sequence
from hashlib import blake2b

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winnow.pipelines.corpus.cells import MOST, cells_of
from winnow.pipelines.corpus.sketch import Floats, Ints

BIN, NEAR, RULE, KEPT, CLUSTER, EDITED = KINDS = ("bin", "near", "rule", "kept", "cluster", "edited")
MOST_OF = {BIN: 2, NEAR: 5, RULE: 20, KEPT: 40, CLUSTER: 4, EDITED: 20}
"""Samples of each thing that is sampled."""
CLUSTERS = 10
"""That are largest; as many others are chosen by hash."""
SCHEMA = pa.schema([
    ("kind", pa.string()), ("source", pa.string()), ("step", pa.string()), ("measure", pa.string()),
    ("side", pa.string()), ("fate", pa.string()), ("rule", pa.string()), ("low", pa.float64()), ("high", pa.float64()),
    ("value", pa.float64()), ("rank", pa.string()), ("cluster", pa.string()), ("cluster_size", pa.int64()),
    ("table", pa.string()), ("path", pa.string()), ("row_group", pa.int32()), ("row", pa.int32()),
])  # fmt: skip
_BY = {
    BIN: ("step", "measure", "fate"), NEAR: ("step", "measure", "side", "table"), RULE: ("rule",), KEPT: ("source",),
    EDITED: (),
}  # fmt: skip
"""What is sampled, of each kind; of `bin` by cell too."""
_ORDER = ("kind", "step", "measure", "side", "fate", "low", "high", "cluster", "source", "rule", "rank")
_AT_ONCE, _OF_PARTS = 1 << 16, 1 << 18
"""Candidates that are gathered before is chosen among them; when parts are merged."""


class Sampled:
    """The samples among candidates that come in any order. Memory: the samples, `at_once` candidates, and as much while
    is chosen among them; some 200 bytes each."""

    def __init__(self, at_once: int = _AT_ONCE) -> None:
        self._candidates = [SCHEMA.empty_table()]
        self._at_once = self._most = at_once

    def add(self, candidates: pa.Table) -> None:
        self._candidates.append(candidates)
        if sum(table.num_rows for table in self._candidates) > self._most:
            found = self._choose()
            self._most = found.num_rows + self._at_once

    def _choose(self) -> pa.Table:
        found = chosen(pa.concat_tables(self._candidates))
        self._candidates = [found]
        return found

    def result(self) -> pa.Table:
        """SCHEMA, sorted: a function of the documents as a set."""
        return self._choose().sort_by([(name, "ascending") for name in (*_ORDER, "path", "row_group", "row")])


def merged(parts: Iterable[pa.Table]) -> pa.Table:
    """The samples of all parts together, whatever their order."""
    found = Sampled(_OF_PARTS)
    for part in parts:
        found.add(part)
    return found.result()


def chosen(candidates: pa.Table) -> pa.Table:
    """The samples among candidates, which have SCHEMA; in any order."""
    table = candidates.combine_chunks()
    kinds = table["kind"].to_numpy()
    found = []
    for kind in KINDS:
        of = table.filter(pa.array(kinds == kind))
        found.append(of.take(pa.array(_members(of) if kind == CLUSTER else _samples(of, kind))))
    return pa.concat_tables(found)


def least_of_each(most: int, by: Ints, *orders: Ints | Floats) -> Ints:
    """int64: the places of the first `most` of each value of `by`, in the order of `orders`, of which the first counts
    most."""
    order = np.lexsort((*orders[::-1], by))
    by = by[order]
    starts = np.flatnonzero(np.concatenate([[True], by[1:] != by[:-1]])[: len(by)])
    within = np.arange(len(by)) - np.repeat(starts, np.diff(starts, append=len(by)))
    found: Ints = order[within < most]
    return found


def numbers_of(ranks: Sequence[str]) -> Ints:
    """int64 [ranks]: numbers in the order of the ranks (`surveyed.rank_of`)."""
    number = np.frombuffer(bytes.fromhex("".join(ranks)), ">u8").astype(np.uint64)
    found: Ints = (number ^ np.uint64(1 << 63)).view(np.int64)
    return found


def distances(values: Floats, limits: Floats) -> Floats:
    """How far each value is from its limit, by the limit's size; by 1 where that is 0."""
    with np.errstate(invalid="ignore"):  # a finished build's ledger that was tampered with can have infinite limits
        found: Floats = np.abs(values - limits) / np.where(limits == 0, 1.0, np.abs(limits))
    return found


def _samples(of: pa.Table, kind: str) -> Ints:
    """The places of the samples of one kind."""
    by, ranks = np.zeros(of.num_rows, np.int64), numbers_of(of["rank"].to_pylist())
    for name in _BY[kind]:
        codes = _codes(of[name])
        by = by * (codes.max(initial=0) + 1) + codes
    values = of["value"].to_numpy()
    if kind == BIN:
        by = by * (2 * MOST + 1) + cells_of(values)
    if kind == NEAR:
        return least_of_each(MOST_OF[kind], by, distances(values, of["low"].to_numpy()), ranks)
    return least_of_each(MOST_OF[kind], by, ranks)


def _members(of: pa.Table) -> Ints:
    """The places of the samples of clusters: the kept one first."""
    sizes, names = of["cluster_size"].to_pylist(), of["cluster"].to_pylist()
    numbers = {key: number for number, key in enumerate(dict.fromkeys(zip(sizes, names, strict=True)))}
    of_each = np.array([numbers[key] for key in zip(sizes, names, strict=True)], np.int64)
    dropped = pc.is_valid(of["rule"]).to_numpy().astype(np.int64)
    members = least_of_each(MOST_OF[CLUSTER], of_each, dropped, numbers_of(of["rank"].to_pylist()))
    found: Ints = members[np.isin(of_each[members], [numbers[key] for key in chosen_clusters(numbers)])]
    return found


def chosen_clusters(clusters: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
    """The largest of distinct clusters, as (size, id), and those whose id has the least hash."""
    largest = sorted(clusters, key=lambda of: (-of[0], of[1]))[:CLUSTERS]
    hashed = sorted(clusters, key=lambda of: (blake2b(of[1].encode(), digest_size=8).digest(), of))[:CLUSTERS]
    return {*largest, *hashed}


def _codes(column: pa.ChunkedArray) -> Ints:
    """int64 [rows]: a number for each value of a column of strings, null as one of them."""
    indices = column.combine_chunks().dictionary_encode(null_encoding="encode").indices
    found: Ints = indices.to_numpy().astype(np.int64)
    return found
