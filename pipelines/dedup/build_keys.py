"""DIR/keys/: what is known of every document that came to deduplication, for builds after this one.

    part-00000.parquet      a row a document, or a whole record of a source that is compared so, in the order of the row
                            key: who it is, what became of it, what the survivor order asks, its keys
    _shingles-00000.bin     the shingle sets of that file's rows, end to end: uint64, little-endian, sorted in each
    _files.json             the files above, with their digests
    _about.json             how the keys were made; written last

With the small files a later build finds who is alike; of the shingles it reads those of candidates.
"""

from dataclasses import dataclass

import pyarrow as pa

from winnow.pipelines.dedup.settings import NearDuplicates
from winnow.pipelines.files.parquet import Written
from winnow.pipelines.files.sealed import Sealed

FORMAT = 1
_UNSIGNED = pa.uint64()
_ROW = [
    ("source", pa.string()), ("file", pa.string()), ("offset", pa.int64()), ("part", pa.int64()), ("id", pa.string()),
    ("documents", pa.int64()), ("rule", pa.string()), ("characters", pa.int64()), ("moment", pa.int64()),
    ("measures", pa.list_(pa.float64())), ("content_0", _UNSIGNED), ("content_1", _UNSIGNED),
]  # fmt: skip
REPEATED = ("source", "file", "rule")
"""The columns of which a value stands in many rows; the others are as good as random."""
CONTENT_KEY = ("content_0", "content_1")
SIZES, SUMS = "shingles", "shingle_sum"


def band(number: int) -> str:
    """The column of a band's keys."""
    return f"band_{number}"


def schema(near: NearDuplicates | None) -> pa.Schema:
    """Columns of the part files; what belongs to near duplicates is there where the recipe looks for them."""
    hashed = [SIZES, SUMS, *map(band, range(near.bands))] if near else []
    return pa.schema([*_ROW, *((name, pa.int64() if name == SIZES else _UNSIGNED) for name in hashed)])


@dataclass(frozen=True, slots=True)
class Hashed:
    """The settings of [dedup.near] that keys depend on: those of two builds must be the same."""

    shingle_words: int
    bands: int
    rows: int
    seed: int


def hashed(near: NearDuplicates | None) -> Hashed | None:
    return Hashed(near.shingle_words, near.bands, near.rows, near.seed) if near else None


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A part file; its place in the list is its number."""

    kept: int
    """Rows of what the build keeps."""
    file: Written
    shingles: Written | None
    """None where the recipe keeps none."""


@dataclass(frozen=True, slots=True)
class KeyFiles(Sealed):
    """keys/_files.json."""

    files: tuple[KeyFile, ...]


@dataclass(frozen=True, slots=True)
class About(Sealed):
    """keys/_about.json: as small for a large build as for a small one."""

    format: int
    identity: str
    """Of the build, as its ledger has it."""
    near: Hashed | None
    """None where only equal texts were looked for."""
    shingles: bool
    """Whether they are there."""
    hashes: tuple[str, ...]
    """What a fixed text comes to (`dedup.keys.hashes_of`): where that is another, so are all keys."""
    measures: tuple[str, ...]
    """Of the survivor order, `STEP.MEASURE`: of these each row has the values."""
    rows: int
    kept: int
    """Rows of what the build keeps."""
    files: str
    """Digest of the list of files, their digests included."""
