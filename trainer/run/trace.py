"""Which documents a step trained on, and what the corpus knows of them.

Nothing was written down at that step. Its batch follows from RUN/config.lock.toml and the pack, as it did then; the
documents' addresses, titles and measures are read from the corpus's Parquet files, at the rows that the index names.
"""

import json
import math
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from winnow.trainer import reading
from winnow.trainer.config.settings import Config
from winnow.trainer.data.batches import Batches, Span
from winnow.trainer.errors import BadCall, RunFailed, one_line
from winnow.trainer.figures import many, number
from winnow.trainer.pack import remote
from winnow.trainer.pack.index import Pack
from winnow.trainer.report import history
from winnow.trainer.run import branch, run_folder

_LINE = 110  # characters
_WIDEST = 200  # of an address or a title
FACTS = ("url", "title", "date", "language", "code_language", "license", "cluster_size")
"""Columns of a build's corpus that tell what a document is."""
_Known = tuple[dict[str, Any], dict[str, dict[str, float]]]  # facts and measures of a document
Pieces = list[tuple[int, Span]]
"""Of a document, and in which rows."""


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
    facts: Mapping[str, Any]
    """Some of FACTS: what the corpus has no column for, or does not know, is left out."""
    measures: Mapping[str, Mapping[str, float]]
    """By the step that measured: the corpus's columns that are structs of numbers."""

    def lines(self) -> Iterator[str]:
        """Its address or id, and what is known of it."""
        facts = dict(self.facts)
        url = facts.pop("url", None)
        yield clean(url or self.id)
        if "title" in facts:
            yield f"  {clean(facts.pop('title'))}"
        copies = facts.pop("cluster_size", 1)
        cluster = [f"a cluster of {copies}"] if copies != 1 else []
        named = [f"id {self.id}"] if url else []
        yield f"  {clean(', '.join([self.source, *map(str, facts.values()), *cluster, *named]))}"


def trace(
    run: Path, step: int, say: Callable[[str], None], *, row: int | None = None, as_json: bool = False
) -> None:  # fmt: skip
    """Tell the documents of a step, counted from 1 as metrics.jsonl counts them, or of one of its rows, from 0.

    BadCall: no run, no such step or row. RunFailed: the pack is not the one that the run was trained on.
    """
    config, steps, rows = settled(run)
    if not 1 <= step <= steps:
        raise BadCall(f"--step {step}: {run} has the steps 1 to {steps}")
    if row is not None and not 0 <= row < rows:
        raise BadCall(f"--row {row}: a step of {run} has the rows 0 to {rows - 1}")
    origin = branch.known(run) if (run / run_folder.PACK).is_file() else None
    if origin is not None and step <= origin.step:
        raise BadCall(
            f"--step {step}: {run} began after step {origin.step:,}, from {origin.path}; ask the run it is of"
        )
    pack = pack_of(run, config)
    batches = Batches(config, pack, rows, steps)
    spans = batches.spans(step - 1)
    pieces: dict[tuple[str, int], Pieces] = {}
    for place in range(rows) if row is None else [row]:
        for span in spans[place]:
            pieces.setdefault((span.source, span.document), []).append((place, span))
    documents, complaints = named(pack, list(pieces))
    if as_json:
        values = [_value(document, pieces[key]) for key, document in documents.items()]
        tell_json(say, {"run": str(run), "step": step, "steps": steps, "rows": rows, "row": row,
                        "pack": str(pack.path), "complaints": complaints, "documents": values})  # fmt: skip
        return
    where = f"row {row} of step {step:,}" if row is not None else f"step {step:,}"
    size = f"{many(rows if row is None else 1, 'row')} of {batches.width:,} tokens"
    say(f"{where} of {steps:,}: {many(len(documents), 'document')} in {size}")
    tell_complaints(say, complaints)
    for key, document in documents.items():
        say("\n" + "\n".join(_told(document, pieces[key])))


def tell_json(say: Callable[[str], None], value: Mapping[str, Any]) -> None:
    say(json.dumps(value, indent=1, ensure_ascii=False, default=str))


def tell_complaints(say: Callable[[str], None], complaints: Sequence[str]) -> None:
    for complaint in complaints:
        say(f"! {clean(complaint)}; of its documents only ids are told")


def settled(run: Path) -> tuple[Config, int, int]:
    """The configuration that the run obeys, its steps, and the rows of a step."""
    lock = run / run_folder.CONFIG
    if not lock.is_file():
        raise BadCall(f"{run} is no run: it has no {lock.name}")
    start = history.read(run / history.METRICS).last("start")
    if not (isinstance(start.get("steps"), int) and isinstance(start.get("rows"), int)):
        raise BadCall(f"{run / history.METRICS} has no start line with the run's steps and rows: the run has not begun")
    return run_folder.locked(run), start["steps"], start["rows"]


def pack_of(run: Path, config: Config) -> Pack:
    lock = run / run_folder.PACK
    try:
        known = reading.json_object(lock, " cannot be read")
        path, wanted = Path(known["pack"]), str(known["fingerprint"])
    except (KeyError, TypeError) as error:
        raise BadCall(f"{lock} cannot be read ({type(error).__name__}): it names the pack of the run") from None
    if not path.is_dir():
        path = remote.local(config.data.pack, lambda _: None)
    pack = Pack.open(path)
    if pack.fingerprint != wanted:
        is_now, was = pack.fingerprint[:12], wanted[:12]
        raise RunFailed(f"{path} is not the pack that {run} was trained on: its fingerprint is {is_now}…, the run's is "
                        f"{was}…; put that pack in its place, or pack the same corpus again")  # fmt: skip
    return pack


def _told(document: Document, pieces: Pieces) -> Iterator[str]:
    """A document's lines: what it is, where it lies in the step, and what was measured."""
    yield from document.lines()
    places = ", ".join(f"row {row} at {of.column} (its {of.start:,} to {of.stop:,})" for row, of in pieces)
    yield f"  {_tokens(pieces):,} of its {many(document.length, 'token')}: {places}"
    for step, measures in document.measures.items():
        text = ", ".join(f"{clean(name)} {number(value)}" for name, value in measures.items())
        yield from textwrap.wrap(f"{clean(step)}: {text}", _LINE, initial_indent="  ", subsequent_indent="    ")


def _value(document: Document, pieces: Pieces) -> dict[str, Any]:
    names = ("column", "start", "stop", "epoch")
    told = [{"row": row} | {name: getattr(of, name) for name in names} for row, of in pieces]
    return asdict(document) | {"tokens": _tokens(pieces), "pieces": told}


def _tokens(pieces: Pieces) -> int:
    """Of this step."""
    return sum(of.stop - of.start for _, of in pieces)


def named(pack: Pack, wanted: Sequence[tuple[str, int]]) -> tuple[dict[tuple[str, int], Document], list[str]]:
    """What is known of training documents, each given as its source and its place there; and for each corpus file that
    could not be asked, why."""
    placed = dict[tuple[str, int], tuple[str, int, int]]()
    sought: dict[int, dict[int, str]] = {}
    columns = {source: pack.documents("train", source) for source, _ in wanted}
    for source, of in columns.items():
        mine = [document for name, document in wanted if name == source]
        for document, id in zip(mine, of.ids(mine), strict=True):
            shard, row = int(of.shard[document]), int(of.row[document])
            placed[source, document] = id, shard, row
            sought.setdefault(shard, {})[row] = id
    known, complaints = dict[tuple[int, int], _Known](), list[str]()
    for shard, ids in sorted(sought.items()):
        try:
            known |= {(shard, row): found for row, found in _read(str(pack.corpus_file(shard)), ids)}
        except BadCall as error:
            complaints.append(str(error))
        except (pa.ArrowException, OSError) as error:
            complaints.append(f"{pack.corpus[shard]} cannot be read: {one_line(error)}")
    found = dict[tuple[str, int], Document]()
    for source, document in wanted:
        id, shard, row = placed[source, document]
        length = int(columns[source].tokens[document])
        found[source, document] = Document(id, source, pack.corpus[shard], row, length,
                                           *known.get((shard, row), ({}, {})))  # fmt: skip
    return found, complaints


def _read(path: str, ids: Mapping[int, str]) -> Iterator[tuple[int, _Known]]:
    """What a file knows of documents by their rows; `ids` are those that the pack has for them, and must still be
    there."""
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
                if (now := values.get("id")) not in (None, "") and str(now) != ids[row]:
                    raise BadCall(f"{path} has changed since it was packed: row {row} was {ids[row]} and is {now}")
                facts = {name: values[name] for name in FACTS if values.get(name) not in (None, "")}
                measures = {step: _numbers(values[step] or {}) for step in steps}
                yield row, (facts, {step: found for step, found in measures.items() if found})


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
