"""Source code as a kind of input: folders, git repositories, tar and zip archives, single files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from winnow.filters.setting_checks import within
from winnow.pipelines.annotators import linguist
from winnow.pipelines.sources.base import Item, Record, Trees
from winnow.pipelines.sources.beginning import Beginning
from winnow.pipelines.sources.code import scan
from winnow.pipelines.sources.code.kinds import FILE
from winnow.pipelines.sources.code.read import NOTEBOOK, Reader
from winnow.pipelines.sources.code.trees.layout import LARGEST
from winnow.pipelines.sources.code.trees.trees import Trees as CodeTrees
from winnow.pipelines.sources.file_bytes import FileBytes

_SCHEMAS = ("GraphQL", "Protocol Buffer", "SQL", "WebAssembly", "YANG", "YARA")
"""What linguist takes for data, and people write as they do code."""
_TEXTS = ("BibTeX", "HTML", "Org", "Rich Text Format", "Roff", "Roff Manpage", "SVG", "TeX")
"""What it takes for markup, and is rather text where it does not lie in a project."""


@dataclass(frozen=True, slots=True)
class Code:
    """Every file is a record."""

    max_file_bytes: int = 1 << 20
    """As in The Stack: larger files are data, or were written by programs."""
    max_notebook_bytes: int = LARGEST
    """Of a Jupyter notebook, most of which are pictures that it does not keep."""

    CARRIERS: ClassVar[tuple[str, ...]] = (FILE,)
    TREES: ClassVar[Trees] = CodeTrees()

    def __post_init__(self) -> None:
        within(self, "max_file_bytes", 1, LARGEST)
        within(self, "max_notebook_bytes", 1, LARGEST)

    scan = staticmethod(scan.scan)

    @staticmethod
    def recognises(start: Beginning) -> bool:
        """An archive, or a file whose name is one of source code. (Folders are told apart by what lies in them.)"""
        if start.data.startswith(b"PK\x03\x04") or start.data[257:262] == b"ustar":
            return True
        language = linguist.language(start.name, start.data)
        written = linguist.type_of(language) in ("programming", "markup") and language not in _TEXTS
        return written or language in _SCHEMAS

    def read(self, file: FileBytes, items: Sequence[Item], layout: str) -> Iterator[Record]:
        if items:
            yield from Reader(file, layout, items[0].offset, self._limit).read(items)

    def _limit(self, path: bytes) -> int:
        return self.max_notebook_bytes if path.lower().endswith(NOTEBOOK.encode()) else self.max_file_bytes
