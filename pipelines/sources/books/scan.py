"""A file of a book taken apart: it is one item. Only its first bytes are looked at, for whether it is packed."""

from typing import BinaryIO

from winnow.pipelines.sources.base import GAP, Census, Item, Items
from winnow.pipelines.sources.books import forms
from winnow.pipelines.sources.file_bytes import FileBytes

BOOK = "book"


def scan(stream: BinaryIO) -> Census:
    file = FileBytes(stream, digest=True)
    packed = forms.packed(file.read(0, forms.START))
    items = [Item(0, file.size, GAP if packed else BOOK)] if file.size else []
    return Census(file.size, file.sha256(), Items.of(items), file.blocks(), packed)
