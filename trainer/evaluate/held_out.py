"""Held-out documents, of a pack or of any Parquet files: a sample that takes equally of every source.

Documents are taken in the order of a keyed hash of their ids, whole, until a source's share of the tokens is full. So
the same pack and seed give the same documents at any time, and a larger sample has the smaller one's in it. The total
over a sample is the sources' figures weighted by the bytes that each has in all; where everything is scored that is
the plain ratio of sums.
"""

import functools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
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
    listed: Sequence[Text] = ()
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
    files, listed = pack.corpus, list[Text]()
    for source, of in documents.items():
        for document, name in _chosen(of, shares[source]):
            file, row, bytes_ = (int(column[document]) for column in (of.shard, of.row, of.bytes))
            listed.append(Text(source, name, files[file], row, bytes_, UNREAD, document=document))

    def read() -> Iterator[Text]:
        for text in listed:
            of = documents[text.source]
            yield replace(text, tokens=of.read(text.document, 0, int(of.tokens[text.document])))

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
    every, totals = list(_texts(files)), Counter[str]()
    if not every:
        raise BadCall(f"{corpora[0]}: no row has a text, there is nothing to score")
    for text in every:
        totals[text.source] += text.bytes
    corpus.hold(len(totals))
    listed = _within(every, [text.bytes for text in every], LONG_TOKEN * most)
    chosen = {(text.file, text.row) for text in listed}

    def read() -> Iterator[Text]:
        found = _tokenised(files, chosen, tokenizer)
        if most <= 0:
            return found
        texts = list(found)
        return iter(_within(texts, [len(text.tokens) for text in texts], most))

    return Sample(read, totals, ", ".join(map(str, corpora)), listed)


def _texts(files: Sequence[corpus.CorpusFile]) -> Iterator[Text]:
    """Without their tokens."""
    for file in files:
        for batch in corpus.batches(file, only=("text", "id", "source")):
            for row, (text, id_, source) in enumerate(zip(batch.text, batch.id, batch.source, strict=True)):
                if text:
                    yield Text(source, id_, str(file.path), batch.first + row, len(text.encode()), UNREAD)


def _tokenised(files: Sequence[corpus.CorpusFile], chosen: Set[tuple[str, int]], tokenizer: Loaded) -> Iterator[Text]:
    for file in files:
        for batch in corpus.batches(file, only=("text", "id", "source")):
            rows = [row for row in range(len(batch.text)) if (str(file.path), batch.first + row) in chosen]
            texts = [batch.text[row] or "" for row in rows]
            encoded = tokenizer.encode(texts, [f"{file.path}, row {batch.first + row}" for row in rows])
            for row, text, tokens in zip(rows, texts, encoded, strict=True):
                place = (str(file.path), batch.first + row)
                yield Text(batch.source[row], batch.id[row], *place, len(text.encode()), tokenizer.document(tokens),
                           corpus.key(text))  # fmt: skip


def _within(texts: Sequence[Text], sizes: Sequence[int], most: int) -> list[Text]:
    """Those that are taken of texts of such sizes, source by source."""
    of, amounts = dict[str, list[int]](), np.array(sizes)
    for number, text in enumerate(texts):
        of.setdefault(text.source, []).append(number)
    shares, found = quotas({source: int(amounts[mine].sum()) for source, mine in of.items()}, most), list[Text]()
    for source, mine in of.items():
        names = np.array([corpus.key(texts[number].id) for number in mine], np.uint64)
        found += [texts[mine[place]] for place in pick(names, amounts[mine], shares[source], SEED)]
    return found


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
