"""The recipe of a finished build as far as its code is at hand: what a report needs to mark places in texts."""

import contextlib
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.parquet import sha256_of
from winnow.pipelines.files.storage import LocalStorage, Storage, is_remote
from winnow.pipelines.plan.names import Names
from winnow.pipelines.recipe.file import load
from winnow.pipelines.recipe.model import Recipe


def recipe_of(storage: Storage, root: str) -> Recipe | None:
    """The recipe that recipe.lock.toml holds; None where this Winnow has not all of its code, or where a list that a
    step reads is no more beside the build's plans."""
    names = Names(root)
    with contextlib.suppress(OSError, ValueError, BadCall), storage.open(names.lock) as file:
        table = tomllib.loads(file.read().decode("utf-8"))
        locked = table.pop("locked")
        if not _with_lists(names, table, locked.get("lists", {})):
            return None
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "recipe.lock.toml")
            path.write_text(tomli_w.dumps(table), encoding="utf-8")
            return load(path)
    return None


def _with_lists(names: Names, table: Mapping[str, Any], lists: Mapping[str, str]) -> bool:
    """Put the paths of the lists in; False where one is gone, or is not on this machine."""
    steps = {step["name"]: step for step in table.get("step", ())}
    for key, sha256 in lists.items():
        step, _, setting = key.rpartition(".")
        copy = names.word_list(sha256, steps[step][setting])
        if is_remote(copy) or LocalStorage().size(copy) is None or sha256_of(LocalStorage(), copy) != sha256:
            return False
        steps[step][setting] = copy
    return True
