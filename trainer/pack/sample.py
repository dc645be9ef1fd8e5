"""A sample of a corpus's texts by bytes, each source in proportion, the same one whoever draws it."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winnow.trainer.errors import BadCall
from winnow.trainer.hashes import mix
from winnow.trainer.pack import corpus
from winnow.trainer.pack.corpus import CorpusFile


def texts(files: Sequence[CorpusFile], size: int, seed: int, say: Callable[[str], None]) -> Iterator[str]:
    """About `size` bytes of texts, in the files' order.

    Every document has a number that is a hash of seed, file and row; a source gives its documents of the lowest
    numbers until it has its share of `size`, the last one whole. Reads the files twice. BadCall where there is no text.
    """
    if size < 1:
        raise BadCall(f"a sample of {size} bytes holds nothing")
    of: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {}
    for file in files:
        for number, length, name in _measure(file, seed):
            of.setdefault(name, []).append((number, length))
    total = sum(int(length.sum()) for parts in of.values() for _, length in parts)
    if not total:
        raise BadCall(f"{files[0].root} and what else was given hold no text")
    limits, taken = {}, {}
    for name in sorted(of):
        numbers, length = (np.concatenate(parts) for parts in zip(*of[name], strict=True))
        limits[name], taken[name] = _limit(numbers, length, size, total)
    shares = ", ".join(f"{name} {taken[name] / 1e6:,.1f} MB" for name in taken)
    say(f"sample of {sum(taken.values()) / 1e6:,.1f} of {total / 1e6:,.1f} MB of text: {shares}")
    return _draw(files, seed, limits)


def numbers(file: CorpusFile, seed: int, first: int, rows: int) -> np.ndarray:
    """uint64 [rows]: a number of each row of a file that looks random."""
    start = np.uint64(corpus.key("sample", str(seed), file.file))
    return mix(start + np.arange(first + 1, first + rows + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))


def _limit(number: np.ndarray, length: np.ndarray, size: int, total: int) -> tuple[int, int]:
    """The number below which a source's documents are taken, and the bytes that are."""
    order = np.argsort(number, kind="stable")
    before = np.cumsum(length[order]) - length[order]
    take = int(np.searchsorted(before, size * int(length.sum()) / total, side="left"))
    limit = int(number[order[take]]) if take < len(order) else 1 << 64
    return limit, int(length[order[:take]].sum())


def _measure(file: CorpusFile, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray, str]]:
    """Numbers and text bytes of a file's rows, by source."""
    named = "source" in corpus.columns(file.path).names
    first = 0
    for batch in corpus.read(file.path, ["text", "source"] if named else ["text"]):
        text = batch.column("text")
        if not (pa.types.is_string(text.type) or pa.types.is_large_string(text.type)):
            text = text.cast(pa.string())  # a dictionary, or views, of which Arrow does not know the lengths
        length = pc.fill_null(pc.binary_length(text), 0).to_numpy(zero_copy_only=False).astype(np.int64)
        number = numbers(file, seed, first, batch.num_rows)
        source = np.array(corpus.sources(file, first, batch))
        for name in np.unique(source):
            mine = source == name
            yield number[mine], length[mine], str(name)
        first += batch.num_rows


def _draw(files: Sequence[CorpusFile], seed: int, limits: dict[str, int]) -> Iterator[str]:
    for file in files:
        for batch in corpus.batches(file, only=("text", "source")):
            number = numbers(file, seed, batch.first, len(batch.text))
            for one, text, name in zip(number.tolist(), batch.text, batch.source, strict=True):
                if text and one < limits[name]:
                    yield text
