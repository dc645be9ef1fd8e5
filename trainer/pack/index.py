"""Reading a pack: token files, an index with one row a document, and a manifest that vouches for both.

    PACK/manifest.json                    what was packed and how, every file's size and sha256, counts
    PACK/tokenizer/                       a Hugging Face tokenizer directory
    PACK/shards/NNNNN.{train,validation}.bin   tokens, little-endian; two of them begin and end a document
    PACK/shards/NNNNN.parquet             the index of one corpus file, in row order (`documents.SCHEMA`)
    PACK/shards/NNNNN.columns.parquet     columns of the corpus file, where some are kept (`columns`)
    PACK/index/documents.SPLIT.bin        its numbers, of all files (`documents`)
    PACK/passages/                        an index of passages, where one was made since (`passages`)

Opening reads the manifest and looks at sizes; tokens and numbers are memory-mapped. `Pack.verify` hashes everything,
and remembers in the user's cache what it found whole.
"""

import functools
import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from winnow.trainer import reading
from winnow.trainer.errors import BadCall, RunFailed, one_line, shown
from winnow.trainer.hashes import hash_file
from winnow.trainer.pack import tokenizer_files, verified
from winnow.trainer.pack.documents import SPLITS, Documents, read_numbers

MANIFEST = "manifest.json"
VERSION = 2
MOST_TOKENS = 1 << 28
"""Of a vocabulary."""


class SourceCounts(NamedTuple):
    """What a source has in a split; `bytes` are of the texts in UTF-8, `tokens` have what begins and ends them."""

    documents: int = 0
    tokens: int = 0
    bytes: int = 0

    def and_(self, of: "SourceCounts") -> "SourceCounts":
        return SourceCounts(*map(sum, zip(self, of, strict=True)))


class PackShard(NamedTuple):
    """One corpus file, as it was when it was packed, and what was made of it."""

    path: Path
    size: int
    counts: Mapping[str, Mapping[str, SourceCounts]]
    """By split, then by source."""


@dataclass(frozen=True, eq=False)
class Pack:
    """A pack directory that is whole as far as names and sizes tell."""

    path: Path
    vocab: int
    """One more than the tokenizer's largest id."""
    begin: int
    """Id of the token that begins a document, which may be `end`."""
    end: int
    """Id of the end-of-text."""
    mask: int | None
    dtype: "np.dtype[Any]"
    fingerprint: str
    """sha256 over the tokenizer's and the shards' digests: two packs with the same one hold the same documents in the
    same order with the same tokens, wherever they and their corpora lie."""
    tokenizer_sha256: str
    """Of tokenizer.json."""
    sources: tuple[str, ...]
    """Sorted."""
    shards: tuple[PackShard, ...]
    files: Mapping[Path, tuple[int, str]]
    """Every file that the manifest vouches for: its size and sha256."""
    manifest: Mapping[str, Any]
    _made: dict[tuple[str, str], Documents] = field(default_factory=dict, init=False, repr=False)
    """What was asked for, so that evaluations read no column twice."""

    @staticmethod
    def open(path: Path) -> "Pack":
        """Raise BadCall where the manifest is missing or odd, or a file has not the size that it names."""
        pack = read_manifest(path)
        for file, (size, _) in pack.files.items():
            if not file.is_file():
                raise BadCall(f"{file} is missing from the pack; pack again, or copy it again")
            if file.stat().st_size != size:
                raise BadCall(f"{file} has {file.stat().st_size:,} bytes where the manifest says {size:,}; pack again")
        return pack

    @property
    def corpus(self) -> tuple[str, ...]:
        """The corpus files, by shard."""
        return tuple(str(shard.path) for shard in self.shards)

    @property
    def tokenizer(self) -> Path:
        return self.path / "tokenizer"

    @functools.cached_property
    def words(self) -> Mapping[str, bytes]:
        """The tokenizer's files. A run reads them when it begins: its checkpoints need them, wherever the pack went."""
        return tokenizer_files.files(self.tokenizer)

    def counts(self, split: str, source: str) -> SourceCounts:
        """Of one source in one split; zeros where it has none there."""
        return self._counts.get((split, source), SourceCounts())

    def sizes(self, split: str) -> list[int]:
        """Documents of each source in a split."""
        return [self.counts(split, source).documents for source in self.sources]

    def documents(self, split: str, source: str) -> Documents:
        """BadCall where the pack has no such source or split."""
        if source not in self.sources or split not in SPLITS:
            have = ", ".join(self.sources)
            raise BadCall(f"{self.path} has no source {source!r} with a split {split!r}; its sources are {have}")
        if (split, source) not in self._made:
            found = read_numbers(self.path, split, self.sizes(split), self.sources.index(source))
            made = Documents(split=split, source=source, folder=self.path / "shards", dtype=self.dtype, **found)
            self._made[split, source] = made
        return self._made[split, source]

    def corpus_file(self, shard: int) -> Path:
        """The Parquet file of a shard. BadCall where it is gone, or has another size than when it was packed."""
        path, size, _ = self.shards[shard]
        if not path.is_file():
            raise BadCall(f"{path}, which {self.path} was packed from, is gone")
        if (now := path.stat().st_size) != size:
            raise BadCall(f"{path} has changed since {self.path} was packed: {now:,} bytes, not {size:,}")
        return path

    def verify(self, *splits: str, again: bool = False) -> None:
        """Hash every file, or but those of other splits. RunFailed names the first that is not what was packed.

        A file that was found whole is remembered by its size and times, and is hashed once more only where these have
        changed, or with `again`.
        """
        others = tuple(f".{split}.bin" for split in SPLITS if splits and split not in splits)
        now, seen = verified.stamps(self.path, self.files), {} if again else verified.seen(self.path)
        found = dict[str, Any]()
        for (file, (_, sha256)), (name, stamp) in zip(self.files.items(), now.items(), strict=True):
            if seen.get(name) != stamp and not file.name.endswith(others):
                if hash_file(file) != sha256:
                    raise RunFailed(f"{file} is damaged: its sha256 is not the manifest's; pack or copy it again")
                found[name] = stamp
        if found:
            verified.remember(self.path, seen | found)

    @functools.cached_property
    def _counts(self) -> dict[tuple[str, str], SourceCounts]:
        """Over all shards, by split and source."""
        sums = defaultdict[tuple[str, str], SourceCounts](SourceCounts)
        for shard in self.shards:
            for split in SPLITS:
                for source, of in shard.counts[split].items():
                    sums[split, source] = sums[split, source].and_(of)
        return sums


def is_pack(path: Path) -> bool:
    """Whether a directory is meant for a pack, and not for a corpus."""
    return (path / MANIFEST).is_file() and (path / "shards").is_dir()


def read_manifest(path: Path) -> Pack:
    """The pack that lies in a directory, whether its other files are there or not. BadCall as of `Pack.open`."""
    file = path / MANIFEST
    if not file.is_file():
        if (path / "plan.json").is_file():
            raise BadCall(f"{path} is half packed: give the command that began it again, which goes on")
        raise BadCall(f"{path} is not a pack: it has no manifest.json; make one with winnow pack")
    try:
        value = reading.json_object(file, " is no manifest of a pack")
        if value["version"] != VERSION:
            raise BadCall(f"{file} is of version {shown(value['version'])}, and this is version {VERSION}: pack again")
        return of_manifest(path, value)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        why = f"{type(error).__name__}: {one_line(error)}"
        raise BadCall(f"{file} is no manifest of a pack ({why}); pack again") from None


def of_manifest(path: Path, value: Mapping[str, Any]) -> Pack:
    """The pack that a manifest describes, whether its files are there or not. KeyError and the like where it is odd."""
    shards = tuple(
        PackShard(
            Path(value["corpora"][of["corpus"]], of["file"]), of["bytes"],
            {split: {source: SourceCounts(**in_) for source, in_ in of["counts"][split].items()} for split in SPLITS},
        )
        for of in value["shards"]
    )  # fmt: skip
    words, stand = value["tokenizer"], dict[Path, tuple[int, str]]()
    for part in (words, *value["shards"], value["index"]):
        for name, of in sorted(part["files"].items()):
            if not all(map(reading.is_file_name, name.split("/"))):
                raise ValueError(f"{shown(name)} is no file of the pack")
            if type(of["bytes"]) is not int or of["bytes"] < 0 or type(of["sha256"]) is not str:
                raise ValueError(f"a file is said to have {shown(of)}")
            stand[path / name] = (of["bytes"], of["sha256"])
    ids = {"vocab": words["vocab"] - 1, "begin": words["begin"], "end": words["end"], "mask": words["mask"] or 0}
    for name, index in ids.items():
        if type(index) is not int or not 0 <= index < min(words["vocab"], MOST_TOKENS):
            raise ValueError(f"{name} is {shown(words[name])}")
    sources = sorted({source for shard in shards for split in SPLITS for source in shard.counts[split]})
    if odd := [source for source in sources if not reading.is_name(source)]:
        raise ValueError(f"a source is called {shown(odd[0])}")
    dtype = np.dtype(value["dtype"]).newbyteorder("<")
    if dtype not in ("<u2", "<u4"):
        raise ValueError(f"dtype is {dtype}")
    tokens = [sha256 for file, (_, sha256) in stand.items() if file.parent == path / "shards"]
    return Pack(
        path=path, vocab=words["vocab"], begin=words["begin"], end=words["end"], mask=words["mask"], dtype=dtype,
        fingerprint=hashlib.sha256(json.dumps([VERSION, words["sha256"], *tokens]).encode()).hexdigest(),
        tokenizer_sha256=words["sha256"], sources=tuple(sources), shards=shards, files=stand, manifest=value,
    )  # fmt: skip
