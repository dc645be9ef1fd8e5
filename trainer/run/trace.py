"""Which documents a step trained on, and what the corpus knows of them.

Nothing was written down at that step. Its batch follows from RUN/config.lock.toml and the pack, as it did then; the
documents' addresses, titles and measures are read from the corpus, at the file and row that the pack's index names.
"""

import json
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from winnow.trainer import reading
from winnow.trainer.config.settings import Config
from winnow.trainer.data.batches import Batches, Span
from winnow.trainer.errors import BadCall, RunFailed
from winnow.trainer.figures import number
from winnow.trainer.pack import remote
from winnow.trainer.pack.documents import Documents
from winnow.trainer.pack.index import Pack
from winnow.trainer.report import history, metrics
from winnow.trainer.run import branch, run_folder
from winnow.trainer.run.provenance import Known, look_up

_WIDEST = 200  # characters of an address or a title
_LINE = 110


@dataclass(frozen=True)
class Piece:
    """Tokens [start, stop) of a document in columns [column, column + stop - start) of a row."""

    row: int
    column: int
    start: int
    stop: int
    epoch: int
    """Of the source, from 0."""


@dataclass(frozen=True)
class Traced:
    """A document of a step."""

    id: str
    source: str
    file: str
    """Of the corpus, where it lay when it was packed."""
    row: int
    """In that file."""
    length: int
    """Tokens of the whole document."""
    pieces: tuple[Piece, ...]
    known: Known

    @property
    def tokens(self) -> int:
        """Of this step."""
        return sum(piece.stop - piece.start for piece in self.pieces)


def trace(
    run: Path, step: int, say: Callable[[str], None], *, row: int | None = None, as_json: bool = False
) -> None:  # fmt: skip
    """Tell the documents of a step, counted from 1 as metrics.jsonl counts them, or of one of its rows, from 0.

    BadCall: no run, no such step or row. RunFailed: the pack is not the one that the run was trained on.
    """
    config, steps, rows = _settled(run)
    if not 1 <= step <= steps:
        raise BadCall(f"--step {step}: {run} has the steps 1 to {steps}")
    if row is not None and not 0 <= row < rows:
        raise BadCall(f"--row {row}: a step of {run} has the rows 0 to {rows - 1}")
    origin = branch.known(run) if (run / run_folder.PACK).is_file() else None
    if origin is not None and step <= origin.step:
        raise BadCall(
            f"--step {step}: {run} began after step {origin.step:,}, from {origin.path}; ask the run it is of"
        )
    pack = _pack(run, config)
    batches = Batches.of(config, pack, rows, steps)
    spans = batches.spans(step - 1)
    documents, complaints = traced(pack, spans, range(rows) if row is None else [row])
    if as_json:
        value = {"run": str(run), "step": step, "steps": steps, "rows": rows, "row": row, "pack": str(pack.path),
                 "complaints": complaints, "documents": [_value(each) for each in documents]}  # fmt: skip
        say(json.dumps(value, indent=1, ensure_ascii=False, default=str))
        return
    where = f"row {row} of step {step:,}" if row is not None else f"step {step:,}"
    size = f"{'one row' if row is not None else f'{rows:,} rows'} of {batches.width:,} tokens"
    say(f"{where} of {steps:,}: {len(documents):,} documents in {size}")
    for complaint in complaints:
        say(f"! {_clean(complaint)}; of its documents only ids are told")
    for each in documents:
        say("\n" + "\n".join(_told(each)))


def traced(pack: Pack, spans: Sequence[Sequence[Span]], rows: Sequence[int]) -> tuple[list[Traced], list[str]]:
    """The documents of these rows of a step, each once, in the order in which they come; and for each corpus file that
    could not be asked, why."""
    pieces: dict[tuple[str, int], list[Piece]] = {}
    for row in rows:
        for span in spans[row]:
            piece = Piece(row, span.column, span.start, span.stop, span.epoch)
            pieces.setdefault((span.source, span.document), []).append(piece)
    columns: dict[str, Documents] = {source: pack.documents("train", source) for source, _ in pieces}
    names = dict[tuple[str, int], str]()
    for source, of in columns.items():
        mine = [document for name, document in pieces if name == source]
        names.update(zip([(source, document) for document in mine], of.ids(mine), strict=True))
    sought: dict[int, dict[int, str]] = {}
    for source, document in pieces:
        of = columns[source]
        sought.setdefault(int(of.shard[document]), {})[int(of.row[document])] = names[source, document]
    found = {shard: look_up(pack, shard, ids) for shard, ids in sorted(sought.items())}
    documents = []
    for (source, document), parts in pieces.items():
        of = columns[source]
        shard, row = int(of.shard[document]), int(of.row[document])
        known = found[shard].rows.get(row, Known())
        length = int(of.tokens[document])
        documents.append(Traced(names[source, document], source, pack.corpus[shard], row, length, tuple(parts), known))
    return documents, [shard.complaint for shard in found.values() if shard.complaint]


def _settled(run: Path) -> tuple[Config, int, int]:
    """The configuration that the run obeys, its steps, and the rows of a step."""
    lock = run / run_folder.CONFIG
    if not lock.is_file():
        raise BadCall(f"{run} is no run: it has no {lock.name}")
    start = history.read(run / metrics.FILE).last("start")
    if not (isinstance(start.get("steps"), int) and isinstance(start.get("rows"), int)):
        raise BadCall(f"{run / metrics.FILE} has no start line with the run's steps and rows: the run has not begun")
    return run_folder.locked(run), start["steps"], start["rows"]


def _pack(run: Path, config: Config) -> Pack:
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


def _told(of: Traced) -> Iterator[str]:
    """A document's lines: its address or id, what is known of it, where it lies in the step, and what was measured."""
    facts = dict(of.known.facts)
    yield _clean(facts.pop("url", None) or of.id)
    if "title" in facts:
        yield f"  {_clean(facts.pop('title'))}"
    copies = facts.pop("cluster_size", 1)
    words = [of.source, *map(str, facts.values()), *([f"a cluster of {copies}"] if copies != 1 else []), f"id {of.id}"]
    yield f"  {_clean(', '.join(words))}"
    places = ", ".join(f"row {each.row} at {each.column} (its {each.start:,} to {each.stop:,})" for each in of.pieces)
    yield f"  {of.tokens:,} of its {of.length:,} tokens: {places}"
    for step, measures in of.known.measures.items():
        text = ", ".join(f"{_clean(name)} {number(value)}" for name, value in measures.items())
        yield from textwrap.wrap(f"{_clean(step)}: {text}", _LINE, initial_indent="  ", subsequent_indent="    ")


def _value(of: Traced) -> dict[str, Any]:
    value = asdict(of)
    known = value.pop("known")
    return {**value, "tokens": of.tokens, **known}


def _clean(value: object) -> str:
    """On one line, of bounded length, and without what a terminal would obey."""
    text = "".join(letter if letter.isprintable() else " " for letter in str(value))
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
