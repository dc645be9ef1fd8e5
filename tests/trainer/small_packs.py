"""Packs for tests, written by hand: any lengths, any weights, and tokens that all differ within a split and source, so
that a token tells where it came from."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from winnow.trainer.config.settings import Config, Data, ModelShape
from winnow.trainer.data.batches import Batches
from winnow.trainer.hashes import hash_text
from winnow.trainer.pack.documents import GROUP, SCHEMA, SPLITS, Documents, write_numbers
from winnow.trainer.pack.index import VERSION, Pack, of_manifest

STRIDE = 1 << 24
"""The first token of the pack's n-th source (in sorted order) is n times this one."""


def make_pack(
    folder: Path,
    lengths: Mapping[str, Sequence[int]],
    weights: Mapping[str, Sequence[float]] | None = None,
    *,
    validation: Mapping[str, Sequence[int]] | None = None,
    corpora: Mapping[str, Path] | None = None,
    ids: Mapping[str, Sequence[str]] | None = None,
) -> Pack:
    """A pack with one shard a source. `lengths`: tokens of each training document of a source; `corpora`: the Parquet
    file a source was packed from, a row a training document."""
    sources = sorted({*lengths, *(validation or {})})
    (folder / "shards").mkdir(parents=True)
    shards = []
    for number, source in enumerate(sources):
        of = {"train": list(lengths.get(source, ())), "validation": list((validation or {}).get(source, ()))}
        weight = {"train": list((weights or {}).get(source, np.ones(len(of["train"])))),
                  "validation": [1.0] * len(of["validation"])}  # fmt: skip
        names = list((ids or {}).get(source, ())) or [f"{source}-{i}" for i in range(sum(map(len, of.values())))]
        corpus = (corpora or {}).get(source, folder / "corpus" / f"{source}.parquet")
        size = corpus.stat().st_size if corpus.is_file() else 0
        counts = {split: {source: {"documents": len(of[split]), "tokens": sum(of[split]), "bytes": 4 * sum(of[split])}}
                  if of[split] else {} for split in SPLITS}  # fmt: skip
        files = _shard(folder, number, source, of, weight, names)
        shards.append({"corpus": number, "file": corpus.name, "bytes": size, "sha256": "0" * 64, "rows": len(names),
                       "left_out": {}, "files": files, "counts": counts})  # fmt: skip
    roots = [str((corpora or {}).get(source, folder / "corpus" / "x").parent) for source in sources]
    words = {"files": {}, "vocab": STRIDE * len(sources), "begin": 0, "end": 0, "mask": None, "sha256": "0" * 64}
    manifest = {"version": VERSION, "dtype": "<u4", "corpora": roots, "shards": shards, "tokenizer": words,
                "index": {"files": {}}}  # fmt: skip
    made = of_manifest(folder, manifest)
    for split in SPLITS:
        write_numbers(folder, split, made.sources, made.sizes(split), len(shards))
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return Pack.open(folder)


def _shard(
    folder: Path, number: int, source: str, of: Mapping[str, Sequence[int]], weight: Mapping[str, Sequence[float]],
    names: Sequence[str],
) -> dict[str, Any]:  # fmt: skip
    columns: dict[str, list[Any]] = {name: [] for name in SCHEMA.names}
    files = []
    for split in SPLITS:
        tokens = np.arange(sum(of[split]), dtype="<u4") + np.uint32(STRIDE * number)
        files.append(folder / "shards" / f"{number:05}.{split}.bin")
        tokens.tofile(files[-1])
        offset = 0
        for length, times in zip(of[split], weight[split], strict=True):
            row = len(columns["id"])
            values = (names[row], source, number, row, split, names[row], 4 * length, length, offset, times, None, row,
                      hash_text(names[row]))  # fmt: skip
            for name, value in zip(SCHEMA.names, values, strict=True):
                columns[name].append(value)
            offset += length
    files.append(folder / "shards" / f"{number:05}.parquet")
    pq.write_table(pa.table(columns, SCHEMA), files[-1], row_group_size=GROUP)
    return {f"shards/{file.name}": {"bytes": file.stat().st_size,
                                    "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
            for file in files}  # fmt: skip


def batches_of(pack: Pack, data: Data, context: int, rows: int, steps: int, seed: int = 1, overlap: int = 1) -> Batches:
    """Of the causal objective, or with an overlap of 0 of the masked one."""
    config = Config(data, objective="causal" if overlap else "masked", seed=seed, model=ModelShape(context=context))
    return Batches(config, pack, rows, steps)


def names_of(documents: Documents) -> list[str]:
    """The ids of all of them."""
    return documents.ids(range(len(documents)))


def of_tokens(folder: Path, shards: Sequence[Sequence[Sequence[int]]]) -> Pack:
    """A pack of these training documents of one source, each with the end-of-text 0 behind it, as training reads them;
    of two bytes a token where that is enough."""
    make_pack(folder, {f"{number:05}": [len(document) + 1 for document in of] for number, of in enumerate(shards)})
    manifest = json.loads((folder / "manifest.json").read_text())
    largest = max((token for of in shards for document in of for token in document), default=0)
    manifest["dtype"] = "<u2" if largest < 1 << 16 else "<u4"
    for number, of in enumerate(shards):
        file = folder / "shards" / f"{number:05}.train.bin"
        np.array([token for document in of for token in (*document, 0)], manifest["dtype"]).tofile(file)
        manifest["shards"][number]["files"][f"shards/{file.name}"] = {
            "bytes": file.stat().st_size, "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return Pack.open(folder)
