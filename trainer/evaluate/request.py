"""What `winnow eval` is asked for, checked before torch is loaded."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from winnow.trainer.errors import BadCall
from winnow.trainer.evaluate.questions import Question


@dataclass(frozen=True)
class By:
    """Figures by the values of a column."""

    column: str
    edges: tuple[float, ...] = ()
    """Ascending: where one range ends and the next begins. None: each value is a bucket."""

    @staticmethod
    def of(text: str) -> "By":
        """BadCall where it is not COLUMN or COLUMN=NUMBER,NUMBER,…, ascending."""
        column, equals, rest = text.rpartition("=") if "=" in text else (text, "", "")
        try:
            edges = tuple(map(float, rest.split(","))) if equals else ()
        except ValueError:
            edges = (math.nan,)
        if not column or not all(map(math.isfinite, edges)) or any(a >= b for a, b in pairwise(edges)):
            raise BadCall(f"--by {text}: wanted COLUMN or COLUMN=NUMBER,NUMBER with ascending numbers")
        return By(column, edges)


@dataclass(frozen=True)
class Request:
    checkpoint: Path
    """A run, one of its checkpoints, or any model directory of a layout that this trainer has."""
    data: Sequence[Path] = ()
    """Packs (their validation documents), corpora, Parquet files."""
    cloze: Mapping[str, Sequence[Question]] = field(default_factory=dict)
    """Of each task."""
    split: str = "validation"
    """Of packs."""
    max_tokens: int = 0
    """Of each of `data`; 0: all."""
    context: int = 0
    """0: the model's."""
    stride: int = 0
    """0: half the context."""
    device: str = "auto"
    dtype: str = "auto"
    """Of the matrix products; auto: float32 on a CPU, bfloat16 on a GPU."""
    threads: int = 0
    xz: bool = True
    """Whether xz is put beside the model."""
    output: Path | None = None
    """Parquet, a row a document of all `data`."""
    json: Path | None = None
    source: str | None = None
    """Of all rows of corpora; None: as their columns say."""
    by: Sequence[By] = ()
    table: Path | None = None
    """Where the table of these is written, .parquet or .md; None: both, as loss.parquet and loss.md of the run."""

    def __post_init__(self) -> None:
        if not self.data and not self.cloze:
            raise BadCall("nothing to evaluate on: give --data PACK_OR_CORPUS, or --cloze FILE.jsonl")
        if self.table is not None and self.table.suffix not in (".parquet", ".md"):
            raise BadCall(f"--table {self.table}: wanted a name that ends in .parquet or .md")
        if self.table is not None and not self.by:
            raise BadCall("--table: give the columns that it is by, --by COLUMN")

    def window(self, most: int) -> int:
        """Tokens of a window of a model that has so many positions. BadCall where they, or the stride, do not fit."""
        context = self.context or most
        if not 1 <= context <= most:
            raise BadCall(f"--context {context}: the model's is {most}; give 1 to {most}")
        if not 0 <= self.stride <= context:
            raise BadCall(f"--stride {self.stride}: windows of {context} tokens advance by 1 to {context} (0: half)")
        return context
