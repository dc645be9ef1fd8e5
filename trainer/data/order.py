"""The order in which a source is read: which documents make an epoch, in which order, and which window comes when.

Nothing is stored and nothing is drawn. A keyed permutation of range(n) gives the place of any index by itself, so that
"the windows of epoch 3" needs no list, and a run can begin at any step:

    documents of an epoch    each as often as its weight says, in an order keyed by (seed, source, epoch)
    the epoch's stream       their tokens, one after the other
    windows                  `context` tokens and `overlap` more, every `context` tokens, from a place that follows from
                             the key (the first epoch's from 0); what is left over fills no window in this epoch
    the order of windows     another keyed permutation, so that the parts of a long document do not follow each other
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from winnow.trainer.data.permutation import Permutation, key, mix

Ints = npt.NDArray[np.integer]

_WEIGHT_BITS = 20
_EPOCHS_KEPT = 2  # of a source: a step may lie across the border of two


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
            begins[here] = self._order(epoch)(places[here]) * self._context + self.begin(epoch)
        return epochs, begins

    def over(self, epoch: int, document: int, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
        """The windows of an epoch in which some of the tokens [start, stop) of a document stand: when they come, from 0
        in this epoch, and which of the document's tokens stand there."""
        made, windows, begin = self.epoch(epoch), self.windows(epoch), self.begin(epoch)
        if not windows:
            return
        for at in made.bounds[np.flatnonzero(made.order == document)].tolist():
            first = max(0, (at + start - begin - self._context - self._overlap) // self._context + 1)
            last = min(windows - 1, (at + stop - 1 - begin) // self._context)
            inside = np.arange(first, last + 1)
            lefts = begin + inside * self._context - at
            for turn, left in zip(self._order(epoch).inverse(inside).tolist(), lefts.tolist(), strict=True):
                yield turn, max(start, left), min(stop, left + self._context + self._overlap)

    def epoch(self, epoch: int) -> Epoch:
        """Its documents in order. Safe to be called from several threads."""
        with self._lock:
            if epoch not in self._kept:
                while len(self._kept) >= _EPOCHS_KEPT:
                    del self._kept[min(self._kept, key=lambda kept: (-abs(kept - epoch), kept))]
                self._kept[epoch] = self._made(epoch)
            return self._kept[epoch]

    def _order(self, epoch: int) -> Permutation:
        """Of the epoch's windows."""
        return Permutation(self.windows(epoch), key(*self._key, epoch, "windows"))

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
        offset = (mix(np.arange(len(units), dtype=np.uint64), salt) >> np.uint64(64 - _WEIGHT_BITS)).astype(np.int64)
        return ((units * (epoch + 1) + offset) >> _WEIGHT_BITS) - ((units * epoch + offset) >> _WEIGHT_BITS)

    @staticmethod
    def _units(weight: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """Weights in 2^-20; what is above 0 stays so."""
        return np.maximum(np.rint(weight * 2.0**_WEIGHT_BITS), weight > 0).astype(np.int64)
