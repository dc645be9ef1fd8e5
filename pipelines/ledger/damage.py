"""Whether the files of a finished build are those that its ledger names, byte for byte."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from winnow.pipelines.files.parquet import Written, sha256_of
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.plan.names import LOCK, WRITTEN
from winnow.pipelines.recipe import lock

Card = Callable[[Ledger], Mapping[str, str]]
"""What the files beside a build's tables must say that tell of its ledger: path -> text."""


@dataclass(frozen=True)
class Fault:
    """A file of a build that is not what was written."""

    path: str
    """Under the build's directory."""
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


Look = Callable[[str, Written, bool], Iterable[Fault]]
"""Says what is wrong with a file that is there; the last argument tells whether it has the right size."""


def damage(storage: Storage, root: str, ledger: Ledger, card: Card) -> list[Fault]:
    """Every file that is gone, is another than the one that was written, or that the ledger does not know."""

    def look(path: str, written: Written, whole: bool) -> Iterable[Fault]:
        return _differs(storage, root, path, written.sha256) if whole else ()

    return examined(storage, root, ledger, card, look)


def examined(storage: Storage, root: str, ledger: Ledger, card: Card, look: Look) -> list[Fault]:
    """`damage`, where `look` is asked what is wrong in a file."""
    found = sizes(storage, root)
    faults = [*_beside(storage, root, ledger, card), *short(found, ledger.files)]
    for path, written in ledger.files.items():
        if path in found:
            faults += look(path, written, found[path] == written.bytes)
    strangers = sorted(found.keys() - ledger.files.keys())
    return faults + [Fault(path, "is no file of this build: the ledger does not know it") for path in strangers]


def sizes(storage: Storage, root: str) -> dict[str, int]:
    """The bytes of every file of WRITTEN, by its path under `root`: one listing a folder."""
    found = {table: storage.sizes(f"{root}/{table}") for table in WRITTEN}
    return {path.removeprefix(f"{root}/"): size for of in found.values() for path, size in of.items()}


def short(found: Mapping[str, int], files: Mapping[str, Written]) -> Iterator[Fault]:
    """Which of `files` are gone, or have another size than the one that was written."""
    for path, file in files.items():
        if found.get(path) != file.bytes:
            yield Fault(path, f"{found.get(path, 0)} bytes, {file.bytes} were written")


def other(found: str, wanted: str) -> str:
    """What is wrong with a file whose sha256 is another."""
    return f"sha256 {found[:12]}, {wanted[:12]} was written"


def _beside(storage: Storage, root: str, ledger: Ledger, card: Card) -> Iterator[Fault]:
    """The recipe's lock file, the card, and what belongs to it."""
    if storage.size(f"{root}/{LOCK}") is None:
        yield Fault(LOCK, "is gone")
    else:
        yield from _differs(storage, root, LOCK, ledger.recipe.sha256)
    same = ledger.versions.get("winnow") == lock.versions()["winnow"]  # another version may word them otherwise
    for path, text in card(ledger).items():
        if storage.size(f"{root}/{path}") is None:
            yield Fault(path, "is gone")
        elif same:
            yield from _differs(storage, root, path, hashlib.sha256(text.encode()).hexdigest())


def _differs(storage: Storage, root: str, path: str, sha256: str) -> Iterator[Fault]:
    try:
        found = sha256_of(storage, f"{root}/{path}")
    except OSError as error:
        yield Fault(path, f"cannot be read: {error}")
    else:
        if found != sha256:
            yield Fault(path, other(found, sha256))
