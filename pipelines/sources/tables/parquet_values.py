"""Columns of Arrow as values of JSON: text, numbers, true and false, lists, objects, None. What is no text becomes one.

Moments and days are written as ISO 8601, decimals as they are; bytes are UTF-8 or, if they are not, hexadecimal. Text
is handed over as bytes (`Cell`), for nobody has looked whether it is UTF-8.
"""

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as at

MOST_SHARED = 8 << 20
"""Bytes that the rows of a batch have of one value beyond its own: a small dictionary could stand for any number."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """What stands for a value that is too large to be given as often as rows have it."""

    size: int
    """Of all of them together."""
    rows: int


def values_of(column: pa.Array) -> list[Any]:
    """The values of a column; those of text and bytes are still bytes, inside of others they are text."""
    if at.is_dictionary(column.type):
        return _of_dictionary(column)
    plain = _plain(column)
    if at.is_nested(plain.type):
        return [_whole(value) for value in plain.to_pylist(maps_as_pydicts="lossy")]
    return list(plain.to_pylist())


def _of_dictionary(column: pa.Array) -> list[Any]:
    """Of a dictionary only what these rows use, and each value once."""
    counts = pc.value_counts(column.indices.drop_null())
    used, times = counts.field("values"), counts.field("counts").to_pylist()
    made = [Repeated(len(value) * n, n) if isinstance(value, bytes) and len(value) * (n - 1) > MOST_SHARED else value
            for value, n in zip(values_of(column.dictionary.take(used)), times, strict=True)]  # fmt: skip
    known = dict(zip(used.to_pylist(), made, strict=True))
    return [known.get(index) for index in column.indices.to_pylist()]


def text_of(value: bytes) -> str:
    """Bytes as text that names something: UTF-8, or what they are in hexadecimal digits."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex()


def _whole(value: Any) -> Any:
    """A value whose bytes, however deep, are text; where they are not UTF-8, halves of surrogate pairs tell of it."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    if isinstance(value, dict):
        return {_whole(key): _whole(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(part) for part in value]
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _plain(column: pa.Array) -> pa.Array:
    """The column with types that become values of JSON without a detour."""
    kind = column.type
    if isinstance(column, pa.ExtensionArray):
        return _plain(column.storage)
    if at.is_dictionary(kind):
        return _plain(column.dictionary_decode())
    wanted = _wanted(kind)
    if at.is_timestamp(kind) and kind.tz is not None:
        column = column.cast(pa.timestamp(kind.unit, "UTC"))  # the same moments, and no table of time zones is asked
    made = column if wanted == kind else column.cast(wanted, safe=False)
    return pc.replace_substring(made, " ", "T", max_replacements=1) if at.is_timestamp(kind) else made


def _wanted(kind: pa.DataType) -> pa.DataType:
    if at.is_struct(kind):
        return pa.struct([field.with_type(_wanted(field.type)) for field in kind])
    if at.is_list(kind) or at.is_large_list(kind):
        return (pa.large_list if at.is_large_list(kind) else pa.list_)(_wanted(kind.value_type))
    if at.is_string(kind) or at.is_large_string(kind) or at.is_string_view(kind) or at.is_binary_view(kind):
        return pa.large_binary()
    if at.is_temporal(kind) or at.is_decimal(kind):
        return pa.string()
    return pa.float32() if at.is_float16(kind) else kind
