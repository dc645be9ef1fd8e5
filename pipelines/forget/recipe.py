"""The recipe of a finished build, from its lock file."""

import tempfile
import tomllib
from pathlib import Path

import tomli_w

from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.parquet import sha256_of
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.plan.names import Names
from winnow.pipelines.recipe.file import load
from winnow.pipelines.recipe.model import Recipe


def recipe_of(root: str, shown: str) -> Recipe:
    """The recipe that recipe.lock.toml holds. BadCall where a list that a step reads is no more beside the build's
    plans."""
    names, storage = Names(root), LocalStorage()
    with storage.open(names.lock) as file:
        table = tomllib.load(file)
    locked = table.pop("locked")
    steps = {step["name"]: step for step in table.get("step", ())}
    for key, sha256 in locked.get("lists", {}).items():
        step, _, setting = key.rpartition(".")
        copy = names.word_list(sha256, steps[step][setting])
        if storage.size(copy) is None or sha256_of(storage, copy) != sha256:
            raise BadCall(f"{shown}: the list {steps[step][setting]!r} of step {step!r} is no more in work/; put the "
                          f"file with sha256 {sha256} at {shown}/{copy.removeprefix(f'{root}/')}")  # fmt: skip
        steps[step][setting] = copy
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "recipe.lock.toml")
        if "notes" in table:
            Path(folder, table["notes"]).write_text(locked["notes"], encoding="utf-8", newline="")
        path.write_text(tomli_w.dumps(table), encoding="utf-8")
        return load(path)
