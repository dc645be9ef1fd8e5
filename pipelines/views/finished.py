"""A finished build on this machine, as the commands that only look at one see it."""

import os
from dataclasses import dataclass
from typing import Any

from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.storage import LocalStorage, read_json
from winnow.pipelines.ledger.balance import FORMAT
from winnow.pipelines.recipe.strict import shown
from winnow.pipelines.views.shape import wrong


@dataclass(frozen=True)
class Finished:
    """Its directory and its ledger."""

    root: str
    ledger: dict[str, Any]
    storage: LocalStorage


def is_remote(root: str) -> bool:
    return "://" in root


def finished(root: str) -> Finished:
    """Open a build; BadCall says what is wrong with the directory, and the cure."""
    if is_remote(root):
        raise BadCall(f"{root} is not on this machine; copy it here (work/ may stay behind) and give that directory")
    storage, root = LocalStorage(), root.rstrip("/") or "/"
    if not os.path.isdir(root):
        raise BadCall(f"{root}: there is no such directory; give the --output of a build")
    if storage.size(f"{root}/ledger.json") is None:
        if storage.size(f"{root}/work/build.json") is not None:
            raise BadCall(f"{root}: the build is not finished; run the same winnow build command again and it goes on")
        raise BadCall(f"{root} holds no build: it has no ledger.json; give the --output of a build")
    return Finished(root, _ledger(storage, f"{root}/ledger.json"), storage)


def _ledger(storage: LocalStorage, path: str) -> dict[str, Any]:
    """The ledger, held against its shape: from here on nothing in it can surprise."""
    cure = "the same winnow build command with --replace builds it anew"
    try:
        ledger = read_json(storage, path)
    except OSError as error:
        raise BadCall(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:  # no JSON, no UTF-8, digits or brackets by the thousands
        raise BadCall(f"{path} is damaged; {cure}") from error
    if not isinstance(ledger, dict) or type(ledger.get("format")) is not int:
        raise BadCall(f"{path} is damaged; {cure}")
    if ledger["format"] != FORMAT:
        raise BadCall(f"{path} has format {shown(ledger['format'])}, this winnow reads {FORMAT}: use the one that "
                      "wrote it")  # fmt: skip
    place = wrong(ledger)
    if place is not None:
        raise BadCall(f"{path} is damaged at {place}; {cure}")
    return ledger
