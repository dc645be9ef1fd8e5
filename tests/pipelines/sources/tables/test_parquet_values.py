from typing import Any

import pyarrow as pa
import pytest

from winnow.pipelines.sources.tables.parquet_values import MOST_SHARED, Repeated, text_of, values_of


@pytest.mark.parametrize(
    ("column", "values"),
    [
        (pa.array(["a", None]), [b"a", None]),
        (pa.array(["a"], pa.string_view()), [b"a"]),
        (pa.array([b"\xff"], pa.large_binary()), [b"\xff"]),
        (pa.array(["a", "b", None, "a"]).dictionary_encode(), [b"a", b"b", None, b"a"]),
        (pa.array([7, None]).dictionary_encode(), [7, None]),
        (pa.array([5], pa.date32()), ["1970-01-06"]),
        (pa.array([1], pa.timestamp("ns")), ["1970-01-01T00:00:00.000000001"]),
        (pa.array([1], pa.timestamp("s", "America/New_York")), ["1970-01-01T00:00:01Z"]),
        (pa.array([5], pa.time32("s")), ["00:00:05"]),
        (pa.array([[("a", b"\xff")]], pa.map_(pa.string(), pa.binary())), [{"a": "\udcff"}]),
        (pa.array([[1, None]]), [[1, None]]),
        (pa.ExtensionArray.from_storage(pa.uuid(), pa.array([bytes(16)], pa.binary(16))), [bytes(16)]),
        (pa.array([[], ["a"]], pa.list_(pa.dictionary(pa.int8(), pa.string()))), [[], ["a"]]),
        (pa.array([{"when": 0}], pa.struct([("when", pa.timestamp("us"))])), [{"when": "1970-01-01 00:00:00.000000"}]),
    ],
)
def test_values(column: pa.Array, values: list[Any]) -> None:
    assert values_of(column) == values


@pytest.mark.parametrize(("size", "rows", "repeated"), [
    (MOST_SHARED, 2, False), (MOST_SHARED + 1, 2, True), (MOST_SHARED + 1, 1, False), (MOST_SHARED // 3, 4, False),
    (MOST_SHARED // 3 + 1, 4, True),
])  # fmt: skip
def test_what_many_rows_share(size: int, rows: int, repeated: bool) -> None:
    column = pa.DictionaryArray.from_arrays(pa.array([0] * rows + [1], pa.int32()), pa.array(["x" * size, "y"]))
    found = values_of(column)
    assert found[:rows] == [Repeated(size * rows, rows) if repeated else b"x" * size] * rows
    assert found[rows] == b"y"


def test_names() -> None:
    assert (text_of("ü".encode()), text_of(b"\xff\x00")) == ("ü", "ff00")
