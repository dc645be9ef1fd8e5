"""The rows of any step, as a pure function of (pack, mixture, seed, step).

    step and row                the mixture says which source, and how many of its windows came before
    source and window's number  order.py says which epoch, and where in its stream the window begins
    place in the stream         which documents, and which of their tokens: a row's spans
    spans                       tokens, read from the pack's memory-mapped files

There is no state to save. A run goes on at any step, rows do not depend on how many ranks share them, and the documents
of a step can be told afterwards.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from winnow.trainer.config.settings import Config, Data
from winnow.trainer.data.document_weights import resolved
from winnow.trainer.data.mixture import Mixture, parts
from winnow.trainer.data.order import Epochs
from winnow.trainer.data.permutation import Permutation, key
from winnow.trainer.errors import BadCall
from winnow.trainer.pack.documents import Documents
from winnow.trainer.pack.index import Pack

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Span:
    """A piece of one document in a row."""

    source: str
    epoch: int
    """Of the source, from 0."""
    document: int
    """Its place in the source's `Documents`."""
    start: int
    """Tokens [start, stop) of the document."""
    stop: int
    column: int
    """Where in the row it begins."""


@dataclass(frozen=True, order=True)
class Read:
    """Tokens [start, stop) of a document in a row of a step, which is counted from 0."""

    step: int
    row: int
    epoch: int
    start: int
    stop: int


@dataclass(frozen=True)
class Rows:
    """Rows of a step; T is context + overlap."""

    tokens: npt.NDArray[np.int64]
    """[rows, T]"""
    starts: npt.NDArray[np.bool_]
    """[rows, T]: where a document, or the row, begins."""


@dataclass(frozen=True)
class _Spans:
    """Spans of rows of one source and epoch, a column a field: [spans] each, row by row."""

    source: int
    epoch: int
    row: Ints
    document: Ints
    start: Ints
    stop: Ints
    column: Ints


class Batches:
    """All steps of a run. One object may serve several threads."""

    def __init__(self, config: Config, pack: Pack, rows_per_step: int, steps: int) -> None:
        """Rows of a window's tokens, and for the causal objective, whose targets lie one further, one more. BadCall
        where the mixture asks for what the pack does not have."""
        data, seed, context = config.data, config.seed, config.model.context
        overlap = 1 if config.objective == "causal" else 0
        self.width = context + overlap
        self.rows_per_step, self.steps = rows_per_step, steps
        self._pack, self._context, self._seed = pack, context, seed
        self._documents: dict[str, Documents] = {}
        self._epochs: dict[str, Epochs] = {}
        phased = [data.weights, *(phase.weights for phase in data.phases)]
        read = [source for source in pack.sources if any(not weights or weights.get(source) for weights in phased)]
        for source, weight in resolved(pack, read, data.rules).items():
            documents = self._documents[source] = pack.documents("train", source)
            self._epochs[source] = Epochs(
                documents.tokens, weight, source=source, seed=seed, context=context, overlap=overlap, shift=data.shift
            )
        phases = parts(data, self._natural(data), steps)
        self._mixture = Mixture(phases, rows_per_step)
        self.changes = tuple(phase.first for phase in phases[1:])
        """The steps with which a phase of the mixture begins, but for the first."""
        self._used = [any(phase.weights[i] for phase in phases) for i in range(len(pack.sources))]
        self._check()

    def rows(self, step: int, first: int, stop: int) -> Rows:
        """Rows [first, stop) of `step`, 0 <= first < stop <= rows a step. BadCall on a step that the run lacks."""
        shape = stop - first, self.width
        tokens, starts = np.empty(shape, np.int64), np.zeros(shape, np.bool_)
        for spans in self._cut(step, first, stop):
            starts[spans.row, spans.column] = True
            documents = self._documents[self._pack.sources[spans.source]]
            _fill(tokens.reshape(-1), documents, spans, spans.row * self.width + spans.column)
        return Rows(tokens, starts)

    def spans(self, step: int) -> list[list[Span]]:
        """What each row of `step` is made of, from left to right."""
        rows: list[list[Span]] = [[] for _ in range(self.rows_per_step)]
        for spans in self._cut(step, 0, self.rows_per_step):
            source = self._pack.sources[spans.source]
            columns = (spans.row, spans.document, spans.start, spans.stop, spans.column)
            for row, *rest in zip(*(values.tolist() for values in columns), strict=True):
                rows[row].append(Span(source, spans.epoch, *rest))
        return rows

    def when(self, source: str, passages: Sequence[tuple[int, int, int]]) -> list[list[Read]]:
        """The inverse of `spans`: for each of `passages`, tokens [start, stop) of a document of the source, where some
        of them are read, in the order of the run. Takes time with the steps and with the source's documents."""
        found: list[list[Read]] = [[] for _ in passages]
        if not self._used[i := self._pack.sources.index(source)]:
            return found
        epochs, epoch, before = self._epochs[source], 0, 0
        taken = np.array([self._mixture.before(step)[i] for step in range(self.steps + 1)])
        while before < taken[-1]:
            for number, turn, first, last in epochs.over(epoch, passages):
                step = int(np.searchsorted(taken, before + turn, side="right")) - 1
                if step < self.steps:
                    ends, after = self._ends(step)
                    row = self._slots(step).inverse(ends[i : i + 1] - after[i] + before + turn)
                    found[number].append(Read(step, int(row[0]), epoch, first, last))
            before += epochs.windows(epoch)
            epoch += 1
        return [sorted(reads) for reads in found]

    def ids(self, step: int) -> list[str]:
        """The ids of the documents of `step`, each once, in the order of rows."""
        spans = dict.fromkeys((span.source, span.document) for row in self.spans(step) for span in row)
        of: dict[str, list[int]] = {}
        for source, document in spans:
            of.setdefault(source, []).append(document)
        names = {source: iter(self._documents[source].ids(documents)) for source, documents in of.items()}
        return list(dict.fromkeys(next(names[source]) for source, _ in spans))

    def epochs(self, step: int) -> dict[str, float]:
        """How often each source of the mixture has been passed through before `step`: tokens read by tokens there."""
        read = self._mixture.before(step)
        return {source: read[i] * self._context / self._pack.counts("train", source).tokens
                for i, source in enumerate(self._pack.sources) if self._used[i]}  # fmt: skip

    def left_over(self) -> dict[str, int]:
        """Tokens of each source's first epoch that fill no window; all of a source that is shorter than a window."""
        return {source: epochs.left_over(0) for source, epochs in self._epochs.items()}

    def _natural(self, data: Data) -> dict[str, int]:
        """The weights where none are given: windows of an epoch, so that all sources run through at the same pace."""
        natural = {source: self._epochs[source].average if source in self._epochs else 0
                   for source in self._pack.sources}  # fmt: skip
        if not data.weights and not any(natural.values()):
            tokens = max((epochs.tokens for epochs in self._epochs.values()), default=0)
            raise BadCall(f"{self._pack.path}: no source fills a window: it takes {self.width} tokens, and the longest "
                          f"has {tokens}; pack more text or lower model.context")  # fmt: skip
        return natural

    def _check(self) -> None:
        for source, used in zip(self._pack.sources, self._used, strict=True):
            if not used or self._epochs[source].average:
                continue
            tokens = self._epochs[source].tokens
            has = f"{tokens} training tokens, a window takes {self.width}" if tokens else "no training documents"
            raise BadCall(f"{self._pack.path}: the mixture has a weight for {source!r}, which has {has}; take the "
                          "weight out, pack more of this source or lower model.context")  # fmt: skip

    def _cut(self, step: int, first: int, stop: int) -> Iterator[_Spans]:
        """The spans of rows [first, stop) of `step`, by source and epoch; rows are counted from `first`."""
        if not 0 <= step < self.steps:
            raise BadCall(f"step {step}: the run has the steps 0 to {self.steps - 1}")
        if not 0 <= first < stop <= self.rows_per_step:
            raise ValueError(f"rows [{first}, {stop}) of {self.rows_per_step}")
        slots = self._slots(step)(np.arange(first, stop))
        ends, after = self._ends(step)
        which = np.searchsorted(ends, slots, side="right")
        ordinals = after[which] - ends[which] + slots
        for i in np.unique(which).tolist():
            here = np.flatnonzero(which == i)
            source = self._epochs[self._pack.sources[i]]
            epochs, begins = source.locate(ordinals[here])
            for epoch in np.unique(epochs).tolist():
                inside = epochs == epoch
                window, document, start, end = source.epoch(epoch).under(begins[inside], self.width)
                lengths = end - start
                column = np.cumsum(lengths) - lengths - self.width * window  # each window is filled
                yield _Spans(i, epoch, here[inside][window], document, start, end, column)

    def _slots(self, step: int) -> Permutation:
        """Where each row lies when they are sorted by source: these are spread, so that each rank's share is mixed."""
        return Permutation(self.rows_per_step, key("rows", self._seed, step))

    def _ends(self, step: int) -> tuple[Ints, Ints]:
        """Of a step's rows, sorted by source: where each source's end, and its windows up to there. [sources] each."""
        before, after = np.array(self._mixture.before(step)), np.array(self._mixture.before(step + 1))
        return np.cumsum(after - before), after


def _fill(tokens: Ints, documents: Documents, spans: _Spans, into: Ints) -> None:
    """Copy each span to its place in `tokens`, [rows x T]: one gather for each of the pack's files."""
    shard = documents.shard[spans.document]
    order = np.argsort(shard, kind="stable")
    lengths = (spans.stop - spans.start)[order]
    ends = np.cumsum(lengths)
    within = np.arange(int(ends[-1])) - np.repeat(ends - lengths, lengths)
    sought = np.repeat((documents.offset[spans.document] + spans.start)[order], lengths) + within
    places = np.repeat(into[order], lengths) + within
    files, firsts = np.unique(shard[order], return_index=True)
    cuts = [0, *ends[firsts[1:] - 1].tolist(), int(ends[-1])]
    for file, begin, end in zip(files.tolist(), cuts, cuts[1:], strict=False):
        tokens[places[begin:end]] = documents.file(file)[sought[begin:end]]
