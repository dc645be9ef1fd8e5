"""The order in which a source is read: which documents make an epoch, in which order, and which window comes when.

Nothing is drawn. A keyed permutation of range(n) gives the place of any index by itself (permutation.py), so that "the
windows of epoch 3" needs no list, and a run can begin at any step:

    documents of an epoch    each as often as its weight says, in an order keyed by (seed, source, epoch)
    the epoch's stream       their tokens, one after the other
    windows                  `context` tokens and `overlap` more, every `context` tokens, from a place that follows from
                             the key (the first epoch's from 0); what is left over fills no window in this epoch
    the order of windows     another keyed permutation, so that the parts of a long document do not follow each other
"""

import threading
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from winnow.trainer.data.permutation import BLOCK, Ints, Permutation, key, mix

Longs = npt.NDArray[np.int64]

_WEIGHT_BITS = 20
_PLACES = 64  # of an epoch, of whose bounds one is kept; divides BLOCK
_EPOCHS_KEPT = 2  # of a source: a step may lie across the border of two


class Epoch:
    """One pass through a source: its documents' copies in their order, a place each.

    Which document a place has is worked out when it is asked for, and of where places begin in the stream every
    _PLACES-th is kept: 8 bytes for so many documents.
    """

    def __init__(self, document: Callable[[Ints], Ints], tokens: Ints, places: int, width: int) -> None:
        """document: of places, both of any shape. tokens: of each document. width: of a window that begins at another
        token than the first and may go past the stream's end, into its beginning once more; 0: there is none."""
        self._document, self._tokens, self._own = document, tokens, places
        again = tokens[document(np.arange(min(places, width)))]
        self.places = places + min(places, int(np.searchsorted(np.cumsum(again), width)) + 1 if width else 0)
        """With those at the beginning that stand behind the end once more."""
        sums = [np.zeros(1, np.int64)]
        for first in range(0, self.places, BLOCK):
            sizes = tokens[self.documents(np.arange(first, min(first + BLOCK, self.places)))]
            sums.append(np.add.reduceat(sizes, np.arange(0, len(sizes), _PLACES), dtype=np.int64))
        self._begins = np.cumsum(np.concatenate(sums))

    def documents(self, places: Ints) -> Ints:
        """The documents of places, within range(self.places)."""
        return self._document(places % self._own)

    def begins(self, places: Ints) -> list[int]:
        """The tokens of the stream at which places, within range of the documents' copies, begin: twice where one
        stands behind the end once more."""
        found = []
        for place in (*places.tolist(), *(places + self._own).tolist()):
            if place < self.places:
                group = place // _PLACES
                before = self._tokens[self.documents(np.arange(group * _PLACES, place))]
                found.append(int(self._begins[group]) + int(before.sum(dtype=np.int64)))
        return found

    def under(self, begins: Ints, width: int) -> tuple[Longs, Longs, Longs, Longs]:
        """The pieces of documents under windows of `width` tokens that begin at `begins`, from left to right: (window,
        document, the document's token that comes first, and the one behind the last), [pieces] each."""
        first = np.searchsorted(self._begins, begins, side="right") - 1
        last = np.searchsorted(self._begins, begins + width, side="left")
        counts = np.minimum(last * _PLACES, self.places) - first * _PLACES
        window = np.repeat(np.arange(len(begins)), counts)
        before = np.cumsum(counts) - counts
        document = self.documents(np.arange(len(window)) - np.repeat(before - first * _PLACES, counts))
        sizes = self._tokens[document].astype(np.int64)
        sums = np.cumsum(sizes) - sizes  # over all windows' places
        left = sums + np.repeat(self._begins[first] - sums[before] - begins, counts)  # from the window's first token
        start, stop = np.maximum(-left, 0), np.minimum(width - left, sizes)
        inside = stop > start
        return window[inside], document[inside].astype(np.int64), start[inside], stop[inside]


class Epochs:
    """All passes through one source, each made when it is asked for; the last two are kept, and of weighted documents
    8 bytes each.

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

    def locate(self, ordinals: Longs) -> tuple[Longs, Longs]:
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

    def over(self, epoch: int, passages: Sequence[tuple[int, int, int]]) -> Iterator[tuple[int, int, int, int]]:
        """The windows of an epoch in which some of the tokens [start, stop) of a document stand: (which of `passages`
        it is, when the window comes, from 0 in this epoch, and which of the document's tokens stand there)."""
        if not (windows := self.windows(epoch)):
            return
        made, begin, order, (copy, ends) = self.epoch(epoch), self.begin(epoch), self._order(epoch), self._drawn(epoch)
        for number, (document, start, stop) in enumerate(passages):
            copies = np.array([document])
            if ends is not None:
                copies = np.arange(ends[document - 1] if document else 0, ends[document])
            for at in made.begins(copy.inverse(copies)):
                first = max(0, (at + start - begin - self._context - self._overlap) // self._context + 1)
                inside = np.arange(first, min(windows - 1, (at + stop - 1 - begin) // self._context) + 1)
                lefts = begin + inside * self._context - at
                for turn, left in zip(order.inverse(inside).tolist(), lefts.tolist(), strict=True):
                    yield number, turn, max(start, left), min(stop, left + self._context + self._overlap)

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

    def _drawn(self, epoch: int) -> tuple[Permutation, Ints | None]:
        """Which copy each place has, and where each document's copies end: [documents]; None: there is one of each."""
        copies = self._copies(epoch)
        ends = None if copies is None else np.cumsum(copies)
        places = len(self._tokens) if ends is None else int(ends[-1])
        return Permutation(places, key(*self._key, epoch, "documents")), ends

    def _made(self, epoch: int) -> Epoch:
        permutation, ends = self._drawn(epoch)

        def document(places: Ints) -> Ints:
            copy = permutation(places)
            return copy if ends is None else np.searchsorted(ends, copy, side="right")

        return Epoch(document, self._tokens, permutation.n, self._context + self._overlap if self.begin(epoch) else 0)

    def _windows_before(self, ordinal: int) -> Longs:
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
    def _units(weight: npt.NDArray[np.float64]) -> Longs:
        """Weights in 2^-20; what is above 0 stays so."""
        return np.maximum(np.rint(weight * 2.0**_WEIGHT_BITS), weight > 0).astype(np.int64)
