"""A language model of a few words, with labels as GlotLID and OpenLID have them, written as fastText reads one.

fastText's own training is no way to one: 0.9.3 leaves weights of small models unset, so that it fails now and then.
"""

import struct
from collections.abc import Mapping
from pathlib import Path

WORDS = {
    "eng_Latn": "the river rose in night and by morning lower fields of farm were under water while people slept",
    "deu_Latn": "der fluss stieg in nacht und am morgen standen die unteren felder von dem hof unter wasser",
    "zho_Hans": "河水 夜里 上涨 早晨 农场 田地 在 水",
    "zho_Hant": "河水 夜裡 上漲 早晨 農場 田地 在 水",
    "als_Latn": "lumi u ngrit gjatë natës dhe në mëngjes fushat",
}
ENGLISH = "The river rose in the night, and by the morning the lower fields of the farm were under water."
GERMAN = "Der Fluss stieg in der Nacht, und am Morgen standen die unteren Felder von dem Hof unter Wasser."
_SUPERVISED, _SKIPGRAM, _SOFTMAX = 3, 2, 3
_WORD, _LABEL = 0, 1
_SURE = 30.0


def leave(path: Path, words: Mapping[str, str] = WORDS, *, supervised: bool = True) -> Path:
    """Write a model at `path` that knows `words` by label; of `ENGLISH` those in lower case and without marks too.

    A text is the mean of its known words, each a vector with 1 for the labels that have it (float32 [labels]), and the
    chance of a label grows with that. Not `supervised`, it is one of word vectors, which tells no languages.
    """
    labels = list(words)
    known = {form for of in words.values() for word in of.split() for form in (word, word.title())}
    known |= {f"{word}{mark}" for word in known for mark in ",."}
    vectors = {form: [float(form.lower().strip(",.") in words[label].split()) for label in labels]
               for form in sorted(known)}  # fmt: skip
    entries = [(form, _WORD) for form in vectors]
    entries += [(f"__label__{label}", _LABEL) for label in labels] if supervised else []
    dim, model = len(labels), _SUPERVISED if supervised else _SKIPGRAM
    # dim, ws, epoch, minCount, neg, wordNgrams, loss, model, bucket, minn, maxn, lrUpdateRate, t
    arguments = struct.pack("<12id", dim, 5, 1, 1, 5, 1, _SOFTMAX, model, 0, 0, 0, 100, 1e-4)
    dictionary = struct.pack("<3i2q", len(entries), len(vectors), len(entries) - len(vectors), len(entries), -1)
    dictionary += b"".join(form.encode() + b"\0" + struct.pack("<qb", 1, kind) for form, kind in entries)
    into = [row for vector in vectors.values() for row in vector]
    out_of = [_SURE * (row == column) for row in range(dim) for column in range(dim)]
    matrices = b"".join(struct.pack(f"<?2q{len(of)}f", False, len(of) // dim, dim, *of) for of in (into, out_of))
    path.write_bytes(struct.pack("<2i", 793_712_314, 12) + arguments + dictionary + matrices)
    return path
