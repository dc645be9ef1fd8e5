"""How much of the validation text is in the training text too, word for word: what clusters do not know of.

Sequences of 13 tokens that both hold are counted, as Brown et al. 2020 did for benchmarks
(https://arxiv.org/abs/2005.14165, appendix C), on the packed tokens, so that it tells of any corpus, with clusters or
without. It is a figure to look at, not a check that fails: common phrases and licences are in every corpus.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from winnow.trainer.figures import many
from winnow.trainer.hashes import mix
from winnow.trainer.pack.documents import mapped, read_index
from winnow.trainer.pack.index import Pack
from winnow.trainer.pack.workers import Add, Meter, Workers

LENGTH = 13
COPIED = 0.5
"""Share of its sequences from which on a validation document counts as copied."""
MOST = 1 << 22
"""Sequences of validation documents that are looked for; of more, those whose hashes end in zeros."""
CHUNK = 1 << 16
"""Tokens hashed at once: few enough to stay in the processor's cache."""
GROUPS = 8
"""Of shards, at most: each takes a copy of what is sought along when it goes to another process."""
_Sequences = Iterator[tuple[np.ndarray, np.ndarray]]
_BITS = 24
"""First bits of a hash by which a table tells, in most cases, that it is not sought."""
_FACTORS = mix(np.arange(1, LENGTH + 1, dtype=np.uint64)) | np.uint64(1)


@dataclass(frozen=True)
class Overlap:
    """Of validation documents that are as long as a sequence."""

    documents: int
    copied: int
    """Those that have COPIED of their sequences in the training text."""
    share: float
    """Of all sequences looked for."""
    most: list[str]
    """Ids of the documents with the largest shares, the largest first, of the copied ones."""

    def __str__(self) -> str:
        line = (
            f"overlap: {self.share:.2%} of the sequences of {LENGTH} tokens of validation documents are in training "
            f"text too; {self.copied:,} of {many(self.documents, 'document')} with {COPIED:.0%} or more of theirs there"
        )
        return f"{line}, most {', '.join(self.most)}" if self.most else line


@dataclass(frozen=True)
class _Scan:
    """Some shards' training tokens, to be searched for hashes."""

    paths: Sequence[Path]
    dtype: str
    borders: tuple[int, int]
    """The tokens that begin and end a document."""
    sought: np.ndarray
    """uint64, sorted, each once."""
    zeros: int
    """Low bits of a hash that are zero in all that are sought."""

    def __str__(self) -> str:
        return ", ".join(map(str, self.paths))


def overlap(pack: Pack, workers: Workers, say: Callable[[str], None], named: int = 3) -> Overlap:
    """Look through all training tokens for what validation documents hold; names `named` documents."""
    hashes, documents, zeros = _validation(pack)
    sought, place = np.unique(hashes, return_inverse=True)
    folder = pack.path / "shards"
    paths = [folder / f"{shard:05}.train.bin" for shard in range(len(pack.shards))]
    groups = [group for start in range(GROUPS) if (group := paths[start::GROUPS])]
    tasks = [_Scan(group, pack.dtype.str, (pack.begin, pack.end), sought, zeros) for group in groups]
    found = np.zeros(len(sought), bool)
    if len(sought):
        meter = Meter(say, "comparing", sum(path.stat().st_size for path in paths))
        for places in workers.each(_scan, tasks, meter):
            found[places] = True
    held, of, windows = np.unique(documents, return_inverse=True, return_counts=True)
    shares = np.bincount(of, found[place]) / windows if len(held) else np.zeros(0)
    order = np.argsort(-shares, kind="stable")
    copied = order[shares[order] >= COPIED]
    return Overlap(
        documents=len(held), copied=len(copied), share=float(found[place].mean()) if len(place) else 0.0,
        most=_ids(pack, held[copied[:named]]),
    )  # fmt: skip


def _validation(pack: Pack) -> tuple[np.ndarray, np.ndarray, int]:
    """Hashes of the sequences of validation documents, the number of each one's document over all shards, and how many
    low bits are zero in those that were kept."""
    hashes, documents, before, zeros = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)], 0, 0
    for shard in range(len(pack.shards)):
        path = pack.path / f"shards/{shard:05}.validation.bin"
        for hash_, document in _sequences(path, pack.dtype.str, (pack.begin, pack.end)):
            keep = _ends_in_zeros(hash_, zeros)
            hashes.append(hash_[keep])
            documents.append(before + document[keep])
            while sum(map(len, hashes)) > MOST:
                zeros += 1
                which = [_ends_in_zeros(one, zeros) for one in hashes]
                hashes = [one[keep] for one, keep in zip(hashes, which, strict=True)]
                documents = [one[keep] for one, keep in zip(documents, which, strict=True)]
        before += sum(of.documents for of in pack.shards[shard].counts["validation"].values())
    return np.concatenate(hashes), np.concatenate(documents), zeros


def _scan(task: _Scan, add: Add) -> np.ndarray:
    """Places in `sought` of the hashes that the shards hold."""
    shift, found = np.uint64(64 - _BITS), np.zeros(len(task.sought), bool)
    table = np.zeros(1 << _BITS, bool)
    table[task.sought >> shift] = True
    for path in task.paths:
        for every, _ in _sequences(path, task.dtype, task.borders, add):
            some = every[_ends_in_zeros(every, task.zeros)] if task.zeros else every
            some = some[table[some >> shift]]
            place = np.minimum(np.searchsorted(task.sought, some), len(task.sought) - 1)
            found[place[task.sought[place] == some]] = True
    return np.flatnonzero(found)


def _sequences(path: Path, dtype: str, borders: tuple[int, int], add: Add = lambda _: None) -> _Sequences:
    """Hashes of all sequences that lie within a text, uint64, and its document's number in the file, int64."""
    tokens, passed = mapped(path, dtype), 0  # borders, of which each document has two
    for start in range(0, len(tokens) - LENGTH + 1, CHUNK):
        piece = np.asarray(tokens[start : start + CHUNK + LENGTH - 1])
        rows = len(piece) - LENGTH + 1
        hash_ = np.zeros(rows, np.uint64)
        for place in range(LENGTH):
            hash_ += piece[place : place + rows] * _FACTORS[place]
        ends = np.concatenate([[0], np.cumsum((piece == borders[0]) | (piece == borders[1]))])
        within = ends[LENGTH : LENGTH + rows] == ends[:rows]
        yield mix(hash_[within]), (passed + ends[:rows][within]) // 2
        passed += int(ends[rows])
        add(rows * tokens.itemsize)


def _ends_in_zeros(hashes: np.ndarray, zeros: int) -> np.ndarray:
    return np.asarray(hashes & np.uint64((1 << zeros) - 1) == 0)


def _ids(pack: Pack, documents: np.ndarray) -> list[str]:
    """Ids of validation documents by their numbers over all shards."""
    tables = (read_index(pack.path, shard, ["id"], "validation") for shard in range(len(pack.shards)))
    ids = [id_ for table in tables for id_ in table["id"].to_pylist()]
    return [ids[number] for number in documents]
