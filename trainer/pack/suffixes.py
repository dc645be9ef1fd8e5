"""Suffix arrays of tokens: every place of a text, in the order of what begins there, so that all places of any passage
are neighbours (Manber and Myers 1993, "Suffix Arrays: A New Method for On-Line String Searches").

Sorted by prefix doubling (Larsson and Sadakane 2007, "Faster suffix sorting"): places are ranked by their first tokens,
then by twice as many, of which the second half is ranked already; only places that are still alike are sorted again.
"""

import numpy as np
import numpy.typing as npt

MOST = 1 << 30
"""Tokens of one array."""
BYTES = 64
"""Of memory, at most, for each token that is sorted; of most texts 40. The array itself has 4."""

Ints = npt.NDArray[np.int64]


def suffix_array(tokens: npt.NDArray[np.unsignedinteger]) -> npt.NDArray[np.uint32]:
    """The places of `tokens` ([n], little-endian, of 2 or 4 bytes) in the order of the bytes from there to the end, as
    memcmp compares them; where one of two ends, it is the first: [n].

    Time: n log n for each doubling, of which there are as many as the longest passage that comes twice asks for.
    """
    n, length = len(tokens), 8 // tokens.itemsize
    if n > MOST:
        raise ValueError(f"{n} tokens; at most {MOST} are sorted at once")
    if not n:
        return np.zeros(0, np.uint32)
    words = np.zeros(n + length - 1, tokens.dtype)  # filled up with the least: too short is alike for now, never more
    words[:n] = tokens
    heads = np.lib.stride_tricks.sliding_window_view(words, length).copy()
    key = heads.view(">u8").reshape(n).astype(np.uint64)
    del heads, words
    order = np.argsort(key).astype(np.int32)
    key = key[order]
    rank = np.empty(n, np.int32)
    left = _ranked(order, key, np.arange(n, dtype=np.int32), rank)
    del key
    while left.size:
        places = order[left]
        keys = _keys(places, rank, length)
        places = places[turns := np.argsort(keys)]
        keys = keys[turns]
        order[left] = places
        left = _ranked(places, keys, left, rank)
        length *= 2
    return order.view(np.uint32)


def _keys(places: npt.NDArray[np.int32], rank: npt.NDArray[np.int32], length: int) -> Ints:
    """What orders places that are ranked by their first tokens, `length` of them: that rank, then the rank of what
    comes after these; where the text is over by then, the shorter is less."""
    n = len(rank)
    ahead = places.astype(np.int64) + length
    over = ahead >= n
    keys = rank.take(ahead, mode="clip").astype(np.int64) + 1
    keys[over] = n - ahead[over]
    del ahead
    keys += rank[places].astype(np.int64) << 32
    return keys


def _ranked(
    places: npt.NDArray[np.int32], keys: npt.NDArray[np.integer], slots: npt.NDArray[np.int32],
    rank: npt.NDArray[np.int32],
) -> npt.NDArray[np.int32]:  # fmt: skip
    """Write the rank of each of `places`, which are sorted by `keys` and stand in `slots` of the array: the first slot
    of those that are alike. Gives the slots of those that are not alone."""
    first = np.ones(len(keys) + 1, np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=first[1:-1])
    begins = np.where(first[:-1], slots, np.int32(0))
    rank[places] = np.maximum.accumulate(begins, out=begins)
    return slots[~(first[:-1] & first[1:])]
