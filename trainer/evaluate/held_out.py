"""Held-out documents, of a pack or of any Parquet files: a sample that takes equally of every source.

Documents are taken in the order of a keyed hash of their ids, whole, until a source's share of the tokens is full. So
the same pack and seed give the same documents at any time, and a larger sample has the smaller one's in it. The total
over a sample is the sources' figures weighted by the bytes that each has in all; where everything is scored that is
the plain ratio of sums.
"""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from winnow.trainer.errors import BadCall
from winnow.trainer.hashes import hash_text, mix
from winnow.trainer.pack import corpus
from winnow.trainer.pack.documents import Documents
from winnow.trainer.pack.index import Pack
from winnow.trainer.pack.tokenizer import Loaded

SEED = 1
BLOCK = 1 << 20
"""Documents."""
LONG_TOKEN = 16
"""Bytes. Texts that are not packed are first taken by bytes, so many for each token that is asked for."""
UNREAD = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Text:
    """A document to be scored."""

    source: str
    id: str
    file: str
    """The corpus file."""
    row: int
    """In that file."""
    bytes: int
    """Of the text in UTF-8."""
    tokens: npt.NDArray[np.integer]
    """With what begins and ends it."""
    digest: int = 0
    """Of a corpus: hash of the text, as a pack's index has it."""
    document: int = 0
    """Of a pack: its place in the source's `Documents`."""


@dataclass(frozen=True)
class Sample:
    """Documents to be scored, and what they stand for."""

    read: Callable[[], Iterator[Text]]
    """The documents, read as they are asked for."""
    bytes: Mapping[str, int]
    """Of each source in all, scored or not."""
    name: str
    listed: Callable[[], Sequence[Text]] = list
    """The documents without their tokens; where tokens of corpora are counted, maybe some more than are read."""


def of_pack(pack: Pack, split: str = "validation", most: int = 0) -> Sample:
    """Documents of a pack, at most `most` tokens over all sources together (0: all); a source gives at least one.

    BadCall where the split has nothing to score.
    """
    named = {source: pack.documents(split, source) for source in pack.sources}
    documents = {source: of for source, of in named.items() if len(of)}
    if not documents:
        raise BadCall(f"{pack.path}: no document in the split {split!r}; pack with a larger --validation")
    counts = {source: pack.counts(split, source) for source in documents}
    shares = quotas({source: of.tokens for source, of in counts.items()}, most)
    chosen = {source: _chosen(of, shares[source]) for source, of in documents.items()}

    def texts(tokens: Callable[[Documents, int], npt.NDArray[np.integer]]) -> Iterator[Text]:
        for source, of in documents.items():
            for document, name in chosen[source]:
                file, row, bytes_ = (int(column[document]) for column in (of.shard, of.row, of.bytes))
                yield Text(source, name, pack.corpus[file], row, bytes_, tokens(of, document), document=document)

    def read() -> Iterator[Text]:
        return texts(lambda of, document: of.read(document, 0, int(of.tokens[document])))

    def listed() -> list[Text]:
        return list(texts(lambda *_: UNREAD))

    return Sample(read, {source: of.bytes for source, of in counts.items()}, f"{pack.path} {split}", listed)


@functools.lru_cache(maxsize=64)
def _chosen(documents: Documents, quota: int) -> list[tuple[int, str]]:
    """Numbers and ids of a source's documents, in the pack's order; once for all evaluations of a run."""
    found = np.sort(pick(documents.name, documents.tokens, quota, SEED)).tolist()
    return list(zip(found, documents.ids(found), strict=True))


def of_corpora(corpora: Sequence[Path], tokenizer: Loaded, most: int = 0, source: str | None = None) -> Sample:
    """Documents of Parquet files with a `text` column, tokenised here; `most` as of `of_pack`, `source` as of
    `corpus.find`. Empty texts are left out. The files are read twice, first for the sizes. BadCall where there is no
    text."""
    files = corpus.find(corpora, source)
    sizes = _sizes(files)
    if not sizes:
        raise BadCall(f"{corpora[0]}: no row has a text, there is nothing to score")
    corpus.hold(len(sizes))
    bytes_ = {source: np.array([size for *_, size in of]) for source, of in sizes.items()}
    totals = {source: int(of.sum()) for source, of in bytes_.items()}
    shares = quotas(totals, LONG_TOKEN * most)
    chosen = set[tuple[int, int]]()
    for source, of in sizes.items():
        picked = pick(_names([name for name, *_ in of]), bytes_[source], shares[source], SEED)
        chosen.update(of[row][1] for row in picked)

    def read() -> Iterator[Text]:
        found = _tokenised(files, chosen, tokenizer)
        return found if most <= 0 else iter(_within(list(found), most))

    def listed() -> list[Text]:
        return [Text(source, name, str(files[file].path), row, size, UNREAD)
                for source, of in sizes.items() for name, (file, row), size in of if (file, row) in chosen]  # fmt: skip

    return Sample(read, totals, ", ".join(map(str, corpora)), listed)


def _sizes(files: Sequence[corpus.CorpusFile]) -> dict[str, list[tuple[str, tuple[int, int], int]]]:
    """By source, of each document that has a text: id, file (by number) and row, bytes."""
    found = dict[str, list[tuple[str, tuple[int, int], int]]]()
    for number, file in enumerate(files):
        for batch in corpus.batches(file, only=("text", "id", "source")):
            for row, (text, id_, source) in enumerate(zip(batch.text, batch.id, batch.source, strict=True)):
                if text:
                    found.setdefault(source, []).append((id_, (number, batch.first + row), len(text.encode())))
    return dict(sorted(found.items()))


def _tokenised(files: Sequence[corpus.CorpusFile], chosen: Set[tuple[int, int]], tokenizer: Loaded) -> Iterator[Text]:
    for number, file in enumerate(files):
        for batch in corpus.batches(file, only=("text", "id", "source")):
            rows = [row for row in range(len(batch.text)) if (number, batch.first + row) in chosen]
            texts = [batch.text[row] or "" for row in rows]
            encoded = tokenizer.encode(texts, [f"{file.path}, row {batch.first + row}" for row in rows])
            for row, text, tokens in zip(rows, texts, encoded, strict=True):
                place = (str(file.path), batch.first + row)
                yield Text(batch.source[row], batch.id[row], *place, len(text.encode()), tokenizer.document(tokens),
                           corpus.key(text))  # fmt: skip


def _within(texts: Sequence[Text], most: int) -> list[Text]:
    """Those that are taken when tokens are counted."""
    by_source = dict[str, list[Text]]()
    for text in texts:
        by_source.setdefault(text.source, []).append(text)
    sizes = {source: np.array([len(text.tokens) for text in of]) for source, of in by_source.items()}
    shares = quotas({source: int(of.sum()) for source, of in sizes.items()}, most)
    return [
        of[row]
        for source, of in by_source.items()
        for row in pick(_names([text.id for text in of]), sizes[source], shares[source], SEED)
    ]


def quotas(sizes: Mapping[str, int], most: int) -> dict[str, int]:
    """How much of each source is taken: equally of all, and what a small one leaves goes to the others. 0: all."""
    if most <= 0 or sum(sizes.values()) <= most:
        return dict(sizes)
    found, left = dict[str, int](), most
    for place, source in enumerate(sorted(sizes, key=lambda name: (sizes[name], name))):
        found[source] = min(sizes[source], left // (len(sizes) - place))
        left -= found[source]
    return found


def pick(
    names: npt.NDArray[np.uint64], sizes: npt.NDArray[np.integer], quota: int, seed: int
) -> npt.NDArray[np.int64]:  # fmt: skip
    """Documents in the order of the keyed hash of their ids, as many as fit into the quota, at least one. names: hashes
    of the ids.

    The first that does not fit ends it: to leave out just the long ones would make the sample one of short documents.
    A block of documents is looked at at a time, and beside it no more is held than what has been chosen so far.
    """
    found, fit, start = np.zeros(0, np.int64), 0, np.uint64(hash_text(str(seed)))
    for first in range(0, len(names), BLOCK):
        some = np.concatenate([found, np.arange(first, min(first + BLOCK, len(names)))])
        some = some[np.argsort(mix(names[some] + start), kind="stable")]
        fit = int(np.searchsorted(np.cumsum(sizes[some]), quota, side="right"))
        found = some[: fit + 1]  # with the first that does not fit
    return found[: max(1, fit)]


def _names(ids: Sequence[str]) -> npt.NDArray[np.uint64]:
    return np.array([corpus.key(name) for name in ids], np.uint64)


def key(document: str) -> int:
    """64 bits of a document's id."""
    return hash_text(f"{SEED}\n{document}")
