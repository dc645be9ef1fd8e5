"""What the model learns from: the blocks of pages whose main text is known.

Shapes: n blocks of all pages, f features.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from selectolax.lexbor import LexborHTMLParser

from benchmarks.block_model.labels import shares
from benchmarks.saved_pages import SavedPage
from winnow.pipelines.extraction.blocks import walk
from winnow.pipelines.extraction.blocks.features.all import features

_MOST_BLOCKS = 400
"""Of one page, about, that are fitted to: pages of thousands would take most of the time and count no more."""
_POWER = 0.75
"""A block counts by its words to this power: by words alone long paragraphs, which are easy, would be all."""


@dataclass(frozen=True)
class Examples:
    """Blocks of pages."""

    names: tuple[str, ...]
    """Of the features."""
    features: NDArray[np.float32]
    """[n, f]"""
    shares: NDArray[np.float32]
    """[n]: the share of a block's words that are of the main text."""
    weights: NDArray[np.float32]
    """[n]: every page counts alike."""
    page: NDArray[np.int64]
    """[n]: its place among the pages."""

    def of(self, pages: NDArray[np.bool_]) -> "Examples":
        """The blocks of some of the pages, `pages` being one flag a page."""
        chosen = pages[self.page]
        return Examples(self.names, self.features[chosen], self.shares[chosen], self.weights[chosen], self.page[chosen])


def gather(pages: Iterable[SavedPage]) -> Examples:
    """Walk, measure and label pages; those without text give no example."""
    rows: list[tuple[NDArray[np.float32], ...]] = []
    places, names = list[NDArray[np.int64]](), tuple[str, ...]()
    for number, saved in enumerate(pages):
        page = walk.read(LexborHTMLParser(saved.html))
        if not page.texts or saved.text is None:
            continue
        table, measures = features(page, saved.url, saved.html.encode())
        names = tuple(table.columns)
        weights, kept = _weights(measures.words, number)
        parts = table.rows(names).T, shares(page.texts, saved.text), weights
        rows.append(tuple(part[kept].astype(np.float32) for part in parts))
        places.append(np.full(int(kept.sum()), number))
    columns = [np.concatenate(part) for part in zip(*rows, strict=True)]
    return Examples(names, columns[0], columns[1], columns[2] / columns[2].mean(), np.concatenate(places))


def _weights(words: NDArray[np.float64], seed: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(weights that add up to one, which blocks are kept): of long pages a part, weighing more."""
    weights = (words + 1) ** _POWER
    kept = np.random.default_rng(seed).random(len(words)) * max(len(words), _MOST_BLOCKS) < _MOST_BLOCKS
    if not kept.any():
        kept[:] = True
    return weights / weights[kept].sum(), kept


def folds(domains: Sequence[str], count: int) -> NDArray[np.int64]:
    """The fold of each page, by its domain: all pages of one are in one, whatever else there is."""
    digests = (blake2b(domain.encode(), digest_size=8).digest() for domain in domains)
    return np.array([int.from_bytes(digest, "big") % count for digest in digests])
