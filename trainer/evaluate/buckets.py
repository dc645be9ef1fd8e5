"""A model's figures by the values of a column of the corpus: `winnow eval --by COLUMN`, or COLUMN=1,2,5 for ranges.

A pack is asked for what it keeps (`winnow pack --column`), a corpus for any column of its files. A bucket's figure is
that of its documents that were scored, of all sources together and of each.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from winnow.trainer.aside import finite, whole
from winnow.trainer.config.text import suggest
from winnow.trainer.errors import BadCall, printable
from winnow.trainer.evaluate import bootstrap
from winnow.trainer.evaluate.evaluate import Evaluation, Figure, Unit, figure
from winnow.trainer.evaluate.held_out import Text
from winnow.trainer.evaluate.request import By
from winnow.trainer.figures import number
from winnow.trainer.pack import columns
from winnow.trainer.pack.index import Pack, is_pack

UNKNOWN = "unknown"
MOST = 100
"""Buckets of a column; of numbers without ranges MOST_NUMBERS."""
MOST_NUMBERS = 20
_SIGNS = re.compile(r"([\\`*_{}\[\]<>()#+.!|~&-])")
_WIDE = 40  # characters of a bucket's name in a table


@dataclass(frozen=True)
class Row:
    """A line of the table; the column is "source" for the figures of sources, bucket and source are "" for all."""

    data: str
    split: str
    column: str
    bucket: str
    source: str
    figure: Figure


@dataclass(frozen=True)
class Placed:
    """A column's buckets, and the number of each text's, by the text's file and row."""

    column: str
    buckets: list[str]
    of: Mapping[tuple[str, int], int]


def placed(data: Path, split: str, texts: Sequence[Text], asked: Sequence[By]) -> list[Placed]:
    """Read once, before anything is scored. BadCall where `data` has no such column, or it has too many values."""
    found = []
    for by in asked:
        buckets, places = _placed(by, _values(data, split, texts, by.column), data)
        of = {(text.file, text.row): place for text, place in zip(texts, places.tolist(), strict=True)}
        found.append(Placed(by.column, buckets, of))
    return found


def rows(name: str, split: str, evaluation: Evaluation, asked: Sequence[Placed]) -> list[Row]:
    """Of the whole, of each source, and for each column of each bucket, over all sources and in each. asked: what
    `placed` made of all texts that were scored, or more."""
    total = [Row(name, split, "source", "", "", evaluation.total)]
    found = total + [Row(name, split, "source", "", source, of) for source, of in evaluation.sources.items()]
    scores = evaluation.scores
    units = np.array([text.bytes for text in scores.texts], np.float64) if evaluation.unit == "byte" else scores.tokens
    sources = np.array([text.source for text in scores.texts])
    for by in asked:
        places = np.array([by.of[text.file, text.row] for text in scores.texts])
        for place, bucket in enumerate(by.buckets):
            for source in ["", *evaluation.sources]:
                mine = (places == place) & ((sources == source) | (not source))
                if units[mine].sum() > 0:
                    bits = bootstrap.ratio(scores.bits[mine], units[mine], key=f"{by.column}\n{bucket}")
                    found.append(Row(name, split, by.column, bucket, source, figure(bits, scores, mine)))
    return found


def _values(data: Path, split: str, texts: Sequence[Text], column: str) -> pa.ChunkedArray:
    """Of each text."""
    if not is_pack(data):
        files = dict.fromkeys(text.file for text in texts)
        columns.same([Path(file) for file in files], [column])
        read = {file: columns.read(Path(file), column) for file in files}
        found = [read[text.file][text.row].as_py() for text in texts]
        return pa.chunked_array([found], next(iter(read.values())).type)
    pack = Pack.open(data)
    if column not in columns.kept(pack):
        near = suggest(column, columns.kept(pack))
        raise BadCall(f"--by {column}: {data} does not keep that column{near}; pack with --column {column}, or give "
                      "the corpus as --data")  # fmt: skip
    parts = (columns.of(pack, split, source, column).take(pa.array([text.document for text in of]))
             for source, of in groupby(texts, key=lambda text: text.source))  # fmt: skip
    return pa.chunked_array([chunk for part in parts for chunk in part.chunks])


def _placed(by: By, values: pa.ChunkedArray, data: Path) -> tuple[list[str], npt.NDArray[np.int64]]:
    """The buckets' names, and each value's bucket."""
    if values.type == columns.WORDS:
        if by.edges:
            raise BadCall(f"--by {by.column}: {data} has words there, which have no ranges")
        words = values.to_pylist()
        names = sorted({word for word in words if word is not None})
        _few(by, len(names), MOST, data, "")
        place = {word: n for n, word in enumerate(names)} | {None: len(names)}
        return [*names, UNKNOWN], np.array([place[word] for word in words], np.int64)
    numbers = np.asarray(values.to_numpy())
    known = numbers[~np.isnan(numbers)]
    if by.edges:
        between = (f"{_plain(a)} to below {_plain(b)}" for a, b in pairwise(by.edges))
        names = [f"below {_plain(by.edges[0])}", *between, f"{_plain(by.edges[-1])} and more"]
        places = np.searchsorted(np.array(by.edges), numbers, side="right")
    else:
        kinds = np.unique(known)
        quarters = ",".join(map(_plain, np.unique(np.quantile(known, (0.25, 0.5, 0.75)))) if len(known) else "0")
        _few(by, len(kinds), MOST_NUMBERS, data, f": give ranges, --by {by.column}={quarters}")
        names, places = list(map(_plain, kinds)), np.searchsorted(kinds, numbers)
    return [*names, UNKNOWN], np.where(np.isnan(numbers), len(names), places)


def _few(by: By, count: int, most: int, data: Path, cure: str) -> None:
    if count > most:
        raise BadCall(f"--by {by.column}: {data} has {count:,} values there, more than {most}{cure}")


def _plain(value: float) -> str:
    return f"{value:g}" if value != int(value) else f"{int(value)}"


def lines(found: Sequence[Row]) -> list[str]:
    """What the terminal shows of the buckets."""
    told = [(f"{row.column} {printable(row.bucket)[:_WIDE]}", row.source or "all", row.figure)
            for row in found if row.column != "source"]  # fmt: skip
    wide = max((len(bucket) for bucket, *_ in told), default=0)
    return [f"{bucket:{wide}}  {source:12} {of.bits.value:8.4f}  {of.bits.ends():16}"
            f"{of.documents:9,} documents{number(of.bytes):>9} bytes" for bucket, source, of in told]  # fmt: skip


def write(path: Path, unit: Unit, found: Sequence[Row]) -> None:
    """The table, as Parquet or as Markdown by the name's ending. RunFailed where it cannot be written."""
    heads = ("data", "split", "column", "bucket", "source")
    told = [{name: getattr(row, name) for name in heads} | row.figure.record(unit) for row in found]
    values: list[dict[str, Any]] = finite(told)
    with whole(path) as file:
        if path.suffix == ".parquet":
            pq.write_table(pa.Table.from_pylist(values), file)
        else:
            file.write(_markdown(values).encode())


def _markdown(values: Sequence[dict[str, Any]]) -> str:
    def cell(value: Any) -> str:
        if value is None:
            return "-"
        if isinstance(value, float):
            return f"{value:.4f}"
        return f"{value:,}" if isinstance(value, int) else _SIGNS.sub(r"\\\1", printable(value)) or "all"

    names = list(values[0])
    table = [[name.replace("_", " ") for name in names], [":--" if n < 5 else "--:" for n in range(len(names))]]
    table += [[cell(value) for value in row.values()] for row in values]
    return "".join(f"| {' | '.join(row)} |\n" for row in table)
