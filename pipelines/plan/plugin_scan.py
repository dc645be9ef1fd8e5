"""What a plug-in's scan gave, looked at before it is believed: later a lie would be blamed on the file or the disk."""

from typing import Any, BinaryIO, get_args, get_type_hints

import numpy as np

from winnow.pipelines.sources.base import Census, CensusError, Items
from winnow.pipelines.sources.file_bytes import FileBytes

_SIMPLE: dict[str, type] = {"size": int, "sha256": str, "blocks": bytes, "layout": str, "counted": str, "extent": int}
_COUNTED = get_args(get_type_hints(Census)["counted"])


def checked(found: Any) -> Census:
    """The census, if all in it is of its type and its items ascend; raise CensusError."""
    if not isinstance(found, Census):
        raise CensusError(f"scan gave {_shown(found)}, wanted a Census")
    for name, kind in _SIMPLE.items():
        value = getattr(found, name)
        if type(value) is not kind:
            raise CensusError(f"scan gave {name} = {_shown(value)}, wanted {kind.__name__}")
    _storable("layout", found.layout)
    if found.counted not in _COUNTED:
        raise CensusError(f"scan gave counted = {_shown(found.counted)}, wanted one of {', '.join(_COUNTED)}")
    if not isinstance(found.items, Items):
        raise CensusError(f"scan gave items = {_shown(found.items)}, wanted Items")
    _items(found.items)
    for name in ("starts", "aside"):
        pairs: Any = getattr(found, name)
        if not isinstance(pairs, np.ndarray) or pairs.dtype != np.int64 or pairs.shape[1:] != (2,):
            raise CensusError(f"scan gave {name} = {_shown(pairs)}, wanted two columns of int64")
    found.check()  # again: what is no array of whole numbers may have passed it
    return found


def _items(items: Items) -> None:
    for name, wanted in (("lengths", np.integer), ("offsets", np.int64), ("kinds", np.unsignedinteger)):
        array = getattr(items, name)
        if not isinstance(array, np.ndarray) or array.ndim != 1 or not np.issubdtype(array.dtype, wanted):
            raise CensusError(f"scan gave {name} = {_shown(array)}, wanted one dimension of {wanted.__name__}")
    for name in ("lengths", "kinds"):
        if len(getattr(items, name)) != len(items.offsets):
            raise CensusError(f"scan gave {len(getattr(items, name))} {name} for {len(items.offsets)} offsets")
    for kind in items.names:
        _storable("the kind", kind)
    if len(set(items.names)) < len(items.names):
        raise CensusError(f"scan gave the kinds {_shown(items.names)}, wanted each once")
    if len(items) and int(items.kinds.max()) >= len(items.names):
        raise CensusError(f"scan gave kind number {items.kinds.max()} of {len(items.names)} kinds")
    if len(items) and (items.offsets[0] < 0 or (np.diff(items.offsets) <= 0).any()):
        raise CensusError("scan gave offsets that do not ascend")


def true_of(census: Census, stream: BinaryIO) -> None:
    """Raise CensusError where size, digest and checksums are not those of the file, which is read once more."""
    file = FileBytes(stream, digest=True)
    if census.size != file.size:
        raise CensusError(f"scan gave size = {census.size}, the file has {file.size} bytes")
    if census.sha256 != file.sha256():
        raise CensusError(f"scan gave sha256 = {_shown(census.sha256)}, that of the file is {file.sha256()}")
    if census.blocks != file.blocks():
        raise CensusError("scan gave other checksums of blocks than the file has: give those of FileBytes.blocks")


def _storable(what: str, text: Any) -> None:
    """NumPy's arrays of text lose NUL at an end, and no file holds halves of surrogate pairs."""
    if not isinstance(text, str) or "\0" in text or text != text.encode("utf-8", "replace").decode():
        raise CensusError(f"scan gave {what} = {_shown(text)}, wanted text that UTF-8 can hold, without NUL")


def _shown(value: Any) -> str:
    return " ".join(repr(value)[:100].split())
