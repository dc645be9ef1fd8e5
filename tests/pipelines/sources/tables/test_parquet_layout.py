import io
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.tables.parquet_layout import Leaf, footer_of, pages

TABLE = {
    "text": ["a", "b"] * 500,
    "meta": [{"url": "http://a", "tags": ["x", "y"]}] * 1000,
    "map": pa.array([[("k", "v")]] * 1000, pa.map_(pa.string(), pa.string())),
    "uuid": pa.array([b"0123456789abcdef"] * 1000, pa.binary(16)),
    "n": list(range(1000)),
}


def written(table: dict[str, Any], **how: Any) -> FileBytes:
    file = io.BytesIO()
    pq.write_table(pa.table(table), file, **how)
    return FileBytes(file)


@pytest.mark.parametrize("rows", [1, 300, 1000])
def test_it_is_what_arrow_finds_too(rows: int) -> None:
    file = written(TABLE, row_group_size=rows)
    footer, metadata = footer_of(file), pq.ParquetFile(file._stream).metadata
    assert [group.rows for group in footer.groups] == [
        metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)
    ]
    paths = [metadata.row_group(0).column(number).path_in_schema for number in range(len(footer.leaves))]
    assert [".".join(leaf.path) for leaf in footer.leaves] == paths
    for number, group in enumerate(footer.groups[:3]):
        for place, chunk in enumerate(group.chunks):
            column = metadata.row_group(number).column(place)
            found = list(pages(file, chunk))
            assert sum(page.values for page in found if not page.dictionary) == column.num_values
            assert any(page.dictionary for page in found) == (column.dictionary_page_offset is not None)
            assert chunk.size == column.total_compressed_size


def test_leaves() -> None:
    footer = footer_of(written(TABLE))
    assert footer.names == ("text", "meta", "map", "uuid", "n")
    assert footer.leaves == (
        Leaf(("text",), False, True, 0), Leaf(("meta", "url"), False, True, 0),
        Leaf(("meta", "tags", "list", "element"), True, True, 0), Leaf(("map", "key_value", "key"), True, True, 0),
        Leaf(("map", "key_value", "value"), True, True, 0), Leaf(("uuid",), False, False, 16),
        Leaf(("n",), False, False, 0),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("column", "leaves"),
    [
        ("text", [0]), ("meta", [1, 2]), ("meta.url", [1]), ("meta.tags", [2]), ("map", [3, 4]), ("map.k", [3, 4]),
        ("meta.none", []), ("none", []), ("none.url", []), ("text.url", []), ("", []), ("meta.tags.0", [2]), (".", []),
    ],
)  # fmt: skip
def test_the_leaves_of_a_column(column: str, leaves: list[int]) -> None:
    assert footer_of(written(TABLE)).under(column) == leaves


@pytest.mark.parametrize(
    ("how", "plain", "grows"),
    [
        ({}, False, False), ({"use_dictionary": False}, True, False), ({"data_page_version": "2.0"}, False, False),
        ({"use_dictionary": False, "column_encoding": {"text": "DELTA_BYTE_ARRAY"}}, True, True),
        ({"use_dictionary": False, "column_encoding": {"text": "DELTA_BYTE_ARRAY"}, "data_page_version": "2.0"},
         True, True),
    ],
)  # fmt: skip
def test_pages(how: dict[str, Any], plain: bool, grows: bool) -> None:
    file = written({"text": ["one text", "another"] * 500}, **how)
    found = [page for page in pages(file, footer_of(file).groups[0].chunks[0]) if not page.dictionary]
    assert {(page.plain, page.grows) for page in found} == {(plain, grows)}
    assert all(page.size > 0 for page in found)


def test_where_row_groups_begin() -> None:
    file = written({"text": ["a"] * 25}, row_group_size=10)
    footer = footer_of(file)
    assert footer.starts()[:, 0].tolist() == [0, 10, 20]
    assert footer.starts()[:, 1].tolist() == [8 * group.chunks[0].start for group in footer.groups]
    assert [
        len(footer_of(written({"text": []})).starts()),
        len(replace(footer, groups=footer.groups[::-1]).starts()),
    ] == [0, 0]
