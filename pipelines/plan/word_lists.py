"""Word lists of the recipe's steps: copied beside the build's other plans, for workers that do not see the recipe.

A step's settings name the file as the driver sees it. A worker puts the copy in its place; one that is not local is
brought to the cache of the machine, for steps open plain paths.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.cache import cache_directory
from winnow.pipelines.files.parquet import sha256_of
from winnow.pipelines.files.sealed import damaged, gone
from winnow.pipelines.files.storage import LocalStorage, Storage, is_remote
from winnow.pipelines.plan.job import Work
from winnow.pipelines.recipe.model import Step, WordList

_BLOCK = 1 << 20
_sound = set[tuple[str, str]]()
"""(path, sha256) of what this process has found right; steps read a list once a process too."""


def save(work: Work) -> None:
    """Copy every list that is not there yet; BadCall where one is not what it was when the recipe was read."""
    for step in work.job.recipe.steps:
        for each in step.lists:
            path, copy = getattr(step.settings, each.setting), _copy_of(work, step, each)
            if work.storage.size(copy) is not None:
                continue
            changed = BadCall(f"{path} has changed since the recipe was read; run the same command again")
            try:
                _copy(LocalStorage(), path, work.storage, copy, each.sha256, changed)
            except FileNotFoundError as error:
                raise changed from error


def at_hand(work: Work, steps: Iterable[Step]) -> list[Step]:
    """The steps with lists that can be opened here; `Damaged` where a copy is not what was saved."""
    return [_at_hand(work, step) if step.lists else step for step in steps]


def _at_hand(work: Work, step: Step) -> Step:
    settings: Any = step.settings
    paths = {each.setting: _local(work.storage, _copy_of(work, step, each), each.sha256) for each in step.lists}
    languages = tuple((code, _at_hand(work, of)) for code, of in step.languages)
    return replace(step, settings=replace(settings, **paths), languages=languages)


def _copy_of(work: Work, step: Step, of: WordList) -> str:
    return work.job.names.word_list(of.sha256, PurePath(getattr(step.settings, of.setting)).name)


def _local(storage: Storage, copy: str, sha256: str) -> str:
    """A local path of what lies at `copy`."""
    here = str(cache_directory() / "lists" / sha256 / PurePath(copy).name) if is_remote(copy) else copy
    if (here, sha256) not in _sound:
        if LocalStorage().size(here) is None or sha256_of(LocalStorage(), here) != sha256:
            if storage.size(copy) is None:
                raise gone(copy)
            if not is_remote(copy):
                raise damaged(copy)
            _copy(storage, copy, LocalStorage(), here, sha256, damaged(copy))
        _sound.add((here, sha256))
    return here


def _copy(source: Storage, path: str, target: Storage, to: str, sha256: str, other: Exception) -> None:
    """Raise `other`, and leave nothing, where it is not the file with this digest."""
    found = hashlib.sha256()
    with source.open(path) as lines, target.create(to) as file:
        while block := lines.read(_BLOCK):
            file.write(block)
            found.update(block)
        if found.hexdigest() != sha256:
            raise other
