"""Signatures: min-wise hashes of shingle sets, and the keys under which similar documents meet.

Broder, "On the resemblance and containment of documents", 1997: the share of equal values in two signatures estimates
the Jaccard similarity of the two sets. Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", section 3.4: cut
into b bands of r rows, two signatures share at least one band with probability 1 - (1 - s^r)^b at similarity s.
The permutations are datasketch's scheme "affine64", x -> a x + b modulo 2^64 of the mixed hash, so a signature equals
the `hashvalues` of a `datasketch.MinHash` of that scheme and seed that was given the same shingle hashes.
"""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.dedup.packed import Counts, Hashes
from winnow.pipelines.dedup.shingles import Shingles, mix

NO_KEY = 0
"""The band key of a document without any word: it meets nobody. A real key that hashes to 0 is moved to 1."""
_NO_VALUE = np.uint64(0xFFFFFFFFFFFFFFFF)
"""datasketch's value of an empty set."""
_BAND_BASE = np.uint64(0xA0761D6478BD642F)
_BLOCK = 1 << 15
"""Shingle hashes permuted at a time: its arrays of 256 KiB stay in the processor's cache through all permutations."""


def content_keys(texts: Sequence[str]) -> Hashes:
    """The 128-bit BLAKE2b digest of each text as it stands, shape (n, 2): exact copies are texts of equal digest.

    Over the UTF-8 bytes, a lone surrogate as Python's "surrogatepass" writes it.
    """
    digests = b"".join(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in texts)
    return np.frombuffer(digests, "<u8").astype(np.uint64).reshape(-1, 2)


def signatures(shingles: Shingles, permutations: int, seed: int, *more: tuple[int, int]) -> Hashes:
    """Shape (n, permutations): the smallest value of each set under each permutation; 2^64 - 1 for an empty set.

    With `more`, other numbers of permutations of other seeds, their values come after these: cheaper than one by one.
    8 bytes a value: 896 bytes a document at 112 permutations, twice that while it runs.
    """
    factors, terms = np.concatenate([_permutations(*each) for each in ((permutations, seed), *more)], axis=1)
    worded = np.flatnonzero(shingles.sizes)
    starts = shingles.offsets[worded]
    smallest = np.full((len(factors), len(worded)), _NO_VALUE)
    for at in range(0, len(shingles.values), _BLOCK):
        mixed = mix(shingles.values[at : at + _BLOCK])
        first = int(np.searchsorted(starts, at, "right")) - 1  # the document that this block begins in
        last = int(np.searchsorted(starts, at + len(mixed), "left"))
        within = np.maximum(starts[first:last] - at, 0)
        _lower(smallest[:, first:last], mixed, within, factors, terms)
    result = np.full((len(shingles), len(factors)), _NO_VALUE)
    result[worded] = smallest.T
    return result


def _permutations(permutations: int, seed: int) -> Hashes:
    """Shape (2, permutations): factors and terms."""
    from datasketch import MinHash  # here, since it takes a second and a recipe's settings need none of it

    return np.stack(MinHash(num_perm=permutations, seed=seed, scheme="affine64").permutations)


def band_keys(signatures: Hashes, bands: int) -> Hashes:
    """Shape (n, bands): a 64-bit hash of each band's rows; NO_KEY for a document without any word.

    Signatures whose number of values is not a multiple of `bands` are a ValueError.
    """
    rows, rest = divmod(signatures.shape[1], bands)
    if rest:
        raise ValueError(f"{signatures.shape[1]} values cannot be cut into {bands} equal bands")
    cut = signatures.reshape(len(signatures), bands, rows)
    keys = np.zeros((len(signatures), bands), np.uint64)
    for row in range(rows):
        keys *= _BAND_BASE
        keys += mix(cut[:, :, row])
    keys = np.maximum(mix(keys), np.uint64(NO_KEY + 1))
    keys[(signatures == _NO_VALUE).all(axis=1)] = NO_KEY
    return keys


def _lower(smallest: Hashes, mixed: Hashes, within: Counts, factors: Hashes, terms: Hashes) -> None:
    """Takes into `smallest` (permutations x documents) the minima of each document's run of `mixed`, from within[i]."""
    permuted: NDArray[np.uint64] = np.empty_like(mixed)
    for row, factor, term in zip(smallest, factors, terms, strict=True):
        np.multiply(mixed, factor, out=permuted)
        permuted += term
        np.minimum(row, np.minimum.reduceat(permuted, within), out=row)
