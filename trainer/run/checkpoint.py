"""Checkpoints: RUN/checkpoints/step-NNNNNN, each a Hugging Face model directory with the run's own state beside.

    config.json  model.safetensors  tokenizer.json …    what others load
    optimizer.safetensors                               the moments, and the guard's history
    state.json                                          step, time and the rest, and the sha256 of every other file

Weights above 5 GB are several files with an index (hf.py). Moments in shards are a file a rank, with the rows that it
has: any number of ranks goes on from them. Each rank writes files of its own, and the first one the rest.

A checkpoint is written under another name and synced, by every rank, and then renamed, so at any moment each directory
of that name is whole and the newest one holds. RUN/latest names it. What a disk has spoilt later is found by the
digests.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from winnow.trainer import aside
from winnow.trainer.config.layouts import Layout
from winnow.trainer.errors import BadCall, RunFailed
from winnow.trainer.hashes import hash_file
from winnow.trainer.model import hf, tensor_file
from winnow.trainer.model.tensor_file import Rows
from winnow.trainer.pack import tokenizer_files
from winnow.trainer.pack.index import Pack
from winnow.trainer.parallel.ranks import Ranks
from winnow.trainer.run.checkpoint_folders import (
    FOLDER,
    LATEST,
    STATE,
    VERSION,
    folder,
    newest_first,
    problem,
    step_of,
)

MOMENTS = "optimizer"
"""What their files' names begin with."""


@dataclass(frozen=True)
class Content:
    """Of a checkpoint: what stays as it is while it is written."""

    step: int
    layout: Layout
    sizes: Mapping[str, int]
    """Bytes by parameter."""
    files: Mapping[str, Mapping[str, Tensor]]
    """What this rank writes: tensors by file, contiguous and on the CPU."""
    state: Mapping[str, Any]
    """For state.json."""


def begin(run: Path, step: int, ranks: Ranks) -> str:
    """The name, agreed on by all ranks, of a folder that is there now for the files of a checkpoint."""
    half = aside.beside(folder(run, step))
    if ranks.first:
        with aside.named(half.parent):
            half.mkdir(parents=True)
    return ranks.agree(half.name)


def save(
    run: Path, name: str, content: Content, pack: Pack, keep: int, ranks: Ranks,
    stable: Callable[[int], bool] = lambda _: False,
) -> None:  # fmt: skip
    """Write a checkpoint into the folder that was begun, and once all ranks have, let it appear, name it in RUN/latest,
    and remove all but the newest `keep` (0: none) and the newest one of a step that is `stable`: decays branch there.

    RunFailed, on every rank, says which one could not write and why; what was saved before stays.
    """
    path = folder(run, content.step)
    half = path.with_name(name)
    with appearing(path, half) if ranks.first else contextlib.nullcontext():
        digests = _written(path, half, content.files, ranks)
        if not ranks.first:
            return
        hf.write_config(content.layout, half, begin=pack.begin, end=pack.end, mask=pack.mask)
        hf.write_index(content.sizes, half, hf.SHARD)
        tokenizer_files.write(tokenizer_files.for_models(pack.words), half)
        digests |= {file.name: synced(file) for file in sorted(half.iterdir()) if file.name not in digests}
        whole = {"version": VERSION, "step": content.step} | dict(content.state) | {"files": digests}
        (half / STATE).write_text(f"{json.dumps(whole, indent=1)}\n", encoding="utf-8")
        synced(half / STATE)
    _point(run, path)
    if keep:
        branches = [path for path in newest_first(run) if stable(step_of(path))][:1]
        for old in newest_first(run)[keep:]:
            if old not in branches:
                _remove(old)


def _written(path: Path, half: Path, files: Mapping[str, Mapping[str, Tensor]], ranks: Ranks) -> dict[str, str]:
    """Write this rank's files; the sha256 of those of all ranks."""
    mine, failed = dict[str, str](), ""
    with ThreadPoolExecutor(2) as pool:  # hashing is most of the time, and weights and moments are large
        begun = {name: pool.submit(tensor_file.write, half / name, tensors, hf.METADATA)
                 for name, tensors in files.items()}  # fmt: skip
        try:
            mine = {name: writing.result() for name, writing in begun.items()}
        except OSError as error:
            failed = aside.reason(error)
    told = ranks.everyone((mine, failed))
    for rank, (_, failed) in enumerate(told):
        if failed:
            raise RunFailed(f"{path} cannot be saved: {failed}" + (f" (rank {rank})" if ranks.world > 1 else ""))
    return {name: digest for digests, _ in told for name, digest in digests.items()}


def shared(run: Path, ranks: Ranks) -> None:
    """BadCall where a rank does not see what the first one writes into the run's folder: of shards all write there, and
    all read there when a run goes on."""
    mark = aside.beside(run / "shared")
    if ranks.first:
        with aside.named(mark):
            mark.touch()
    seen = ranks.everyone((run / ranks.agree(mark.name)).exists())
    if ranks.first:
        mark.unlink()
    if not all(seen):
        raise BadCall(
            f"{run} is another folder for rank {seen.index(False)} than for the first one: name one on storage that "
            "all nodes share"
        )


def newest(run: Path, say: Callable[[str], None]) -> Path | None:
    """The newest whole checkpoint; None where none was ever saved.

    A damaged one is set aside under another name, and `say` hears of it. RunFailed when all are damaged.
    """
    aside.sweep(run / FOLDER)
    damaged = ""
    for path in newest_first(run):
        found = problem(path)
        if found is None:
            if damaged:
                say(f"going on from {path} instead")
            _point(run, path)
            return path
        spoilt = path.with_name(f"{path.name}.damaged")
        shutil.rmtree(spoilt, ignore_errors=True)
        path.rename(spoilt)
        damaged = f"{path} is damaged: {found}"
        say(f"{damaged}; it is now called {spoilt.name}")
    if damaged:
        raise RunFailed(f"{damaged}, and there is no older checkpoint; begin anew with another --output")
    return None


def load(path: Path) -> tuple[dict[str, Any], dict[str, Rows]]:
    """(state, optimizer's and guard's tensors) of a checkpoint that `newest` found whole."""
    state = json.loads((path / STATE).read_text(encoding="utf-8"))
    return state, tensor_file.rows([path / name for name in sorted(state["files"]) if name.startswith(MOMENTS)])


def _point(run: Path, path: Path) -> None:
    """Name a checkpoint in RUN/latest; a killed process may have come no further than the checkpoint itself."""
    name = f"{path.name}\n".encode()
    if not (run / LATEST).is_file() or (run / LATEST).read_bytes() != name:
        with aside.whole(run / LATEST) as file:
            file.write(name)


@contextlib.contextmanager
def appearing(path: Path, half: Path | None = None) -> Iterator[Path]:
    """A folder to write into, `half` or a new one, that appears under `path` when the block ends without an error, and
    only then."""
    half = half or aside.beside(path)
    try:
        half.mkdir(parents=True, exist_ok=True)
        yield half
        if path.is_dir():  # left by a former session that went further
            _remove(path)
        half.rename(path)
        aside.sync_folder(path.parent)
    except OSError as error:
        raise RunFailed(f"{path} cannot be saved: {aside.reason(error)}") from None
    except RunFailed as error:
        raise RunFailed(str(error).replace(half.name, path.name)) from None
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _remove(path: Path) -> None:
    """First out of sight: a removal that is cut off leaves no half checkpoint of that name."""
    gone = aside.beside(path)
    path.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def synced(file: Path) -> str:
    """Sync a file to the disk; its sha256."""
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
    return hash_file(file)
