"""Thrift's compact protocol, in which Parquet's footer and the heads of its pages are written.

https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

import struct
from collections.abc import Mapping
from typing import Any

Wanted = Mapping[int, Any]
"""Field -> None for a value, and for a struct or a list of structs what is wanted of it."""
_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(1, 13)
_DEEPEST = 32


class Wrong(ValueError):
    """The bytes are not what they should be, or end early."""


class Thrift:
    """Bytes that are read on and on."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0
        """Bytes read so far."""

    def struct(self, wanted: Wanted, depth: int = 0) -> dict[int, Any]:
        """The next struct: field -> value; raise Wrong."""
        if depth > _DEEPEST:
            raise Wrong("structs inside of structs inside of structs")
        found, field = dict[int, Any](), 0
        while head := self._byte():
            field = field + (head >> 4) if head >> 4 else self._zigzag()
            keep = field in wanted
            value = self._value(head & 15, wanted.get(field) or {}, depth + 1, keep)
            if keep:
                found[field] = value
        return found

    def _value(self, kind: int, wanted: Wanted, depth: int, keep: bool) -> Any:
        if kind in (_TRUE, _FALSE):
            return kind == _TRUE
        if kind == _BYTE:
            return self._byte()
        if kind in (_I16, _I32, _I64):
            return self._zigzag()
        if kind == _DOUBLE:
            return struct.unpack("<d", self._bytes(8, keep=True))[0]
        if kind == _BINARY:
            return self._bytes(self._number(), keep)
        if kind in (_LIST, _SET):
            return self._list(wanted, depth, keep)
        if kind == _MAP:
            return self._map(depth)
        if kind == _STRUCT:
            return self.struct(wanted, depth)
        raise Wrong(f"no type has the number {kind}")

    def _list(self, wanted: Wanted, depth: int, keep: bool) -> list[Any]:
        head = self._byte()
        kind, size = head & 15, head >> 4 if head >> 4 < 15 else self._number()
        if size > len(self._data) - self.at:
            raise Wrong("a list is longer than what is left")
        found = []
        for _ in range(size):
            # a truth stands in a byte of its own here
            value = self._byte() == _TRUE if kind in (_TRUE, _FALSE) else self._value(kind, wanted, depth + 1, keep)
            if keep:
                found.append(value)
        return found

    def _map(self, depth: int) -> None:
        size = self._number()
        if size > len(self._data) - self.at:
            raise Wrong("a map is longer than what is left")
        kinds = self._byte() if size else 0
        for _ in range(size):
            self._value(kinds >> 4, {}, depth + 1, keep=False)
            self._value(kinds & 15, {}, depth + 1, keep=False)

    def _zigzag(self) -> int:
        number = self._number()
        return number >> 1 ^ -(number & 1)

    def _number(self) -> int:
        found = shift = 0
        while True:
            byte = self._byte()
            found |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return found
            if shift > 63:
                raise Wrong("a number is too long")

    def _byte(self) -> int:
        if self.at >= len(self._data):
            raise Wrong("the bytes end early")
        self.at += 1
        return self._data[self.at - 1]

    def _bytes(self, size: int, keep: bool) -> bytes:
        if size > len(self._data) - self.at:
            raise Wrong("the bytes end early")
        self.at += size
        return self._data[self.at - size : self.at] if keep else b""
