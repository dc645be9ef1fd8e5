"""What `winnow pack` says of rows and sources: lines of bounded length, however many there are."""

import functools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa

from winnow.trainer.figures import listed, many
from winnow.trainer.pack.index import SourceCounts

FEW = 30
"""Validation documents; below this a bootstrap's interval says little."""
LISTED = 20
"""Sources whose sizes are said; of more the split's are."""


def rows(left_out: pa.ChunkedArray, chosen: np.ndarray, none: Sequence[str]) -> Iterator[str]:
    """What became of the rows. left_out: of each why, or null; chosen: bool [rows], for validation; none: the sources
    that give no document for it, though they were asked to."""
    held = int(chosen.sum())
    if none and not held:
        small = f"{many(len(none), 'source is', 'sources are')} too small for a validation document ({listed(none)})"
        merged = ", or make all rows one source with --source NAME" if len(none) > 1 else ""
        yield f"nothing is held out, so that nothing will tell what is learnt: {small}; give more documents{merged}"
    elif len(none) == 1:
        yield f"source {none[0]} is too small for a validation document; all of it is trained on"
    elif none:
        small = f"{len(none):,} sources are too small for a validation document"
        yield f"{small}; all of each is trained on: {listed(none)}"
    if reasons := Counter(left_out.drop_null().to_pylist()):
        yield f"rows left out: {', '.join(f'{reasons[name]:,} with {name}' for name in sorted(reasons))}"
    coarse = f"; fewer than {FEW} give coarse figures, --validation takes more" if 0 < held < FEW else ""
    yield f"{many(left_out.null_count, 'document')}, {held:,} of them for validation{coarse}"


def sizes(counts: Mapping[str, Sequence[SourceCounts]], sources: Sequence[str]) -> Iterator[str]:
    """What each split has of each source, or in all."""
    for split, of in counts.items():
        if len(sources) > LISTED:
            yield f"{split}, {len(sources):,} sources: {_size(functools.reduce(SourceCounts.and_, of))}"
        else:
            yield from (f"{split}, {source}: {_size(each)}" for source, each in zip(sources, of, strict=True))


def _size(of: SourceCounts) -> str:
    return ", ".join(map(many, of, ("document", "token", "byte")))
