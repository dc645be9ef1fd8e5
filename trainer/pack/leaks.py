"""Whether anything that is trained on is a relative of a validation document.

Relatives share a cluster of near-duplicates, a record, or their text; or are linked so over others, over duplicates
that the build removed too. The clusters are the build's (MinHash, then exact similarity): what its deduplication does
not see, in one build or between two, is not seen here either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from winnow.trainer.errors import RunFailed
from winnow.trainer.figures import many
from winnow.trainer.pack import corpus
from winnow.trainer.pack.documents import read_index
from winnow.trainer.pack.index import Pack
from winnow.trainer.pack.split import KEYS, connected, removed

NAMED = 3
"""Leaks that an error names."""


@dataclass(frozen=True)
class Report:
    """What was looked at by a check that found no leak."""

    train: int
    validation: int
    removed: int
    """Duplicates that the build removed."""
    removed_of_validation: int
    """Those of them that are relatives of validation documents; none of them was trained on."""

    def __str__(self) -> str:
        held, gone = many(self.validation, "validation document"), many(self.removed, "removed duplicate")
        return (
            f"no leak: none of {held} shares a cluster, record or text with one of {self.train:,} to train on; "
            f"of {gone} {self.removed_of_validation:,} are relatives of theirs, and none of these is trained on"
        )


def find(corpora: Sequence[Path], against: Sequence[Path] | None) -> list[Path]:
    """The Parquet files of removed duplicates. `against` names builds, folders or files of Parquet with a `cluster`
    column; None: the builds that the corpora lie in. BadCall where a name holds none."""
    if against is None:
        folders = [_beside(path.absolute()) for path in corpora]
    else:
        folders = [_removed(path) if corpus.is_build(path) else path for path in against]
    found = dict.fromkeys(folder for folder in folders if folder is not None)
    return list(dict.fromkeys(file.path for folder in found for file in corpus.find([folder])))


def check(pack: Pack, against: Sequence[Path]) -> Report:
    """Look at every document of a pack, and at files of removed duplicates. RunFailed names the documents of a leak."""
    index = [_index(pack, shard) for shard in range(len(pack.shards))]
    others = [removed(file).select(KEYS) for file in against]
    split = np.concatenate([table["split"].to_numpy(zero_copy_only=False) for table in index])
    table = pa.concat_tables([*(table.select(KEYS) for table in index), *others])
    group = connected(table)
    documents = len(split)
    held = np.unique(group[:documents][split == "validation"])
    related = np.isin(group, held)
    if (leaks := np.flatnonzero(related[:documents] & (split == "train"))).size:
        raise RunFailed(_named(pack, index, group, split, leaks))
    return Report(
        train=int((split == "train").sum()), validation=int((split == "validation").sum()),
        removed=len(table) - documents, removed_of_validation=int(related[documents:].sum()),
    )  # fmt: skip


def _beside(path: Path) -> Path | None:
    """The removed duplicates of the build that a corpus is, or lies in."""
    for build in (path, *(above.parent for above in (path, *path.parents) if above.name == "corpus")):
        if corpus.is_build(build) and (folder := _removed(build)) is not None:
            return folder
    return None


def _removed(build: Path) -> Path | None:
    """Where a build's removed duplicates lie; None where it removed none."""
    folder = build / "rejected/dedup"
    return folder if any(folder.glob("*.parquet")) else None


def _index(pack: Pack, shard: int) -> pa.Table:
    table = read_index(pack.path, shard, ("id", "split", *KEYS))
    hashed = pa.array([corpus.key(name) for name in table["cluster"].to_pylist()], pa.uint64())
    return table.set_column(table.schema.get_field_index("cluster"), "cluster", hashed)


def _named(pack: Pack, index: list[pa.Table], group: np.ndarray, split: np.ndarray, leaks: np.ndarray) -> str:
    ids = np.concatenate([table["id"].to_numpy(zero_copy_only=False) for table in index])
    held = np.flatnonzero(split == "validation")
    pairs = [f"{ids[held[group[held] == group[leak]][0]]} and {ids[leak]}" for leak in leaks[:NAMED]]
    more = f" and {len(leaks) - NAMED:,} more" if len(leaks) > NAMED else ""
    return (
        f"{pack.path} leaks: {len(leaks):,} documents to train on are relatives of validation documents, for example "
        f"(validation and train) {'; '.join(pairs)}{more}; pack again, against the same removed duplicates"
    )
