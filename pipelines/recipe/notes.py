"""The file of notes that a recipe names: what its author knows of the corpus and no count can tell."""

import os
from pathlib import Path

from winnow.pipelines.recipe.model import Notes
from winnow.pipelines.recipe.strict import Origin

MOST_BYTES = 1 << 16
"""The card holds all of it, and the lock file as well."""
_PLACE = ("notes",)


def notes_of(name: str | None, folder: Path, origin: Origin) -> Notes | None:
    """The notes at a path relative to the recipe's folder; None where the recipe names none.

    BadCall, with the recipe's line, where there is no such file or it is too large, empty or not UTF-8.
    """
    if name is None:
        return None
    path = os.path.join(folder, name)
    if not os.path.isfile(path):
        raise origin.fail(_PLACE, f"notes: there is no file {path}; write it, or leave out `notes`")
    try:
        with open(path, "rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise origin.fail(_PLACE, f"notes: {path} has more than {MOST_BYTES:,} bytes; shorten it")
        text = content.decode("utf-8-sig").replace("\r\n", "\n").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise origin.fail(_PLACE, f"notes: {path} cannot be read: {error}; write it as UTF-8") from error
    if not text:
        raise origin.fail(_PLACE, f"notes: {path} is empty; say what is known, or leave out `notes`")
    return Notes(os.path.basename(path), text)
