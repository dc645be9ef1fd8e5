"""The census of an archive, of the stream of a tree, or of a single file: told by how it begins.

- `tar`: members one behind the other, of a plain archive or of a tree: offsets are those of the file. Of a packed one
  they are those of the archive in it, and damage costs the rest.
- `zip`: offsets are those of the file, each member with what follows it up to the next.
- `file`: one item, packed or not.

Beside the items are named those that say something of others' licenses, which their names alone tell.
"""

from collections.abc import Iterable
from typing import BinaryIO

from winnow.pipelines.sources import compression
from winnow.pipelines.sources.base import GAP, Census, Item, Items
from winnow.pipelines.sources.code.archives import tar_walk, zip_walk
from winnow.pipelines.sources.code.archives.zip import STARTS
from winnow.pipelines.sources.code.aside import Aside
from winnow.pipelines.sources.code.kinds import FILE, Found
from winnow.pipelines.sources.compression import Inflating
from winnow.pipelines.sources.file_bytes import FileBytes

TAR, ZIP, SINGLE = "tar", "zip", "file"


def scan(stream: BinaryIO) -> Census:
    """Take apart a seekable binary stream, whatever is in it. Memory is bounded but for the items."""
    file = FileBytes(stream, digest=True)
    if file.read(0, 4).startswith(STARTS):
        return _of_bytes(file, ZIP, zip_walk.walk(file))
    if (inflated := compression.inflated(file)) is None:
        if tar_walk.is_tar(file):
            return _of_bytes(file, TAR, tar_walk.walk(file))
        return _of_bytes(file, SINGLE, [Found(0, file.size, FILE)] if file.size else [])
    layout = TAR if tar_walk.is_tar(inflated) else SINGLE
    return _of_stream(file, layout, compression.inflated(file) or inflated)


def _of_bytes(file: FileBytes, layout: str, found: Iterable[Found]) -> Census:
    items, aside = _items(found)
    if (end := _end(items)) < file.size:
        items.append(Item(end, file.size - end, GAP))
    return Census(file.size, file.sha256(), Items.of(items), file.blocks(), layout, aside=aside.stretches())


def _of_stream(file: FileBytes, layout: str, inflated: Inflating) -> Census:
    """Of what a file inflates to; what is lost of it counts as many bytes as the file has for it, and at least one."""
    items, aside = _items(tar_walk.walk(inflated) if layout == TAR else [])
    inflated.drain()
    extent, end = inflated.inflated, _end(items)
    if not inflated.whole:
        extent = max(extent + file.size - inflated.position, end + 1)
    if extent > end:
        sound = inflated.whole and not inflated.holes
        items.append(Item(end, extent - end, FILE if layout == SINGLE and sound else GAP))
    found, starts = Items.of(items), compression.starts_of(inflated)
    sha256, blocks = file.sha256(), file.blocks()
    return Census(file.size, sha256, found, blocks, layout, "inflated", extent, starts, aside.stretches())


def _items(found: Iterable[Found]) -> tuple[list[Item], Aside]:
    items, aside = list[Item](), Aside()
    for each in found:
        items.append(Item(each.offset, each.length, each.kind))
        aside.see(each)
    return items, aside


def _end(items: list[Item]) -> int:
    return items[-1].offset + items[-1].length if items else 0
