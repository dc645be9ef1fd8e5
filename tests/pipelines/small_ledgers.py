"""A finished small build of two files, and changes to what it left."""

import dataclasses
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from small_builds import EXACT_ONLY, LOCAL, Built, leave, recipe, warc, whole

from winnow.pipelines.files.parquet import Written
from winnow.pipelines.files.storage import read_json, write_json
from winnow.pipelines.ledger import book
from winnow.pipelines.ledger.check import check
from winnow.pipelines.ledger.types import Entry
from winnow.pipelines.views.beside import beside

TEXTS = ["hello world", "no", "hello world", "!!!!!!", "something else"]
SMALL = recipe(dedup=EXACT_ONLY)
CORPUS, REJECTED = "corpus/web/unknown/part-00000.parquet", "rejected/long/part-00000.parquet"


def finished_build(folder: Path) -> Built:
    """`a.warc.gz` with TEXTS; `b.warc.gz` with one page and one that is cut; and the build of both in `out`."""
    warc(folder / "a.warc.gz", TEXTS)
    content = warc(folder / "b.warc.gz", ["lonely text", "cut"]).read_bytes()
    (folder / "b.warc.gz").write_bytes(content[:-4])
    made = whole(folder / "out", SMALL, [f"{folder}/*.gz"], 900)
    relay(made, made.entries(), {receipt.path: receipt.file for receipt in made.receipts})
    return made


def copied(built: Built, root: Path) -> Built:
    """The same, to be changed, in another place; its inputs stay where they are."""
    shutil.copytree(built.job.root, root)
    work = dataclasses.replace(built.work, job=dataclasses.replace(built.job, root=str(root)))
    return dataclasses.replace(built, work=work)


def checked(built: Built) -> list[str]:
    return check(LOCAL, built.job.root, beside)


def change_ledger(built: Built, change: Callable[[Any], object]) -> None:
    """Another ledger.json; README.md is made to fit it, where it can be."""
    path = built.job.names.path("ledger.json")
    value = read_json(LOCAL, path)
    change(value)
    write_json(LOCAL, path, value)


def written(path: Path, rows: int) -> Written:
    content = path.read_bytes()
    return Written(rows, len(content), hashlib.sha256(content).hexdigest())


def rewrite(built: Built, change: Callable[[pa.Table], pa.Table], *names: str) -> dict[str, Written]:
    """Other rows in these files; what is to be said of all files of the build."""
    files = {receipt.path: receipt.file for receipt in built.receipts}
    for name in names:
        path = Path(built.job.names.path(name))
        table = change(pq.read_table(path, partitioning=None))
        pq.write_table(table, path)
        files[name] = written(path, table.num_rows)
    return files


def relay(built: Built, entries: list[Entry], files: dict[str, Written]) -> None:
    """Leave a ledger that says this of the build."""
    leave(built.job.root, SMALL, "i", entries, files, built.left)


def with_total(entry: Entry, **changed: Any) -> Entry:
    return dataclasses.replace(entry, total=dataclasses.replace(entry.total, **changed))


def load(built: Built) -> Any:
    return book.load(LOCAL, built.job.root)
