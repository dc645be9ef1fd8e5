"""What a corpus knows of packed documents: read back from its Parquet files by shard and row, only where they lie."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from winnow.trainer.errors import BadCall, one_line
from winnow.trainer.pack.documents import Documents
from winnow.trainer.pack.index import Pack

_WIDEST = 200  # characters of an address or a title
FACTS = ("url", "title", "date", "language", "code_language", "license", "cluster_size")
"""Columns of a build's corpus that tell what a document is."""


@dataclass(frozen=True)
class Known:
    """Of one document; what the corpus has no column for is missing, what it does not know is left out."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    """Some of FACTS."""
    measures: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """By the step that measured: the corpus's columns that are structs of numbers."""


@dataclass(frozen=True)
class Found:
    """What was found of the documents of one shard."""

    rows: Mapping[int, Known]
    complaint: str | None = None
    """Why there is nothing: the file is gone, changed or damaged."""


@dataclass(frozen=True)
class Document:
    """What is told of a document."""

    id: str
    source: str
    file: str
    """Of the corpus, where it lay when it was packed."""
    row: int
    """In that file."""
    length: int
    """Tokens of the whole document."""
    known: Known

    def value(self) -> dict[str, Any]:
        """For JSON."""
        value = asdict(self)
        known = value.pop("known")
        return {**value, **known}

    def lines(self) -> Iterator[str]:
        """Its address or id, and what is known of it."""
        facts = dict(self.known.facts)
        yield clean(facts.pop("url", None) or self.id)
        if "title" in facts:
            yield f"  {clean(facts.pop('title'))}"
        copies = facts.pop("cluster_size", 1)
        cluster = [f"a cluster of {copies}"] if copies != 1 else []
        yield f"  {clean(', '.join([self.source, *map(str, facts.values()), *cluster, f'id {self.id}']))}"


def named(pack: Pack, wanted: Sequence[tuple[str, int]]) -> tuple[dict[tuple[str, int], Document], list[str]]:
    """What is known of training documents, each given as its source and its place there; and for each corpus file that
    could not be asked, why."""
    columns: dict[str, Documents] = {source: pack.documents("train", source) for source, _ in wanted}
    names = dict[tuple[str, int], str]()
    for source, of in columns.items():
        mine = [document for name, document in wanted if name == source]
        names.update(zip([(source, document) for document in mine], of.ids(mine), strict=True))
    sought: dict[int, dict[int, str]] = {}
    for source, document in wanted:
        of = columns[source]
        sought.setdefault(int(of.shard[document]), {})[int(of.row[document])] = names[source, document]
    found = {shard: look_up(pack, shard, ids) for shard, ids in sorted(sought.items())}
    documents = {}
    for source, document in wanted:
        of = columns[source]
        shard, row = int(of.shard[document]), int(of.row[document])
        known = found[shard].rows.get(row, Known())
        name, length = names[source, document], int(of.tokens[document])
        documents[source, document] = Document(name, source, pack.corpus[shard], row, length, known)
    return documents, [shard.complaint for shard in found.values() if shard.complaint]


def look_up(pack: Pack, shard: int, ids: Mapping[int, str]) -> Found:
    """The documents of a shard by their rows; `ids` are those that the pack has for them, and must still be there."""
    try:
        rows = dict(_read(str(pack.corpus_file(shard)), ids))
    except BadCall as error:
        return Found({}, str(error))
    except (pa.ArrowException, OSError) as error:
        return Found({}, f"{pack.corpus[shard]} cannot be read: {one_line(error)}")
    return Found(rows)


def _read(path: str, ids: Mapping[int, str]) -> Iterator[tuple[int, Known]]:
    with pq.ParquetFile(path, pre_buffer=False) as file:
        schema = file.schema_arrow
        steps = [name for name in schema.names if _measuring(schema.field(name).type)]
        columns = [name for name in ("id", *FACTS, *steps) if name in schema.names]
        sizes = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
        ends = np.cumsum(sizes)
        rows = np.array(sorted(ids), np.int64)
        if (last := int(rows[-1])) >= sum(sizes):
            raise BadCall(f"{path} has changed since it was packed: row {last} was {ids[last]} and is gone")
        groups = np.searchsorted(ends, rows, side="right")
        for group in np.unique(groups).tolist():
            wanted = rows[groups == group]
            table = file.read_row_group(group, columns=columns, use_threads=False)
            taken = table.take(wanted - (ends[group] - sizes[group])).to_pylist() if columns else [{}] * len(wanted)
            for row, values in zip(wanted.tolist(), taken, strict=True):
                yield row, _known(path, row, ids[row], values, steps)


def _known(path: str, row: int, id: str, values: Mapping[str, Any], steps: Sequence[str]) -> Known:
    now = values.get("id")
    if now not in (None, "") and str(now) != id:
        raise BadCall(f"{path} has changed since it was packed: row {row} was {id} and is {now}")
    facts = {name: values[name] for name in FACTS if values.get(name) not in (None, "")}
    measures = {step: _numbers(values[step] or {}) for step in steps}
    return Known(facts, {step: found for step, found in measures.items() if found})


def _numbers(values: Mapping[str, float | None]) -> dict[str, float]:
    return {name: value for name, value in values.items() if value is not None and math.isfinite(value)}


def _measuring(kind: pa.DataType) -> bool:
    """Whether a column is a struct of numbers."""
    numeric = (pa.types.is_floating, pa.types.is_integer, pa.types.is_null)
    return bool(pa.types.is_struct(kind)) and all(any(test(part.type) for test in numeric) for part in kind)


def clean(value: object) -> str:
    """On one line, of bounded length, and without what a terminal would obey."""
    text = "".join(letter if letter.isprintable() else " " for letter in str(value))
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
