"""Whether the files of a finished build are those that its ledger names, byte for byte."""

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from winnow.pipelines.files.parquet import sha256_of
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.plan.names import LOCK, README, REJECTED, TABLES
from winnow.pipelines.recipe import lock
from winnow.pipelines.views.card import page as card


@dataclasses.dataclass(frozen=True)
class Fault:
    """A file of a build that is not what was written."""

    path: str
    """Under the build's directory."""
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


def sizes(storage: Storage, root: str) -> dict[str, int]:
    """The bytes of every file of the three tables, by its path under `root`: one listing a table."""
    found = {table: storage.sizes(f"{root}/{table}") for table in TABLES}
    return {path.removeprefix(f"{root}/"): size for of in found.values() for path, size in of.items()}


def short(found: Mapping[str, int], files: Mapping[str, Mapping[str, Any]]) -> Iterator[Fault]:
    """Which of `files` are gone, or have another size than the one that was written."""
    for path, file in files.items():
        if found.get(path) != file["bytes"]:
            yield Fault(path, f"{found.get(path, 0)} bytes, {file['bytes']} were written")


def damage(storage: Storage, root: str, ledger: Mapping[str, Any]) -> list[Fault]:
    """Every file that is gone, is another than the one that was written, or that the ledger does not know."""
    found, files = sizes(storage, root), ledger["files"]
    faults = {fault.path: fault for fault in short(found, files)}
    for path, file in files.items():
        if path not in faults and (fault := _differs(storage, root, path, file["sha256"])):
            faults[path] = fault
    strangers = [Fault(path, "is no file of this build: the ledger does not know it") for path in found.keys() - files]
    return [*_beside(storage, root, ledger), *faults.values(), *sorted(strangers, key=str)]


def _beside(storage: Storage, root: str, ledger: Mapping[str, Any]) -> Iterator[Fault]:
    """The recipe and the card, which stand beside the tables."""
    if storage.size(f"{root}/{LOCK}") is None:
        yield Fault(LOCK, "is gone")
    elif fault := _differs(storage, root, LOCK, ledger["recipe"]["sha256"]):
        yield fault
    if storage.size(f"{root}/{README}") is None:
        yield Fault(README, "is gone")
    elif ledger["versions"].get("winnow") == lock.versions()["winnow"]:  # another version may word it otherwise
        try:
            wanted = hashlib.sha256(card.render(ledger).encode()).hexdigest()
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
            yield Fault("ledger.json", "is damaged: no data card can be made of it")
        else:
            if fault := _differs(storage, root, README, wanted):
                yield fault


def _differs(storage: Storage, root: str, path: str, sha256: str) -> Fault | None:
    try:
        found = sha256_of(storage, f"{root}/{path}")
    except OSError as error:
        return Fault(path, f"cannot be read: {error}")
    return None if found == sha256 else Fault(path, f"sha256 {found[:12]}, {sha256[:12]} was written")


def counted(storage: Storage, root: str, paths: Iterable[str]) -> tuple[dict[str, dict[str, list[int]]], list[Fault]]:
    """(file -> rule ("" where kept) -> [rows, characters], what cannot be read) of files of corpus/ and rejected/.

    Reads four columns, never the texts.
    """
    counts: dict[str, dict[str, list[int]]] = {}
    faults = []
    for path in paths:
        rejected = path.startswith(f"{REJECTED}/")
        columns = ["file", "characters"] + (["rule"] if rejected else [])
        try:
            with storage.open(f"{root}/{path}") as file, pq.ParquetFile(file) as parquet:
                for batch in parquet.iter_batches(columns=columns):
                    rules = batch["rule"].to_pylist() if rejected else [""] * len(batch)
                    for name, rule, size in zip(
                        batch["file"].to_pylist(), rules, batch["characters"].to_pylist(), strict=True
                    ):
                        count = counts.setdefault(name, {}).setdefault(rule, [0, 0])
                        count[0] += 1
                        count[1] += size
        except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
            faults.append(Fault(path, f"cannot be read: {' '.join(str(error).split())}"))
    return counts, faults
