"""xz beside a model: what a compressor that never saw training data charges for the same texts.

A base model that has learnt anything lies well below. LZMA2 at its strongest (xz -9e) over all texts in a row, so that
it may point back from one document into those before it, which the model may not; without the headers of the format.
"""

import lzma
from collections.abc import Iterable

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
