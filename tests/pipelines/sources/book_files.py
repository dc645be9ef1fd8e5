"""Books as tests need them: Project Gutenberg files of every era, and EPUBs packed from their pages."""

import io
import zipfile
from collections.abc import Mapping, Sequence

from winnow.pipelines.sources.base import Record
from winnow.pipelines.sources.books.source import Books
from winnow.pipelines.sources.file_bytes import FileBytes

NEW_HEADER = """The Project Gutenberg EBook of A Tale, by Ann Author

This eBook is for the use of anyone anywhere at no cost and with
almost no restrictions whatsoever.  You may copy it under the terms of the
Project Gutenberg License included with this eBook or online at www.gutenberg.org


Title: A Tale

Author: Ann Author

Release Date: June 25, 2008 [EBook #12345]

Language: English

Character set encoding: UTF-8

*** START OF THIS PROJECT GUTENBERG EBOOK A TALE ***




Produced by A. Volunteer and the Online Distributed
Proofreading Team at http://www.pgdp.net

"""
NEW_FOOTER = """



End of the Project Gutenberg EBook of A Tale, by Ann Author

*** END OF THIS PROJECT GUTENBERG EBOOK A TALE ***

***** This file should be named 12345.txt or 12345.zip *****
Updated editions will replace the previous one--the old editions
will be renamed.

*** START: FULL LICENSE ***

THE FULL PROJECT GUTENBERG LICENSE
"""
SMALL_PRINT = """***START**THE SMALL PRINT!**FOR PUBLIC DOMAIN ETEXTS**START***
Why is this "Small Print!" statement here?  You know: lawyers.
*BEFORE!* YOU USE OR READ THIS ETEXT
This etext is a "public domain" work distributed by Professor Hart.
*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*
"""
OLD_HEADER = f"""**The Project Gutenberg Etext of A Tale, by Ann Author**
#2 in our series by Ann Author

Copyright laws are changing all over the world.


A Tale

by Ann Author

November, 1996  [Etext #712]

*****This file should be named atale10.txt or atale10.zip******

We produce about two million dollars for each hour we work.

{SMALL_PRINT}




This etext was prepared by A. Volunteer, email a@b.org
from the 1894 Macmillan and Co. edition.

"""
OLD_FOOTER = "\n\n\n\nEnd of the Project Gutenberg Etext of A Tale, by Ann Author\n"
PROSE = [
    "It was a dark and stormy night; the rain fell in torrents, except at occasional intervals, when it was checked by "
    "a violent gust of wind which swept up the streets.",
    "The house at the end of the lane stood quite alone, and nobody who came by would have said that anybody lived in "
    "it, or had for a long time.",
    "She went in, shut the door behind her and listened, but there was nothing to be heard save the rain on the roof "
    "and, once in a while, the wind.",
]
VERSE = (
    "How doth the little crocodile\nImprove his shining tail,\nAnd pour the waters of the Nile\nOn every golden scale!"
)

CONTAINER = (
    '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


def page(body: str, head: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>x</title>{head}</head><body>{body}</body></html>'
    )


def opf(names: Sequence[str], metadata: str = "", manifest: str = "", guide: str = "") -> str:
    items = "".join(
        f'<item id="i{n}" href="{name}" media-type="application/xhtml+xml"/>' for n, name in enumerate(names)
    )
    spine = "".join(f'<itemref idref="i{n}"/>' for n, _ in enumerate(names))
    return (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">{metadata}</metadata>'
        f"<manifest>{items}{manifest}</manifest><spine>{spine}</spine>{guide}</package>"
    )


def packed(entries: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file of these entries, the same bytes whenever it is made."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        for name, data in entries.items():
            archive.writestr(zipfile.ZipInfo(name), data, compression)
    return made.getvalue()


def epub(pages: Mapping[str, str], metadata: str = "", **more: str) -> bytes:
    """An EPUB of these pages, in their order."""
    entries = {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER}
    entries["OPS/book.opf"] = opf([*pages], metadata, **more)
    return packed(entries | {f"OPS/{name}": text for name, text in pages.items()})


def read(data: bytes, settings: Books | None = None) -> Record:
    """The record of a file."""
    census = Books.scan(io.BytesIO(data))
    (record,) = (settings or Books()).read(FileBytes(io.BytesIO(data)), census.items, census.layout)
    return record


def text_of(data: bytes, settings: Books | None = None) -> str:
    """The text of a file's book."""
    record = read(data, settings)
    assert record.reject is None, record.reject
    return "\n\n".join(content.text for content in record.contents)


def wrapped(paragraphs: Sequence[str], columns: int = 60, indent: str = "", between: str = "\n") -> str:
    """Paragraphs as they stand in a hard-wrapped text."""
    made = list[str]()
    for paragraph in paragraphs:
        lines = [indent]
        for word in paragraph.split():
            if lines[-1].strip() and len(lines[-1]) + 1 + len(word) > columns:
                lines.append(word)
            else:
                lines[-1] += f" {word}" if lines[-1].strip() else word
        made.append("\n".join(lines) + "\n")
    return between.join(made)
