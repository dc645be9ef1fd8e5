"""Whether texts that a model is measured on are in the training part of the pack of its run."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from winnow.trainer import reading
from winnow.trainer.errors import BadCall
from winnow.trainer.evaluate.held_out import Text
from winnow.trainer.figures import many
from winnow.trainer.pack.documents import read_index
from winnow.trainer.pack.index import Pack, is_pack
from winnow.trainer.run import run_folder

MOST = 10_000_000
"""Documents of a pack: of more than these it takes too long to ask."""


def told(checkpoint: Path, data: Path, split: str, texts: Sequence[Text]) -> str:
    """How many of the texts of `data` are trained on: a sentence, or "" where none is, or no one can say, since the
    checkpoint (a model directory) is of no run or the run's pack is gone or another one now."""
    try:
        lock = reading.json_object(checkpoint.parent.parent / run_folder.PACK)
        pack = Pack.open(Path(str(lock.get("pack"))))
        if pack.fingerprint != lock.get("fingerprint"):
            return ""
        found = _found(pack, data, split, texts)
    except (BadCall, OSError):
        return ""
    of = "The document is" if len(texts) == 1 else f"{found:,} of {many(len(texts), 'document')} are"
    return f"{of} in the training part of the run's pack: no held-out text" if found else ""


def _found(pack: Pack, data: Path, split: str, texts: Sequence[Text]) -> int:
    if is_pack(data):
        return len(texts) if split == "train" and Pack.open(data).fingerprint == pack.fingerprint else 0
    if sum(pack.counts("train", source).documents for source in pack.sources) > MOST:
        return 0
    wanted = np.array([text.digest for text in texts], np.uint64)
    among = np.zeros(len(wanted), bool)
    for shard in range(len(pack.shards)):
        among |= np.isin(wanted, read_index(pack.path, shard, ["digest"], "train")["digest"].to_numpy())
    return int(among.sum())
