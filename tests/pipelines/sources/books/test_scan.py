import gzip
import io

import pytest

from winnow.pipelines.sources.base import GAP, Item
from winnow.pipelines.sources.books.scan import BOOK, scan


@pytest.mark.parametrize(
    ("data", "kinds", "layout"),
    [(b"", [], ""), (b"x", [BOOK], ""), (b"PK\x03\x04", [BOOK], ""), (gzip.compress(b"x", mtime=0), [GAP], "gzip")],
)
def test_a_file_is_one_item(data: bytes, kinds: list[str], layout: str) -> None:
    census = scan(io.BytesIO(data))
    assert [*census.items] == [Item(0, len(data), kind) for kind in kinds]
    assert (census.size, census.layout, census.cuttable) == (len(data), layout, True)
