"""keys/: what is written beside its part files, and counted of their rows."""

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from winnow.pipelines.corpus.key_rows import KeyRows
from winnow.pipelines.corpus.receipt import KeyCounts, Receipt
from winnow.pipelines.corpus.schema import ROW_KEY
from winnow.pipelines.corpus.sketch import Ints
from winnow.pipelines.dedup.build_keys import FORMAT, REPEATED, About, KeyFile, KeyFiles, hashed
from winnow.pipelines.digest import digest
from winnow.pipelines.files.parquet import Hashing, Written, sha256_of
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.files.typed import to_json
from winnow.pipelines.plan import names
from winnow.pipelines.plan.job import Work
from winnow.pipelines.recipe.model import Recipe

GROUP_ROWS, GROUPS = 100_000, 4
"""Rows of a row group, and how many groups a full file has at least: a reader asks for whole columns."""
OPTIONS = {"use_dictionary": [*REPEATED], "write_page_checksum": True}
"""How Parquet writes a part file: a later build checks the pages that it reads, and not the whole file."""
STATISTICS = ROW_KEY
"""The columns whose least and greatest values say something."""


class KeyCounter:
    """Counts the rows of a part file of which the build keeps something."""

    def __init__(self) -> None:
        self.kept, self.documents = 0, 0

    def add(self, group: pa.Table) -> None:
        documents = group["documents"].filter(pc.is_null(group["rule"]))
        self.kept += len(documents)
        self.documents += pc.sum(documents).as_py() or 0

    def result(self, hashes: tuple[str, ...]) -> KeyCounts:
        return KeyCounts(self.kept, self.documents, hashes)


def write_shingles(work: Work, number: int, given: Iterable[tuple[KeyRows, Ints]]) -> Written:
    """The shingle sets of a part file's rows. Memory: those of one unit."""
    rows = 0
    with work.storage.create(work.job.names.path(names.shingles(number))) as file:
        sink = Hashing(file)
        for of, which in given:
            sink.write(of.shingles(which).values.astype("<u8", copy=False).tobytes())
            rows += len(which)
        return Written(rows, sink.bytes, sink.sha256)


def leave(
    storage: Storage, root: str, recipe: Recipe, identity: str, receipts: Iterable[Receipt]
) -> dict[str, Written]:
    """Write the list of the files of keys/ and, last, what they are of; path -> what was written."""
    made = [(each, each.keys) for each in receipts if each.keys is not None]
    files = KeyFiles(tuple(KeyFile(of.kept, each.file, next(iter(each.beside.values()), None)) for each, of in made))
    near = recipe.dedup.near
    about = About(
        format=FORMAT, identity=identity, near=hashed(near), shingles=near is not None and recipe.output.shingles,
        hashes=made[0][1].hashes if made else (), measures=tuple(".".join(each) for each in recipe.dedup.measures),
        rows=sum(each.file.rows for each, _ in made), kept=sum(of.kept for _, of in made),
        files=digest(to_json(files)),
    )  # fmt: skip
    of: dict[str, tuple[KeyFiles | About, int]] = {names.LISTED: (files, len(made)), names.ABOUT: (about, 1)}
    written = {}
    for path, (value, rows) in of.items():
        value.save(storage, f"{root}/{path}")
        written[path] = Written(rows, storage.size(f"{root}/{path}") or 0, sha256_of(storage, f"{root}/{path}"))
    return written
