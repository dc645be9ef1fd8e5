"""What a file is, by how it begins: never by its name."""

import re

from winnow.pipelines.sources.packings import PACKINGS, packing

_OTHER = {
    rb"\s{0,100}%PDF-": ("PDF", "pdftotext"), rb"AT&TFORM....DJV": ("DjVu", "djvutxt"),
    rb".{60}(?:BOOKMOBI|TEXtREAd)": ("a Kindle or Palm book", "Calibre's ebook-convert"),
    rb"TPZ": ("a Kindle book", "Calibre's ebook-convert"),
    rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": ("a Word document", "antiword"), rb"\{\\rtf": ("RTF", "pandoc"),
    rb"ITSF": ("a compiled help file", "Calibre's ebook-convert"),
    rb"ITOLITLS": ("a Microsoft Reader book", "Calibre's ebook-convert"),
    rb"\xff\xd8\xff|\x89PNG|GIF8|II\*\x00|MM\x00\*": ("a picture", "OCR"), rb"ID3|OggS": ("sound", "a transcription"),
    rb"(?:\xef\xbb\xbf)?\s{0,100}(?:<\?xml[^>]{0,300}\?>\s{0,100})?<FictionBook":
        ("FictionBook", "Calibre's ebook-convert"),
}  # fmt: skip
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,100}<\?xml\b")
_OTHER_FORMS = [(re.compile(magic, re.DOTALL), *told) for magic, told in _OTHER.items()]
_MARKUP = re.compile(
    r"\s*(?:<\?xml[^>]{0,300}\?>\s*)?(?:<!--[^<]{0,5000}?-->\s*)*(?:<!doctype\s+html|<html|<head|<body)", re.IGNORECASE
)
_MORE_MARKUP = re.compile(r"<(?:html|body|head)[\s>]", re.IGNORECASE)
START = 4096
"""Bytes that tell it."""


def packed(start: bytes) -> str:
    """How a file is packed that is not read; empty where it is not."""
    return packing(start, (name for name in PACKINGS if name != "zip"))


def other(start: bytes) -> tuple[str, str] | None:
    """(what a file is that holds no text as it is, what makes text of it)."""
    known = next(((name, cure) for magic, name, cure in _OTHER_FORMS if magic.match(start)), None)
    return known or (("XML", "a style sheet") if _XML.match(start) and not is_markup(start) else None)


def is_zip(start: bytes) -> bool:
    return start.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_markup(start: bytes) -> bool:
    """Whether it is a page of HTML; in UTF-16 too."""
    wide = start[:2] in (b"\xff\xfe", b"\xfe\xff") or start[:100].count(b"\0") > 20
    text = start.replace(b"\0", b"").decode("latin-1") if wide else start.decode("latin-1")
    text = text.removeprefix("\xef\xbb\xbf").removeprefix("\xff\xfe").removeprefix("\xfe\xff")
    return bool(_MARKUP.match(text)) or (text.lstrip().startswith("<") and bool(_MORE_MARKUP.search(text)))
