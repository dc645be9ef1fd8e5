"""xz beside a model: what a compressor that never saw training data charges for the same texts.

A base model that has learnt anything lies well below. LZMA2 at its strongest (xz -9e) over all texts in a row, so that
it may point back from one document into those before it, which the model may not; without the headers of the format.
"""

import lzma
from collections.abc import Iterable

from winnow.trainer.evaluate.held_out import Sample
from winnow.trainer.pack.tokenizer import Loaded

LONGEST = 64 << 20
"""Of the dictionary, bytes: as of xz -9, about 700 MB of memory where the texts are that long."""


def xz_bits_per_byte(texts: Iterable[bytes], size: int) -> float:
    """`texts`: UTF-8, one after another; `size`: their bytes, or more. ValueError where they are empty."""
    dictionary = min(LONGEST, max(4096, size))
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": dictionary}]
    compressor = lzma.LZMACompressor(format=lzma.FORMAT_RAW, filters=filters)
    plain = packed = 0
    for text in texts:
        plain += len(text)
        packed += len(compressor.compress(text))
    if not plain:
        raise ValueError("no text to compress")
    return 8 * (packed + len(compressor.flush())) / plain


def beside(sample: Sample, words: Loaded) -> dict[str, float] | None:
    """xz's bits per byte of each source by itself, and under "" of all of them, weighted as the model's figure is. None
    where the tokenizer does not give texts back as they were."""
    texts = dict[str, list[bytes]]()
    for text in sample.read():
        plain = words.tokenizer.decode(text.tokens[1:-1].tolist(), skip_special_tokens=False).encode()
        if len(plain) != text.bytes:
            return None
        if plain:
            texts.setdefault(text.source, []).append(plain)
    found = {source: xz_bits_per_byte(of, sum(map(len, of))) for source, of in sorted(texts.items())}
    weights = {source: sample.bytes[source] / sum(sample.bytes.values()) for source in found}
    return {**found, "": sum(weights[source] * bits for source, bits in found.items())}
