"""A finished build on this machine, as the commands that only look at one see it."""

import json
import os
from dataclasses import dataclass
from typing import Any

from pipelines.errors import BadCall
from pipelines.ledger import FORMAT
from pipelines.storage import LocalStorage, read_json


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
    try:
        ledger = read_json(storage, f"{root}/ledger.json")
        found = ledger["format"]
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise BadCall(f"{root}/ledger.json is damaged; run the same winnow build command again") from error
    if found != FORMAT:
        raise BadCall(f"{root}/ledger.json has format {found}, this winnow reads {FORMAT}: use the one that wrote it")
    return Finished(root, ledger, storage)
