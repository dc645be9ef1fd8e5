"""Checkpoints: RUN/checkpoints/step-NNNNNN, each a Hugging Face model directory with the run's own state beside.

    config.json  model.safetensors  tokenizer.json …    what others load
    optimizer.safetensors                               the moments, and the guard's history
    state.json                                          step, time and the rest, and the sha256 of every other file

A checkpoint is written under another name, synced and renamed, so at any moment each directory of that name is whole
and the newest one holds. RUN/latest names it. What a disk has spoilt later is found by the digests.
"""

import contextlib
import errno
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from winnow.trainer import aside, reading
from winnow.trainer.errors import BadCall, RunFailed, shown
from winnow.trainer.hashes import hash_file
from winnow.trainer.model.hf import save_weights
from winnow.trainer.model.model import Model
from winnow.trainer.pack import tokenizer_files
from winnow.trainer.pack.index import Pack

FOLDER, LATEST, OPTIMIZER, STATE = "checkpoints", "latest", "optimizer.safetensors", "state.json"
VERSION = 1
_NAME = re.compile(r"step-(\d{6,})")


def folder(run: Path, step: int) -> Path:
    return run / FOLDER / f"step-{step:06}"


def save(
    run: Path, step: int, model: Model, optimizer: dict[str, Tensor], state: dict[str, Any], pack: Pack, keep: int
) -> Path:
    """Write the checkpoint of `step`, name it in RUN/latest, and remove all but the newest `keep` (0: none).

    RunFailed names the file that could not be written; what was saved before stays.
    """
    path = folder(run, step)
    with appearing(path) as half:
        save_weights(model, half, begin=pack.begin, end=pack.end, mask=pack.mask)
        # Moments may be slices of one tensor; a file has each by itself.
        tensors = {name: tensor.detach().cpu().clone() for name, tensor in optimizer.items()}
        save_file(tensors, half / OPTIMIZER)
        tokenizer_files.write(tokenizer_files.for_models(pack.words), half)
        digests = {file.name: synced(file) for file in sorted(half.iterdir())}
        whole = {"version": VERSION, "step": step} | state | {"files": digests}
        (half / STATE).write_text(f"{json.dumps(whole, indent=1)}\n", encoding="utf-8")
        synced(half / STATE)
    _point(run, path)
    if keep:
        for old in _all(run)[keep:]:
            _remove(old)
    return path


def newest(run: Path, say: Callable[[str], None]) -> Path | None:
    """The newest whole checkpoint; None where none was ever saved.

    A damaged one is set aside under another name, and `say` hears of it. RunFailed when all are damaged.
    """
    aside.sweep(run / FOLDER)
    damaged = ""
    for path in _all(run):
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


def load(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """(state, optimizer's and guard's tensors on the CPU) of a checkpoint that `newest` found whole."""
    return json.loads((path / STATE).read_text(encoding="utf-8")), load_file(path / OPTIMIZER)


def _all(run: Path) -> list[Path]:
    """The newest first."""
    if not (run / FOLDER).is_dir():
        return []
    found = [path for path in (run / FOLDER).iterdir() if _NAME.fullmatch(path.name) and path.is_dir()]
    return sorted(found, key=step_of, reverse=True)


def step_of(path: Path) -> int:
    """The steps done, which a checkpoint's name says."""
    return int(path.name.removeprefix("step-"))


def kept(run: Path) -> str:
    """The steps of the checkpoints of a run, in words."""
    steps = [step_of(path) for path in reversed(_all(run))]
    return f"checkpoints of the steps {', '.join(map(str, steps[-20:]))}" if steps else "no checkpoint"


def _point(run: Path, path: Path) -> None:
    """Name a checkpoint in RUN/latest; a killed process may have come no further than the checkpoint itself."""
    name = f"{path.name}\n".encode()
    if not (run / LATEST).is_file() or (run / LATEST).read_bytes() != name:
        with aside.whole(run / LATEST) as file:
            file.write(name)


def pointed(run: Path) -> str:
    """The name in RUN/latest. BadCall where it is none of a checkpoint."""
    name = reading.small(run / LATEST, reading.NAME).decode(errors="replace").strip()
    if not _NAME.fullmatch(name):
        raise BadCall(f"{run / LATEST} names {shown(name)}, which is no checkpoint; give one in {run / FOLDER}")
    return name


def problem(path: Path) -> str | None:
    """What is wrong with a checkpoint; None: nothing."""
    try:
        state = reading.json_object(path / STATE)
        version, files = state["version"], dict(state["files"])
    except (BadCall, ValueError, KeyError, TypeError):
        return f"{STATE} {'cannot be read' if (path / STATE).exists() else 'is missing'}"
    if version != VERSION:
        raise BadCall(f"{path / STATE} is of version {version}, and this is version {VERSION}: use the other release")
    for name, digest in files.items():
        if not reading.is_file_name(name) or not (path / name).is_file():
            return f"{name} is missing"
        try:
            if hash_file(path / name) != digest:
                return f"the sha256 of {name} is not the one in {STATE}"
        except OSError as error:
            return f"{name} cannot be read: {error.strerror}"
    return None


@contextlib.contextmanager
def appearing(path: Path) -> Iterator[Path]:
    """A folder to write into that appears under `path` when the block ends without an error, and only then."""
    half = aside.beside(path)
    try:
        half.mkdir(parents=True)
        yield half
        if path.is_dir():  # left by a former session that went further
            _remove(path)
        half.rename(path)
        aside.sync_folder(path.parent)
    except (OSError, SafetensorError) as error:
        raise RunFailed(f"{path} cannot be saved: {aside.reason(_os_error(error))}") from None
    except RunFailed as error:
        raise RunFailed(str(error).replace(half.name, path.name)) from None
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _os_error(error: OSError | SafetensorError) -> OSError:
    """safetensors tells the system's errors in words only: "… (os error 28)"."""
    if isinstance(error, OSError):
        return error
    number = re.search(r"os error (\d+)", str(error))
    return OSError(int(number[1]), os.strerror(int(number[1]))) if number else OSError(errno.EIO, str(error))


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
