"""The lists that a step reads: files beside the recipe, known by their digests."""

import hashlib
import os
from collections.abc import Sequence

from winnow.filters.rules import Rule
from winnow.filters.setting_checks import NotAllowed
from winnow.pipelines.recipe.model import Settings, WordList
from winnow.pipelines.recipe.strict import Origin, Place


def lists_of(settings: Settings, rules: Sequence[Rule], origin: Origin, place: Place) -> tuple[WordList, ...]:
    """The lists of a step, read once so that no worker is the first to find that one cannot be. A step that finds no
    value without its list can have no limits without it."""
    keys = [key for key in getattr(type(settings), "FILES", ()) if getattr(settings, key)]
    needed = getattr(type(settings), "NEEDED", "")
    limited = any(rule.min is not None or rule.max is not None for rule in rules)
    if needed and needed not in keys and limited:
        raise origin.fail(place, f"a limit is set, and without {needed!r} nothing is known that it could judge: say "
                          f"{needed} = 'FILE'")  # fmt: skip
    check = getattr(settings, "check_files", None)
    lists = [WordList(k, _sha256(getattr(settings, k), k, origin, place, text=check is None)) for k in keys]
    try:
        if check and lists:
            check()
    except NotAllowed as error:
        raise origin.fail((*place, error.setting), str(error)) from error
    return tuple(lists)


def _sha256(path: str, key: str, origin: Origin, place: Place, *, text: bool) -> str:
    """Of a list, which must be UTF-8 where it is `text`."""
    if not os.path.isfile(path):
        raise origin.fail((*place, key), f"{key}: there is no file {path}")
    found = hashlib.sha256()
    try:
        with open(path, "rb") as lines:
            for line in lines:
                if text:
                    line.decode()
                found.update(line)
    except (OSError, UnicodeDecodeError) as error:
        raise origin.fail((*place, key), f"{key}: {path} cannot be read: {error}") from error
    return found.hexdigest()
