"""Counting rows by what their documents are: language, domain, top-level domain, year, month of capture, license."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from winnow.pipelines.corpus.domains import domain_of
from winnow.pipelines.counts import NONE, Count
from winnow.pipelines.plan.names import REJECTED, UNKNOWN

FACTS = ("language", "domain", "tld", "year", "captured", "license")
COLUMNS = ("code_language", "language", "url", "date", "captured", "license", "characters")
"""What is asked of rows."""


class FactCounts:
    """Documents of corpus/, or those of rejected/ that have a text or an address, by the values of each fact. Memory:
    the distinct values."""

    def __init__(self, table: str) -> None:
        self._table = table
        self.counts: dict[str, dict[str, Count]] = {name: {} for name in FACTS}

    def add(self, rows: pa.Table) -> None:
        rows = rows.select(COLUMNS)
        if self._table == REJECTED:
            rows = rows.filter(pc.or_(pc.is_valid(_known(rows["url"])), pc.greater(rows["characters"], 0)))
        for name, values in _values(rows):
            table = pa.table({"value": pc.fill_null(values, UNKNOWN), "characters": rows["characters"]})
            sums = table.group_by("value", use_threads=False).aggregate(_SUMS)
            counts = self.counts[name]
            for value, *count in zip(*(column.to_pylist() for column in sums.columns), strict=True):
                counts[value] = counts.get(value, NONE) + Count(*count)


_SUMS = [("characters", "count"), ("characters", "sum")]


def _values(rows: pa.Table) -> Iterator[tuple[str, pa.ChunkedArray]]:
    """Each fact with its value of each row, null where it is unknown."""
    languages, domains = (_known(rows[name]) for name in ("code_language", "language")), rows["url"].to_pylist()
    yield "language", pc.coalesce(*languages)
    found = [domain_of(url) for url in domains]
    for at, name in enumerate(("domain", "tld")):
        yield name, pa.chunked_array([[of[at] for of in found]], pa.string())
    yield "year", pc.utf8_slice_codeunits(_known(rows["date"]), 0, 4)
    yield "captured", pc.utf8_slice_codeunits(_known(rows["captured"]), 0, 7)
    yield "license", _known(rows["license"])


def _known(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Null where a text is empty."""
    return pc.if_else(pc.equal(texts, ""), None, texts)
