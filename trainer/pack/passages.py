"""Where any passage of tokens stands among the training texts of a pack: an exact index, made once.

    INDEX/NNNNN.suffixes   little-endian uint32: a suffix array for each block of the pack's NNNNN.train.bin, one after
                           the other, without the places of end-of-texts
    INDEX/NNNNN.json       which tokens it is of, where the blocks begin, what the file hashes to

A block is whole documents: BLOCK tokens and the rest of the last, which bounds memory. Blocks are asked one after the
other, so that a question takes time with their number. A passage has no end-of-text in it, so none is found across a
document's border. As infini-gram (Liu et al. 2024, https://arxiv.org/abs/2401.17377), but over the pack's own files.
"""

import contextlib
import mmap
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from winnow.trainer import aside, reading
from winnow.trainer.errors import BadCall, RunFailed
from winnow.trainer.hashes import hash_file
from winnow.trainer.pack import verified
from winnow.trainer.pack.documents import mapped
from winnow.trainer.pack.index import Pack
from winnow.trainer.pack.suffixes import BYTES, MOST, suffix_array
from winnow.trainer.pack.workers import Add, Meter, Workers

VERSION = 1
FOLDER = "passages"
"""Of a pack."""
BLOCK = 1 << 25
"""Tokens. To sort one takes BYTES times as much memory."""
_LOOK = 1 << 20  # tokens among which an end-of-text is looked for
_AT_FIRST = 32  # tokens of a passage that are compared at first
_Blocks = list[tuple[int, int]]  # the first token of each, and its places


@dataclass(frozen=True)
class _Shard:
    """A token file and its part of the index."""

    tokens: Path
    sha256: str
    dtype: str
    end: int
    suffixes: Path

    @property
    def note(self) -> Path:
        return self.suffixes.with_suffix(".json")


@dataclass(frozen=True)
class Block:
    """The sorted places of one block, open."""

    shard: int
    first: int
    """The block's first token in the shard's file; places are counted from there."""
    _places: memoryview
    _data: mmap.mmap
    _width: int

    def longest(self, text: bytes, first: int) -> int:
        """How many tokens of `text` (`Passages.bytes`), from its token `first` on, stand in the block in a row."""
        begin, length = first * self._width, _AT_FIRST * self._width
        while (found := self._longest(text[begin : begin + length])) * self._width == length:
            length *= 4
        return found

    def _longest(self, head: bytes) -> int:
        at = bisect_left(self._places, head, key=self._from(len(head)))
        beside = [self._from(len(head))(place) for place in self._places[max(0, at - 1) : at + 1]]
        return max((_alike(head, other) // self._width for other in beside), default=0)

    def places(self, passage: bytes) -> np.ndarray:
        """The tokens of the shard's file at which `passage` begins, ascending: int64."""
        key = self._from(len(passage))
        first = bisect_left(self._places, passage, key=key)
        stop = bisect_right(self._places, passage, lo=first, key=key)
        return np.sort(np.asarray(self._places[first:stop], np.int64)) + self.first

    def _from(self, length: int) -> Callable[[int], bytes]:
        data, width, first = self._data, self._width, self.first * self._width
        return lambda place: data[first + place * width : first + place * width + length]


def _alike(one: bytes, other: bytes) -> int:
    """Bytes with which both begin."""
    length = min(len(one), len(other))
    differ = int.from_bytes(one[:length], "big") ^ int.from_bytes(other[:length], "big")
    return length - (differ.bit_length() + 7) // 8


class Passages:
    """The index of a pack, as `made` leaves it."""

    def __init__(self, pack: Pack, shards: Sequence[tuple[_Shard, _Blocks]]) -> None:
        self._pack, self._shards = pack, shards

    def bytes(self, tokens: np.ndarray) -> bytes:
        """A passage as the blocks take it."""
        return tokens.astype(self._pack.dtype).tobytes()

    def blocks(self) -> Iterator[Block]:
        """Each block, open until the next one is asked for."""
        width = self._pack.dtype.itemsize
        for number, (shard, blocks) in enumerate(self._shards):
            if not blocks:  # nothing cannot be mapped
                continue
            with (
                shard.tokens.open("rb") as text, mmap.mmap(text.fileno(), 0, access=mmap.ACCESS_READ) as data,
                shard.suffixes.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as sorted_,
                memoryview(sorted_) as whole, whole.cast("I") as places,
            ):  # fmt: skip
                at = 0
                for first, count in blocks:
                    with places[at : at + count] as mine:
                        yield Block(number, first, mine, data, width)
                    at += count


def made(pack: Pack, folder: Path, workers: int, say: Callable[[str], None]) -> Passages:
    """The index of a pack in `folder`, made as far as it is missing, damaged or of other tokens. RunFailed where the
    pack is damaged, or the index cannot be written."""
    pack.verify("train")
    shards = []
    for number in range(len(pack.shards)):
        tokens = pack.path / "shards" / f"{number:05}.train.bin"
        shards.append(_Shard(tokens, pack.files[tokens][1], pack.dtype.str, pack.end, folder / f"{number:05}.suffixes"))
    found = {shard: _standing(shard, say) for shard in shards}
    sizes = {shard: pack.files[shard.tokens][0] for shard, blocks in found.items() if blocks is None}
    if sizes:
        say(f"indexing {pack.path}: this is done once, and takes 4 bytes a token in {folder}")
        meter = Meter(say, "indexing", sum(sizes.values()))
        missing = sorted(sizes, key=lambda shard: -sizes[shard])
        with Workers(min(workers, len(missing))) as pool:
            found |= zip(missing, pool.each(_index, missing, meter), strict=True)
    return Passages(pack, [(shard, blocks or []) for shard, blocks in found.items()])


def _standing(shard: _Shard, say: Callable[[str], None]) -> _Blocks | None:
    """A shard's blocks, if its part is there, of these tokens and whole; hashed again where it has been touched."""
    if not shard.note.is_file():
        return None
    with contextlib.suppress(BadCall, OSError, KeyError, TypeError, ValueError):
        note = reading.json_object(shard.note)
        if note["version"] != VERSION or note["tokens"] != shard.sha256:
            say(f"{shard.suffixes} is of other tokens: it is made again")
            return None
        blocks, stamp = [(int(first), int(count)) for first, count in note["blocks"]], verified.stamp(shard.suffixes)
        whole = shard.suffixes.is_file() and 4 * sum(count for _, count in blocks) == stamp[0]
        if whole and note["stamp"] == stamp:
            return blocks
        if whole and note["sha256"] == hash_file(shard.suffixes):
            with contextlib.suppress(RunFailed):  # where nobody may write
                _remember(shard, note)
            return blocks
    say(f"{shard.suffixes} is damaged: it is made again")
    return None


def _remember(shard: _Shard, note: dict[str, Any]) -> None:
    aside.write_json(shard.note, note | {"stamp": verified.stamp(shard.suffixes)})


def _index(shard: _Shard, add: Add) -> _Blocks:
    """Leave a shard's suffixes and, after them, their note."""
    tokens, blocks = mapped(shard.tokens, shard.dtype), list[tuple[int, int]]()
    with aside.whole(shard.suffixes) as file:
        for first, stop in _blocks(tokens, shard):
            text = np.array(tokens[first:stop])
            order = suffix_array(text)
            order = order[text[order] != shard.end]
            file.write(order.astype("<u4", copy=False).tobytes())
            if len(order):
                blocks.append((first, len(order)))
            add(text.nbytes)
    note = {"version": VERSION, "tokens": shard.sha256, "blocks": blocks, "sha256": hash_file(shard.suffixes)}
    _remember(shard, note)
    return blocks


def _blocks(tokens: np.ndarray, shard: _Shard) -> Iterator[tuple[int, int]]:
    """Cut behind end-of-texts: [first, stop) of each block."""
    first = 0
    while first < len(tokens):
        stop = first + BLOCK
        while stop < len(tokens):
            ends = np.flatnonzero(tokens[stop - 1 : stop - 1 + _LOOK] == shard.end)
            if len(ends):
                stop += int(ends[0])
                break
            stop += _LOOK
        stop = min(stop, len(tokens))
        if stop - first > MOST:
            raise RunFailed(
                f"{shard.tokens} has a document that makes a block of {stop - first:,} tokens; at most {MOST:,} are "
                f"sorted, which takes {BYTES * MOST:,} bytes of memory: take it out of the corpus"
            )
        yield first, stop
        first = stop
