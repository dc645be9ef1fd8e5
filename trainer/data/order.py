"""The order in which a source is read: which documents make an epoch, in which order, and which window comes when.

Nothing is stored and nothing is drawn. A keyed permutation of range(n) gives the place of any index by itself, so that
"the windows of epoch 3" needs no list, and a run can begin at any step:

    documents of an epoch    each as often as its weight says, in an order keyed by (seed, source, epoch)
    the epoch's stream       their tokens, one after the other
    windows                  `context` tokens and `overlap` more, every `context` tokens, from a place that follows from
                             the key (the first epoch's from 0); what is left over fills no window in this epoch
    the order of windows     another keyed permutation, so that the parts of a long document do not follow each other
"""

import json
import threading
from dataclasses import dataclass
from hashlib import blake2b, shake_256

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.integer]
Words = npt.NDArray[np.uint64]

_ROUNDS = (24, 8)  # below and from 64 elements on: halves of one or two bits need more to come out even
_BLOCK = 1 << 15  # indices permuted at once: their words stay in the cache
_FACTORS = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)  # of SplitMix64, well spread odd numbers
_HALF = np.uint64(32)
_WEIGHT_BITS = 20
_EPOCHS_KEPT = 2  # of a source: a step may lie across the border of two


def key(*parts: str | int) -> bytes:
    """64 bytes that follow from `parts` alone, on every machine; different parts give different bytes."""
    return blake2b(json.dumps(parts).encode()).digest()


def _mix(words: Words, salt: np.uint64) -> Words:
    """A keyed hash of each word, whose high bits are the good ones: between two multiplications, a shift that lets what
    the first one carried upwards come down again."""
    mixed = words + salt
    mixed *= _FACTORS[0]
    mixed ^= mixed >> _HALF
    mixed *= _FACTORS[1]
    return mixed


class Permutation:
    """A keyed bijection on range(n), at any index without the others.

    A Feistel network over the next power of two, whose two halves take turns, and where it leaves range(n) it is
    applied again until it comes back (cycle walking: Black and Rogaway 2002, "Ciphers with Arbitrary Finite Domains",
    section 4). It shuffles well; it is no secret.
    """

    def __init__(self, n: int, key: bytes) -> None:
        if n < 1:
            raise ValueError(f"n is {n}; a permutation needs at least one element")
        self.n = n
        bits = max(2, (n - 1).bit_length())
        self._low = np.uint64(bits // 2)
        self._low_mask = np.uint64((1 << bits // 2) - 1)
        self._shifts = (np.uint64(64 - (bits - bits // 2)), np.uint64(64 - bits // 2))
        rounds = _ROUNDS[bits >= 6]
        self._keys = np.frombuffer(shake_256(key).digest(8 * rounds), dtype="<u8").astype(np.uint64).reshape(-1, 2)

    def __call__(self, index: Ints) -> npt.NDArray[np.int64]:
        """Where each of `index` (any shape, within range(n)) goes."""
        if index.size and (int(index.min()) < 0 or int(index.max()) >= self.n):
            raise ValueError(f"an index lies outside range({self.n})")
        flat = index.astype(np.uint64).ravel()
        for first in range(0, flat.size, _BLOCK):
            flat[first : first + _BLOCK] = self._walk(flat[first : first + _BLOCK])
        return flat.view(np.int64).reshape(index.shape)

    def whole(self) -> Ints:
        """All of it: [n], in the narrowest type that holds it."""
        order: Ints = np.empty(self.n, np.int32 if self.n <= 2**31 else np.int64)
        for first in range(0, self.n, _BLOCK):
            stop = min(first + _BLOCK, self.n)
            order[first:stop] = self._walk(np.arange(first, stop, dtype=np.uint64))
        return order

    def _walk(self, index: Words) -> Words:
        values = self._scramble(index)
        outside = np.flatnonzero(values >= self.n)
        while outside.size:
            values[outside] = self._scramble(values[outside])
            outside = outside[values[outside] >= self.n]
        return values

    def _scramble(self, values: Words) -> Words:
        high, low = values >> self._low, values & self._low_mask
        for even, odd in self._keys:
            high ^= _mix(low, even) >> self._shifts[0]
            low ^= _mix(high, odd) >> self._shifts[1]
        return high << self._low | low


@dataclass(frozen=True)
class Epoch:
    """One pass through a source."""

    order: Ints
    """Which document comes when: [places]; a document of weight 2 has two places."""
    bounds: npt.NDArray[np.int64]
    """The token of the stream at which each place begins, and where the last one ends: [places + 1]. Behind the
    stream's end its first places may stand once more."""


class Epochs:
    """All passes through one source, each made when it is asked for; the last two are kept (12 bytes a place).

    A document's weight is how often it comes in an epoch, on average: 2.5 gives two and three copies in turns, and 0.1
    one in ten epochs. Over k epochs it is never more than one copy from k times the weight, which is taken to the
    nearest 2^-20.
    """

    def __init__(
        self, tokens: Ints, weight: npt.NDArray[np.float64], *, source: str, seed: int, context: int, overlap: int,
        shift: bool = False,
    ) -> None:  # fmt: skip
        """`tokens` and `weight` have a row a document of the source: [documents]. shift: whether the windows of all
        epochs but the first begin somewhere else than at multiples of the context."""
        self._shift = shift
        self._tokens, self._context, self._overlap = tokens, context, overlap
        self._key = ("source", seed, source)
        self._weight = None if bool(np.all(weight == 1)) else weight
        self._before = [0]  # windows before each epoch, as far as they were asked for
        self._kept: dict[int, Epoch] = {}
        self._lock = threading.Lock()
        if self._weight is None:
            self.tokens = int(tokens.sum(dtype=np.int64))
        else:  # in whole numbers: a sum of floats would depend on the machine's vector width
            self.tokens = int(np.dot(tokens.astype(np.int64), self._units(self._weight))) >> _WEIGHT_BITS

    @property
    def average(self) -> int:
        """Windows of an epoch, on average over epochs; 0: the source is shorter than a window."""
        return self._cut(self.tokens)

    def length(self, epoch: int) -> int:
        """Tokens of the epoch's stream."""
        copies = self._copies(epoch)
        return self.tokens if copies is None else int(np.dot(self._tokens, copies))

    def windows(self, epoch: int) -> int:
        """Windows of this epoch."""
        return self._cut(self.length(epoch))

    def begin(self, epoch: int) -> int:
        """The token of the epoch's stream at which its first window begins; the last one may end in the stream's
        beginning. What fills no window, and where documents are cut, is then other text in each epoch, also of a
        source that is one long document."""
        if not (self._shift and epoch):
            return 0
        return int.from_bytes(key(*self._key, epoch, "shift")[:8], "little") % self._context

    def left_over(self, epoch: int) -> int:
        """Tokens at the end of the epoch's stream that fill no window."""
        windows = self.windows(epoch)
        return self.length(epoch) - (windows * self._context + self._overlap if windows else 0)

    def locate(self, ordinals: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Of the source's windows, counted from the run's beginning: (their epochs, the tokens where they begin)."""
        if not self.average:
            raise ValueError("the source is shorter than a window")
        if self._weight is None:
            epochs, places = np.divmod(ordinals, self.average)
        else:
            before = self._windows_before(int(ordinals.max()))
            epochs = np.searchsorted(before, ordinals, side="right") - 1
            places = ordinals - before[epochs]
        begins = np.empty_like(places)
        for epoch in np.unique(epochs).tolist():
            here = epochs == epoch
            windows = Permutation(self.windows(epoch), key(*self._key, epoch, "windows"))(places[here])
            begins[here] = windows * self._context + self.begin(epoch)
        return epochs, begins

    def epoch(self, epoch: int) -> Epoch:
        """Its documents in order. Safe to be called from several threads."""
        with self._lock:
            if epoch not in self._kept:
                while len(self._kept) >= _EPOCHS_KEPT:
                    del self._kept[min(self._kept, key=lambda kept: (-abs(kept - epoch), kept))]
                self._kept[epoch] = self._made(epoch)
            return self._kept[epoch]

    def _made(self, epoch: int) -> Epoch:
        copies = self._copies(epoch)
        places = len(self._tokens) if copies is None else int(copies.sum())
        order = Permutation(places, key(*self._key, epoch, "documents")).whole()
        if copies is not None:
            order = np.repeat(np.arange(len(copies), dtype=order.dtype), copies)[order]
        bounds = np.zeros(places + 1, np.int64)
        np.take(self._tokens, order, out=bounds[1:], mode="clip")
        np.cumsum(bounds[1:], out=bounds[1:])
        if self.begin(epoch) and places:  # the stream's beginning once more, for the window that goes past its end
            more = int(np.searchsorted(bounds, self._context + self._overlap))
            order, bounds = np.append(order, order[:more]), np.append(bounds, bounds[-1] + bounds[1 : more + 1])
        return Epoch(order, bounds)

    def _windows_before(self, ordinal: int) -> npt.NDArray[np.int64]:
        """Windows before each epoch, up to one that begins past `ordinal`: [epochs]."""
        with self._lock:
            while self._before[-1] <= ordinal:
                self._before.append(self._before[-1] + self.windows(len(self._before) - 1))
            return np.array(self._before, np.int64)

    def _cut(self, length: int) -> int:
        return max(0, (length - self._overlap) // self._context)

    def _copies(self, epoch: int) -> Ints | None:
        """How often each document comes: [documents]; None: once each."""
        if self._weight is None:
            return None
        units = self._units(self._weight)
        salt = np.uint64(int.from_bytes(key(*self._key, "weights")[:8], "little"))
        offset = (_mix(np.arange(len(units), dtype=np.uint64), salt) >> np.uint64(64 - _WEIGHT_BITS)).astype(np.int64)
        return ((units * (epoch + 1) + offset) >> _WEIGHT_BITS) - ((units * epoch + offset) >> _WEIGHT_BITS)

    @staticmethod
    def _units(weight: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """Weights in 2^-20; what is above 0 stays so."""
        return np.maximum(np.rint(weight * 2.0**_WEIGHT_BITS), weight > 0).astype(np.int64)
