"""The recipe of a finished build as far as its code is at hand: what a report needs to mark places in texts."""

import contextlib
import tempfile
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import tomli_w

from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.parquet import sha256_of
from winnow.pipelines.files.storage import LocalStorage, Storage, is_remote
from winnow.pipelines.plan.names import Names
from winnow.pipelines.recipe.catalogue import SOURCES, STEPS
from winnow.pipelines.recipe.file import load
from winnow.pipelines.recipe.model import Recipe

_ANY = "jsonl"
"""A kind in the place of one that is not installed: nothing is read any more."""


def recipe_of(storage: Storage, root: str) -> Recipe | None:
    """The recipe that recipe.lock.toml holds, without the steps that cannot be asked here: their plug-in is not
    installed, or a list that they read is no more beside the build's plans. None where nothing of it can be read."""
    names = Names(root)
    try:
        with storage.open(names.lock) as file:
            table = tomllib.loads(file.read().decode("utf-8"))
        without = set(_without_lists(names, table, table.pop("locked").get("lists", {})))
        with contextlib.suppress(BadCall):
            return _loaded(_reduced(table, without))
        foreign = {step["name"] for step in table.get("step", ()) if step["use"] not in STEPS}
        return _loaded(_ours(_reduced(table, without | foreign)))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, BadCall):  # a lock file of anybody
        return None


def _loaded(table: Mapping[str, Any]) -> Recipe:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "recipe.lock.toml")
        path.write_text(tomli_w.dumps(table), encoding="utf-8")
        return load(path)


def _without_lists(names: Names, table: Mapping[str, Any], lists: Mapping[str, str]) -> Iterator[str]:
    """Put the paths of the lists in; the steps of which one is gone, or is not on this machine."""
    steps = {step["name"]: step for step in table.get("step", ())}
    for key, sha256 in lists.items():
        step, _, setting = key.rpartition(".")
        copy = names.word_list(sha256, steps[step][setting])
        if is_remote(copy) or LocalStorage().size(copy) is None or sha256_of(LocalStorage(), copy) != sha256:
            yield step
        steps[step][setting] = copy


def _reduced(table: Mapping[str, Any], without: Collection[str]) -> dict[str, Any]:
    """Without some steps. What measures nothing may be an editor, behind which no text is known as it was."""
    steps = []
    for step in table.get("step", ()):
        if step["name"] not in without:
            steps.append(step)
        elif "limits" not in step:
            break
    dedup = {key: value for key, value in table.get("dedup", {}).items() if key != "order" or not without}
    return {**table, "step": steps, "dedup": dedup}


def _ours(table: Mapping[str, Any]) -> dict[str, Any]:
    """With sources of our own kinds alone."""
    sources = [of if of.get("kind") in SOURCES else {"name": of["name"], "kind": _ANY} for of in table["source"]]
    return {**table, "source": sources}
