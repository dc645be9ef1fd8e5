"""Whole records: of a source with `dedup = "record"` all kept documents of a record are compared as one text."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

Columns = dict[str, list[Any]]
JOINT = "\n\n"
"""Between two parts of a record: words of both form shingles together, as they do in a text of one piece."""


def whole(batches: Iterable[Columns]) -> Iterator[Columns]:
    """Batches of documents as batches of their records, which may go on from one to the next.

    A record's text is that of its documents, in order, and its characters are counted in that; its number is the
    item's with part 0, and all else is its first document's, measures too. Memory: a batch and a record.
    """
    begun: Columns = {}
    for batch in batches:
        columns = {name: begun.get(name, []) + values for name, values in batch.items()}
        items = columns["item"]
        starts = [at for at, item in enumerate(items) if at == 0 or item != items[at - 1]]
        if starts[1:]:
            yield _joined(columns, starts)
        begun = {name: values[starts[-1] :] for name, values in columns.items()}
    if begun:
        yield _joined(begun, [0, len(begun["item"])])


def _joined(columns: Columns, starts: list[int]) -> Columns:
    """The records that begin at `starts`, each ending where the next begins; `documents` counts those of each."""
    firsts = starts[:-1]
    texts = [JOINT.join(columns["text"][start:end]) for start, end in pairwise(starts)]
    return {name: [values[at] for at in firsts] for name, values in columns.items()} | {
        "text": texts, "characters": list(map(len, texts)), "part": [0] * len(texts),
        "documents": [end - start for start, end in pairwise(starts)],
    }  # fmt: skip
