"""The blocks of a bzip2 file, in bounded memory: each is found by its mark, at whatever bit, and inflated on its own.

So inflating can begin at any block, and damage costs its block alone: a hole, which counts as many bytes as it has in
the file and is read as zeros. Each block's checksum is checked; that of a stream, which is made of them, is not.
"""

import bz2
import contextlib
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.inflate import PIECE, Forward, Hole
from winnow.pipelines.sources.packings import PACKINGS

MAGIC = PACKINGS["bzip2"]
"""How a file begins."""
_HEADER, _HEADER_BITS = b"BZh9", 32
_MARK_BITS, _CHECKSUM_BITS = 48, 32
_BLOCK, _END = 0x314159265359, 0x177245385090
"""The marks before a block and at the end of a stream. How long a block is stands nowhere."""
_LEAST_BLOCK_BITS = 22 * 8
"""In less is no block, so that what is damaged there are the borders of streams."""
_MOST_PACKED_BITS = 2_500_000 * 8
"""Of a block: 900,000 symbols of 20 bits, and its tables."""
_HELD, _TIMES = 1 << 20, 1000
"""A block may inflate to 1 MiB, or to as many times its size as gzip can at most: what gives more is a bomb."""
_WORTH = 100
"""What gave more than so many times its size before it proved damaged is not tried any further."""
_CHANCES = 3
"""Marks that may have come about by chance in one block. All files there are can hardly be expected to hold one."""
_STEP, _WINDOW = 1 << 12, 1 << 18
_DAMAGED, _STRANGE, _EARLY = "a bzip2 block is damaged", "no bzip2 data", "the bzip2 data end early"


@dataclass(frozen=True, slots=True)
class _Mark:
    bit: int
    ends: bool
    """Whether it is the end of a stream."""


class Bzip2Bytes(Forward):
    """What all streams of a file inflate to, one after the other; zeros where they are damaged."""

    def __init__(self, file: FileBytes, at: tuple[int, int] = (0, 0)) -> None:
        super().__init__()
        self._file = file
        self._end = file.size * 8
        self.inflated, self._bit = at
        self.starts: list[tuple[int, int]] = [at]
        """Every block is one."""
        self.holes: list[Hole] = []
        self.between = False
        self._pieces = self._walk()

    @property
    def position(self) -> int:
        """Offset in the file of the first byte not used yet."""
        return -(-self._bit // 8)

    @property
    def whole(self) -> bool:
        """Whether the end of the file was reached; all damage is holes."""
        return self._bit == self._end

    @property
    def damage(self) -> str | None:
        return self.holes[0].damage if self.holes else None

    def _piece(self) -> bytes:
        piece = next(self._pieces, b"")
        self.inflated += len(piece)
        return piece

    def _walk(self) -> Iterator[bytes]:
        """Go from block to block. What is not whole is skipped to the next mark of a block."""
        if not self._bit:
            yield from self._border()
        while self._bit < self._end:
            if self.inflated > self.starts[-1][0]:
                self.starts.append((self.inflated, self._bit))
            found = self._block(self._bit)
            if found is None:
                behind = self._next_block(self._bit + _MARK_BITS)
                yield from self._go(behind or self._end, _DAMAGED if behind else _EARLY)
                continue
            end, pieces = found
            yield from pieces
            self._bit, mark = end, self._mark(end)
            if mark is None:
                yield from self._search(_DAMAGED)
            elif mark.ends:
                self._bit = -(-(end + _MARK_BITS + _CHECKSUM_BITS) // 8) * 8
                yield from self._border()

    def _border(self) -> Iterator[bytes]:
        """From the end of a stream, or the beginning of the file, to the first block that follows."""
        while (mark := self._mark(self._bit + _HEADER_BITS)) is not None and mark.ends:  # an empty stream
            self._bit += _HEADER_BITS + _MARK_BITS + _CHECKSUM_BITS
        if self._bit > self._end:
            yield from self._go(self._end, _EARLY)
        elif mark is not None:
            self._bit = mark.bit
        elif self._file.ends_in_zeros(self._bit // 8):
            self._bit = self._end
        else:
            yield from self._search(_STRANGE, between=True)

    def _search(self, damage: str, *, between: bool = False) -> Iterator[bytes]:
        """To the next block, where none begins. What is skipped is damage if a block could have been in it."""
        found = self._next_block(self._bit)
        if found is None:
            yield from self._go(self._end, damage if between else _EARLY, between)
        else:
            yield from self._go(found, damage if found - self._bit >= _LEAST_BLOCK_BITS else None, between)

    def _go(self, bit: int, damage: str | None, between: bool = False) -> Iterator[bytes]:
        """Go on at `bit`; if what lies before it is damage, it gives as many zeros, and at least one."""
        if damage is not None:
            length, position = max(1, (bit - self._bit) // 8), min(self._bit // 8, self._file.size)
            self.holes.append(Hole(self.inflated, length, position, damage, between))
            for at in range(0, length, PIECE):
                yield bytes(min(PIECE, length - at))
        self._bit = bit

    def _block(self, bit: int) -> tuple[int, Iterator[bytes]] | None:
        """Where the block that begins at `bit` ends, and what it inflates to; None if it is damaged.

        It ends at the next mark, or one further if that came about by chance; or, where the mark behind it is damaged,
        where it was read to its end.
        """
        ends = (mark.bit for mark in self._marks(bit + _MARK_BITS))
        first = next(ends, self._end)
        most = min(first, bit + _MOST_PACKED_BITS)
        for end in itertools.chain((first,), itertools.islice(ends, _CHANCES), self._read_to_its_end(bit, most)):
            if end - bit > _MOST_PACKED_BITS:
                continue
            packed = self._stream(bit, end)
            pieces, size = _inflated(packed)
            if pieces is not None:
                return end, pieces
            if size > _WORTH * len(packed):
                return None
        return None

    def _stream(self, bit: int, end: int) -> bytes:
        """The block between two bits as a stream of its own, whose checksum is the block's."""
        bits, block = end - bit, self._bits(bit, end)
        checksum = block >> max(0, bits - _MARK_BITS - _CHECKSUM_BITS) & (1 << _CHECKSUM_BITS) - 1
        return _HEADER + _bytes((block << _MARK_BITS | _END) << _CHECKSUM_BITS | checksum, bits + 80)

    def _read_to_its_end(self, bit: int, most: int) -> Iterator[int]:
        """The bits at which the block can end that begins at `bit`, as far as it can be read: those of one byte.

        A block gives its first byte once it was read whole.
        """
        packed = _HEADER + _bytes(self._bits(bit, most), most - bit)
        step = _read(packed, 0, _STEP)
        byte = None if step is None else _read(packed, step, 1)
        if byte is not None:
            yield from range(bit + 8 * byte - _HEADER_BITS + 1, min(most, bit + 8 * byte - _HEADER_BITS + 8) + 1)

    def _bits(self, bit: int, end: int) -> int:
        data = self._file.read(bit // 8, -(-end // 8) - bit // 8)
        return int.from_bytes(data) >> -end % 8 & (1 << end - bit) - 1

    def _mark(self, bit: int) -> _Mark | None:
        """The mark at a bit."""
        if bit + _MARK_BITS > self._end:
            return None
        found = self._bits(bit, bit + _MARK_BITS)
        return _Mark(bit, found == _END) if found in (_BLOCK, _END) else None

    def _next_block(self, bit: int) -> int | None:
        return next((mark.bit for mark in self._marks(bit) if not mark.ends), None)

    def _marks(self, bit: int) -> Iterator[_Mark]:
        """Every mark from a bit on."""
        at = max(1, bit // 8)
        while data := self._file.read(at, _WINDOW + _MIDDLE):
            found = _MIDDLES.search(data)
            while found and found.start() < _WINDOW:
                mark = self._mark((at + found.start() - 1) * 8 + _SHIFTS[found.group()])
                if mark is not None and mark.bit >= bit:
                    yield mark
                found = _MIDDLES.search(data, found.start() + 1)
            at += _WINDOW


def _inflated(packed: bytes) -> tuple[Iterator[bytes] | None, int]:
    """(what a stream of one block inflates to, None if its checksum is wrong or it is a bomb; how many bytes came)."""
    size, held, most = 0, list[bytes](), max(_HELD, _TIMES * len(packed))
    decoder, given = bz2.BZ2Decompressor(), packed
    try:
        while not decoder.eof and size <= most and (given or not decoder.needs_input):
            piece, given = decoder.decompress(given, PIECE), b""
            size += len(piece)
            if piece and size <= _HELD:  # the last one can be empty, which would be the end of all
                held.append(piece)
    except OSError:
        return None, size
    if not decoder.eof or size > most:
        return None, size
    return (iter(held) if size <= _HELD else _again(packed)), size


def _again(packed: bytes) -> Iterator[bytes]:
    """A stream that is whole, inflated piece by piece."""
    decoder = bz2.BZ2Decompressor()
    piece = decoder.decompress(packed, PIECE)
    while piece:
        yield piece
        piece = b"" if decoder.eof else decoder.decompress(b"", PIECE)


def _read(packed: bytes, start: int, step: int) -> int | None:
    """The offset of the step with which a stream gives its first byte; None if it gives none."""
    decoder = bz2.BZ2Decompressor()
    with contextlib.suppress(OSError):
        decoder.decompress(packed[:start], 1)
        for at in range(start, len(packed), step):
            if decoder.decompress(packed[at : at + step], 1):
                return at
    return None


def _bytes(value: int, bits: int) -> bytes:
    """The lowest bits of a number, behind them zeros up to a whole byte."""
    return (value << -bits % 8).to_bytes(-(-bits // 8))


_MIDDLE = 5
"""Bytes of a mark that are the same wherever it begins in the byte before them."""
_SHIFTS = {(mark << 8 - shift).to_bytes(7)[1 : 1 + _MIDDLE]: shift for mark in (_BLOCK, _END) for shift in range(8)}
_MIDDLES = re.compile(b"|".join(map(re.escape, _SHIFTS)), re.DOTALL)
