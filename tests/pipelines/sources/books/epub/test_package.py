import io

import pytest
from book_files import CONTAINER, opf, packed, page

from winnow.pipelines.sources.books.book import Facts, Unreadable
from winnow.pipelines.sources.books.epub import package
from winnow.pipelines.sources.books.epub.archive import Archive
from winnow.pipelines.sources.file_bytes import FileBytes

ONE = page("<p>one</p>")


def of(entries: dict[str, str]) -> package.Package:
    return package.read(Archive(FileBytes(io.BytesIO(packed(entries))), 1 << 24))


def made(metadata: str = "", names: tuple[str, ...] = ("a.xhtml",), **more: str) -> package.Package:
    pages = {f"OPS/{name}": ONE for name in names}
    return of({"META-INF/container.xml": CONTAINER, "OPS/book.opf": opf(names, metadata, **more), **pages})


def facts(metadata: str) -> Facts:
    return made(metadata).facts


def test_facts() -> None:
    found = facts(
        "<dc:title>A Tale</dc:title><dc:title>Second</dc:title><dc:creator id='a'>Ann  Author</dc:creator>"
        "<dc:creator id='i'>A Painter</dc:creator><meta refines='#i' property='role'>ill</meta>"
        "<dc:creator>Bob</dc:creator>"
        "<dc:language>en-GB</dc:language><dc:date>1894</dc:date><dc:publisher>Macmillan</dc:publisher>"
        "<dc:identifier>urn:isbn:1</dc:identifier><dc:identifier>https://a.org/tale</dc:identifier>"
        "<dc:source>https://www.gutenberg.org/ebooks/42671</dc:source><dc:rights>CC BY-SA 3.0</dc:rights>"
    )
    assert found == Facts(
        "A Tale", "Ann Author; Bob", "en", "1894", "CC-BY-SA-3.0", "https://a.org/tale",
        {"publisher": "Macmillan", "gutenberg": "42671", "rights": "CC BY-SA 3.0", "language": "en-GB"},
    )  # fmt: skip


def test_roles_of_epub_2() -> None:
    assert (
        facts("<dc:creator opf:role='aut'>Ann</dc:creator><dc:creator opf:role='trl'>Bob</dc:creator>").author == "Ann"
    )


@pytest.mark.parametrize(
    ("metadata", "date", "released"),
    [
        ("<dc:date>2014-05-25T00:00:00Z</dc:date>", "2014-05-25", None),
        ("<dc:date opf:event='publication'>2008</dc:date><dc:date opf:event='original-publication'>1813</dc:date>",
         "1813", None),
        ("<dc:date opf:event='modification'>2008</dc:date>", None, None), ("<dc:date>soon</dc:date>", None, None),
        ("<dc:date>1813 (first)</dc:date>", "1813", None),
        ("<dc:date>2014-05-25</dc:date><dc:publisher>Standard Ebooks</dc:publisher>", None, "2014-05-25"),
        ("<dc:date>2014-05-25</dc:date><dc:publisher>Project Gutenberg</dc:publisher>", None, "2014-05-25"),
    ],
)  # fmt: skip
def test_dates(metadata: str, date: str | None, released: str | None) -> None:
    found = facts(metadata)
    assert (found.date, found.meta.get("released")) == (date, released)


@pytest.mark.parametrize(
    ("rights", "license"),
    [
        ("dedicated via the CC0 1.0 (https://creativecommons.org/publicdomain/zero/1.0/)", "CC0-1.0"),
        ("https://creativecommons.org/licenses/by-nc-sa/4.0/", "CC-BY-NC-SA-4.0"), ("CC BY 2.0", "CC-BY-2.0"),
        ("licensed under CC-BY-ND-4.0", "CC-BY-ND-4.0"), ("Public domain in the USA.", None),
        ("All rights reserved", None),
        ("https://creativecommons.org/publicdomain/mark/1.0/", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_licenses(rights: str | None, license: str | None) -> None:
    assert package.license_of(rights) == license


def names(found: package.Package) -> list[str]:
    return [entry.name for entry in found.pages if not entry.skipped]


def test_pages_stand_in_the_order_of_the_spine() -> None:
    assert names(made(names=("z.xhtml", "a.xhtml", "m.xhtml"))) == ["OPS/z.xhtml", "OPS/a.xhtml", "OPS/m.xhtml"]


def test_what_the_package_calls_navigation_is_skipped() -> None:
    manifest = "<item id='nav' href='n.xhtml' properties='nav' media-type='application/xhtml+xml'/>"
    guide = "<guide><reference type='cover' href='c.xhtml#x'/><reference type='text' href='a.xhtml'/></guide>"
    made_opf = opf(("c.xhtml", "a.xhtml"), "", manifest, guide).replace("<spine>", "<spine><itemref idref='nav'/>")
    pages = {f"OPS/{name}.xhtml": ONE for name in "nca"}
    assert names(of({"META-INF/container.xml": CONTAINER, "OPS/book.opf": made_opf, **pages})) == ["OPS/a.xhtml"]


@pytest.mark.parametrize(("linear", "expected"), [("no", ["OPS/b.xhtml"]), ("yes", ["OPS/a.xhtml", "OPS/b.xhtml"])])
def test_auxiliary_pages(linear: str, expected: list[str]) -> None:
    made_opf = opf(("a.xhtml", "b.xhtml")).replace('idref="i0"', f'idref="i0" linear="{linear}"')
    pages = {"OPS/a.xhtml": ONE, "OPS/b.xhtml": ONE}
    assert names(of({"META-INF/container.xml": CONTAINER, "OPS/book.opf": made_opf, **pages})) == expected


def test_a_page_is_read_once_and_missing_ones_are_passed_over() -> None:
    made_opf = opf(("a.xhtml", "../OPS/a.xhtml", "gone.xhtml", "../../../etc/passwd", "a.xhtml"))
    assert names(of({"META-INF/container.xml": CONTAINER, "OPS/book.opf": made_opf, "OPS/a.xhtml": ONE})) == [
        "OPS/a.xhtml"
    ]


def test_without_a_container_the_package_is_found() -> None:
    assert names(of({"x/book.opf": opf(("a.xhtml",)), "x/a.xhtml": ONE})) == ["x/a.xhtml"]


@pytest.mark.parametrize(
    ("entries", "rule"),
    [
        ({"a.xhtml": ONE}, "no_spine"),
        ({"META-INF/container.xml": CONTAINER, "OPS/a.xhtml": ONE}, "no_spine"),
        ({"META-INF/container.xml": CONTAINER, "OPS/book.opf": opf(())}, "no_spine"),
        ({"META-INF/container.xml": CONTAINER, "OPS/book.opf": opf(("gone.xhtml",))}, "no_spine"),
        ({"META-INF/container.xml": CONTAINER, "OPS/book.opf": "no xml"}, "unreadable"),
        ({"META-INF/container.xml": "<", "OPS/book.opf": opf(("a.xhtml",)), "OPS/a.xhtml": ONE}, "unreadable"),
        ({"word/document.xml": "<x/>"}, "format"),
        ({"content.xml": "<x/>"}, "format"),
        ({"META-INF/sinf.xml": "", "book.opf": opf(("a.xhtml",)), "a.xhtml": ONE}, "encrypted"),
    ],
)
def test_what_is_no_book(entries: dict[str, str], rule: str) -> None:
    with pytest.raises(Unreadable, match=rule):
        of(entries)


@pytest.mark.parametrize(
    ("algorithm", "fails"),
    [("http://www.w3.org/2001/04/xmlenc#aes256-cbc", True), ("http://www.idpf.org/2008/embedding", False),
     ("http://ns.adobe.com/pdf/enc#RC", False)],
)  # fmt: skip
def test_encryption(algorithm: str, fails: bool) -> None:
    said = (
        "<encryption xmlns:enc='http://www.w3.org/2001/04/xmlenc#'><enc:EncryptedData>"
        f"<enc:EncryptionMethod Algorithm='{algorithm}'/></enc:EncryptedData></encryption>"
    )
    entries = {"META-INF/encryption.xml": said, "book.opf": opf(("a.xhtml",)), "a.xhtml": ONE}
    if fails:
        with pytest.raises(Unreadable, match="encrypted"):
            of(entries)
    else:
        assert names(of(entries)) == ["a.xhtml"]
