"""A finished build on this machine, as the commands that only look at one see it."""

import os
from dataclasses import dataclass

from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.storage import LocalStorage, is_remote
from winnow.pipelines.ledger import book
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.plan.names import BUILD, LEDGER


@dataclass(frozen=True)
class Finished:
    """Its directory and its ledger."""

    root: str
    ledger: Ledger
    storage: LocalStorage


def finished(root: str) -> Finished:
    """Open a build. Raises BadCall if the directory holds no finished one, with the cure."""
    if is_remote(root):
        raise BadCall(f"{root} is not on this machine; copy it here (work/ may stay behind) and give that directory")
    storage, root = LocalStorage(), root.rstrip("/") or "/"
    if not os.path.isdir(root):
        raise BadCall(f"{root}: there is no such directory; give the --output of a build")
    if storage.size(f"{root}/{LEDGER}") is None:
        if storage.size(f"{root}/{BUILD}") is not None:
            raise BadCall(f"{root}: the build is not finished; run the same winnow build command again and it goes on")
        raise BadCall(f"{root} holds no build: it has no {LEDGER}; give the --output of a build")
    try:
        return Finished(root, book.load(storage, root), storage)
    except book.BrokenLedger as error:
        raise BadCall(f"{error}; the same winnow build command with --replace builds it again") from error
