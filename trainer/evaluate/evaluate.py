"""Bits per byte: what a model charges for held-out texts, in total and by source, with intervals.

Bits per byte (nats of all tokens over ln 2 and over the texts' bytes in UTF-8) do not depend on the tokenizer, so that
models with other vocabularies, and compressors, stand on one scale. The end-of-text's own bits are kept apart.

An encoder's figure is bits per masked token at the share of training instead: it has no probability of a whole text but
by one pass a token (pseudo-log-likelihood, Salazar et al. 2020), and is not to be compared with a decoder's.
"""

import functools
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from winnow.trainer.config.settings import Masking
from winnow.trainer.data.masking import mask as mask_tokens
from winnow.trainer.errors import BadCall
from winnow.trainer.evaluate import bootstrap, held_out, scoring
from winnow.trainer.evaluate.held_out import Sample, Text
from winnow.trainer.hashes import hash_text
from winnow.trainer.pack.index import Pack
from winnow.trainer.pack.tokenizer import Loaded
from winnow.trainer.parallel.ranks import Ranks

Unit = Literal["byte", "masked token"]
GROUP_TOKENS = 1 << 20
"""Documents are read and scored in groups of about so many tokens: what bounds memory."""


@dataclass(frozen=True)
class Scoring:
    """How documents are read."""

    words: Pack | Loaded
    """Which says how many tokens there are, and which of them begin, end and mask."""
    context: int
    stride: int = 0
    """Of windows of longer documents; 0: half the context."""
    masking: Masking | None = None
    """Of an encoder; None of a decoder."""

    def pieces(self, text: Text) -> list[scoring.Piece]:
        """What is masked of a document is the same at any time, whatever else is scored."""
        words, masking, tokens = self.words, self.masking, text.tokens
        if masking is None:
            return scoring.causal_pieces(tokens, self.context, self.stride or max(1, self.context // 2))
        assert words.mask is not None
        special = (words.begin, words.end, words.mask)
        of_document = (held_out.SEED, hash_text(f"{held_out.SEED}\n{text.id}"))
        hide = functools.partial(mask_tokens, settings=masking, vocab=words.vocab, mask_id=words.mask, special=special)
        return scoring.masked_pieces(tokens, self.context, lambda these, n: hide(these, key=(*of_document, n)))


@dataclass(frozen=True)
class Scores:
    """A row a document that was scored."""

    texts: Sequence[Text]
    bits: npt.NDArray[np.float64]
    """Of the text's tokens (an encoder: of the masked ones)."""
    end_bits: npt.NDArray[np.float64]
    """Of the end-of-text."""
    tokens: npt.NDArray[np.float64]
    """That were scored, the end-of-text not among them."""

    def table(self) -> pa.Table:
        """source, id, file, row, bytes, tokens, bits, end_bits."""
        names = ("source", "id", "file", "row", "bytes")
        columns: dict[str, Any] = {name: [getattr(text, name) for text in self.texts] for name in names}
        return pa.table({
            **columns, "tokens": self.tokens.astype(np.int64), "bits": self.bits, "end_bits": self.end_bits,
        })  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """What was measured of one source, or of all."""

    bits: bootstrap.Interval
    """Per byte, or per masked token."""
    documents: int
    tokens: int
    bytes: int
    end_bits: float
    """Of an end-of-text, on average."""

    def record(self, unit: Unit) -> dict[str, Any]:
        """bits_per_byte (an encoder: bits_per_masked_token), its interval, and how much it is of."""
        bits = {f"bits_per_{unit.replace(' ', '_')}": self.bits.value, "low": self.bits.low, "high": self.bits.high}
        return {**bits, "documents": self.documents, "tokens": self.tokens, "bytes": self.bytes}


@dataclass(frozen=True)
class Evaluation:
    """The figures of one evaluation, and what they come from."""

    unit: Unit
    total: Figure
    sources: Mapping[str, Figure]
    stands_for: Mapping[str, int]
    """Bytes of each source in all, scored or not: the weights of `total`."""
    scores: Scores
    seconds: float

    def record(self) -> dict[str, Any]:
        """For metrics.jsonl: the total, and by source."""
        by_source = {source: figure.record(self.unit) for source, figure in self.sources.items()}
        return {**self.total.record(self.unit), "by_source": by_source, "seconds": round(self.seconds, 3)}


def evaluate(model: scoring.Scorable, sample: Sample, how: Scoring, ranks: Ranks) -> Evaluation:
    """Score the documents of a sample with a model as it stands; every rank gets the same figures. BadCall where there
    is nothing to mask with.

    Memory: a group of GROUP_TOKENS tokens, one forward pass of `scoring.BATCH_TOKENS`, and a row a document.
    """
    if how.masking is not None and how.words.mask is None:
        raise BadCall(f"{sample.name}: the tokenizer names no mask_token, so no encoder can be evaluated there")
    began = time.perf_counter()
    texts, parts = list[Text](), list[npt.NDArray[np.float64]]()
    for group in _groups(sample.read()):
        parts.append(_score(model, group, how, ranks))
        texts += [replace(text, tokens=held_out.UNREAD) for text in group]
    columns = np.concatenate(parts)
    scores = Scores(texts, columns[:, scoring.TEXT], columns[:, scoring.END], columns[:, scoring.COUNT])
    return _figures(scores, sample, "byte" if how.masking is None else "masked token", time.perf_counter() - began)


def _groups(texts: Iterable[Text]) -> Iterator[list[Text]]:
    group, tokens = list[Text](), 0
    for text in texts:
        if group and tokens + len(text.tokens) > GROUP_TOKENS:
            yield group
            group, tokens = [], 0
        group.append(text)
        tokens += len(text.tokens)
    if group:
        yield group


def _score(model: scoring.Scorable, texts: Sequence[Text], how: Scoring, ranks: Ranks) -> npt.NDArray[np.float64]:
    """[texts, 3], columns as of `scoring.bits`."""
    owners, pieces = list[int](), list[scoring.Piece]()
    for number, text in enumerate(texts):
        cut = how.pieces(text)
        pieces += cut
        owners += [number] * len(cut)
    found = scoring.bits(model, pieces, how.words.end, how.context, ranks)
    return np.stack([np.bincount(owners, found[:, column], len(texts)) for column in range(found.shape[1])], axis=1)


def _figures(scores: Scores, sample: Sample, unit: Unit, seconds: float) -> Evaluation:
    of = np.array([text.source for text in scores.texts])
    units = np.array([text.bytes for text in scores.texts], dtype=np.float64) if unit == "byte" else scores.tokens
    strata, figures = dict[str, bootstrap.Stratum](), dict[str, Figure]()
    for source in sorted(sample.bytes):
        mine = of == source
        if np.any(units[mine] > 0):  # a handful of short documents may have nothing masked
            strata[source] = bootstrap.Stratum(scores.bits[mine], units[mine], sample.bytes[source])
            figures[source] = figure(bootstrap.total({source: strata[source]}, key=unit), scores, mine)
    if not strata:
        raise BadCall(f"{sample.name}: the documents are too short for anything to be masked in them")
    total = figure(bootstrap.total(strata, key=unit), scores, np.ones(len(of), dtype=np.bool_))
    return Evaluation(unit, total, figures, sample.bytes, scores, seconds)


def figure(bits: bootstrap.Interval, scores: Scores, mine: npt.NDArray[np.bool_]) -> Figure:
    """Of the documents that are meant: [documents]."""
    return Figure(
        bits=bits,
        documents=int(mine.sum()),
        tokens=int(scores.tokens[mine].sum()),
        bytes=sum(text.bytes for text, chosen in zip(scores.texts, mine, strict=True) if chosen),
        end_bits=float(scores.end_bits[mine].mean()),
    )
