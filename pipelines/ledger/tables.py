"""The tables of DIR/ledger/: what would make ledger.json grow with the number of files, or be too wide for it.

They are written when all counts agree and before ledger.json, which names each of them with its rows, bytes and sha256,
so that whoever checks a build checks them too. Another table is one file here and one line in TABLES.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from winnow.pipelines.corpus.receipt import Receipt
from winnow.pipelines.files.parquet import TableFile, Written
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.ingest.tally import Tally
from winnow.pipelines.ledger import files
from winnow.pipelines.ledger.types import Entry
from winnow.pipelines.plan.names import LEDGER_FOLDER
from winnow.pipelines.recipe.model import Recipe


@dataclass(frozen=True)
class Agreed:
    """What a build counted, once all counts agree."""

    recipe: Recipe
    entries: Sequence[Entry]
    """Of every file, by source and path."""
    tallies: Sequence[Tally]
    receipts: Sequence[Receipt]


@dataclass(frozen=True)
class LedgerTable:
    """One Parquet file; what it holds is a function of what was counted, its rows in one order."""

    name: str
    schema: pa.Schema
    batches: Callable[[Agreed], Iterator[pa.Table]]
    """Each becomes a row group."""

    @property
    def path(self) -> str:
        """Under the build's directory."""
        return f"{LEDGER_FOLDER}/{self.name}.parquet"


FILES = LedgerTable("files", files.SCHEMA, lambda agreed: files.batches(agreed.entries))
TABLES = (FILES,)


def write(storage: Storage, root: str, agreed: Agreed) -> dict[str, Written]:
    """Write every table; path -> what was written."""
    written = {}
    for table in TABLES:
        with TableFile(storage, f"{root}/{table.path}", table.schema) as file:
            for batch in table.batches(agreed):
                file.write(batch)
        written[table.path] = file.receipt
    return written
