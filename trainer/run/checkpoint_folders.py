"""A run's checkpoints as folders: which there are, which one is meant, whether it is whole. All told without torch."""

import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from winnow.trainer import reading
from winnow.trainer.config.layouts import CONFIG
from winnow.trainer.errors import BadCall, shown
from winnow.trainer.hashes import hash_file

FOLDER, LATEST, STATE = "checkpoints", "latest", "state.json"
_WEIGHTS = "model"
"""What their files' names begin with."""
VERSION = 2
"""Of the first all moments are in one file, as they are in the second of one rank."""
_NAME = re.compile(r"step-(\d{6,})")


def folder(run: Path, step: int) -> Path:
    return run / FOLDER / f"step-{step:06}"


def step_of(path: Path) -> int:
    """The steps done, which a checkpoint's name says."""
    return int(path.name.removeprefix("step-"))


def newest_first(run: Path) -> list[Path]:
    """The checkpoints of a run."""
    if not (run / FOLDER).is_dir():
        return []
    found = [path for path in (run / FOLDER).iterdir() if _NAME.fullmatch(path.name) and path.is_dir()]
    return sorted(found, key=step_of, reverse=True)


def kept_steps(run: Path) -> list[int]:
    """The steps of the checkpoints of a run, the oldest first."""
    return [step_of(path) for path in reversed(newest_first(run))]


def kept(run: Path) -> str:
    """The steps of the checkpoints of a run, in words."""
    steps = kept_steps(run)
    return f"checkpoints of the steps {', '.join(map(str, steps[-20:]))}" if steps else "no checkpoint"


def pointed(run: Path) -> str:
    """The name in RUN/latest. BadCall where it is none of a checkpoint."""
    name = reading.small(run / LATEST, reading.NAME).decode(errors="replace").strip()
    if not _NAME.fullmatch(name):
        raise BadCall(f"{run / LATEST} names {shown(name)}, which is no checkpoint; give one in {run / FOLDER}")
    return name


def find_checkpoint(path: Path) -> Path:
    """The model directory that is meant: a run's newest checkpoint, RUN@STEP, or the directory itself. BadCall if it is
    none."""
    if (path / CONFIG).is_file():
        return path
    run, at, step = str(path).rpartition("@")
    if at and step.isdecimal() and len(step) < 19 and Path(run).is_dir() and not path.exists():
        of = folder(Path(run), int(step))
        if not of.is_dir():
            raise BadCall(f"{path}: {run} has {kept(Path(run))}")
        return of
    if not path.exists():
        raise BadCall(f"{path}: there is no such file or folder")
    if not (path / LATEST).is_file():
        raise BadCall(f"{path} is neither a run with a checkpoint (no file {LATEST}) nor a model (no {CONFIG})")
    return path / FOLDER / pointed(path)


def origin(path: Path) -> tuple[int, str]:
    """The step of a whole checkpoint, and the sha256 of its weights: of several files that of theirs."""
    state = json.loads((path / STATE).read_text(encoding="utf-8"))
    files = [digest for name, digest in sorted(state["files"].items()) if name.startswith(_WEIGHTS)]
    return int(state["step"]), files[0] if len(files) == 1 else hashlib.sha256("".join(files).encode()).hexdigest()


def problem(path: Path) -> str | None:
    """What is wrong with a checkpoint; None: nothing."""
    try:
        state = reading.json_object(path / STATE)
        version, files = state["version"], dict(state["files"])
    except (BadCall, ValueError, KeyError, TypeError):
        return f"{STATE} {'cannot be read' if (path / STATE).exists() else 'is missing'}"
    if version not in (1, VERSION):
        raise BadCall(f"{path / STATE} is of version {version}, and this is version {VERSION}: use the other release")
    with ThreadPoolExecutor(8) as pool:  # of large models there are as many files and more
        found = pool.map(lambda item: _damage(path, *item), files.items())
        return next((problem for problem in found if problem), None)


def _damage(path: Path, name: str, digest: str) -> str | None:
    if not reading.is_file_name(name) or not (path / name).is_file():
        return f"{name} is missing"
    try:
        same = hash_file(path / name) == digest
    except OSError as error:
        return f"{name} cannot be read: {error.strerror}"
    return None if same else f"the sha256 of {name} is not the one in {STATE}"
