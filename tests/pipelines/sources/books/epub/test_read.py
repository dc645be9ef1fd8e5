import io

import pytest
from book_files import NEW_FOOTER, NEW_HEADER, PROSE, VERSE, epub, page, read, text_of

from winnow.pipelines.sources.books.epub import read as epub_read
from winnow.pipelines.sources.books.source import Books
from winnow.pipelines.sources.file_bytes import FileBytes

CHAPTERS = {f"chapter-{n}.xhtml": page(f"<h2>{n}</h2><p>{paragraph}</p>") for n, paragraph in enumerate(PROSE, 1)}
TEXT = "\n\n".join(f"{n}\n\n{paragraph}" for n, paragraph in enumerate(PROSE, 1))


def test_a_book() -> None:
    record = read(
        epub(CHAPTERS, "<dc:title>A Tale</dc:title><dc:creator>Ann</dc:creator><dc:language>fr</dc:language>")
    )
    (content,) = record.contents
    assert (content.text, content.title, content.language) == (TEXT, "A Tale", "fr")
    assert record.meta == {"form": "epub", "author": "Ann"}


ABOUT = {
    "titlepage.xhtml": "<p>A Tale</p>", "cover.xhtml": "<p>A Tale</p>", "toc.xhtml": "<p>One</p>",
     "imprint.xhtml": "<p>x</p>",
    "colophon.xhtml": "<p>x</p>", "uncopyright.xhtml": "<p>x</p>", "halftitle.xhtml": "<p>x</p>",
     "endnotes.xhtml": "<p>x</p>",
    "a.xhtml": "<section epub:type='imprint'><p>x</p></section>",
     "b.xhtml": "<p>Copyright © 2012 A. B. All rights reserved.</p>",
    "c.xhtml": "<p>ISBN 978-3-16-148410-0</p>",
     "d.xhtml": "<section><div epub:type='titlepage'><p>x</p></div></section>",
}  # fmt: skip


@pytest.mark.parametrize("name", ABOUT)
def test_pages_about_the_book_are_left_out(name: str) -> None:
    about = {name: page(ABOUT[name])}
    assert text_of(epub(about | CHAPTERS)) == text_of(epub(CHAPTERS | about)) == TEXT


@pytest.mark.parametrize("name", ["discovery.xhtml", "stock.xhtml", "navigator.xhtml", "chapter.xhtml"])
def test_pages_that_are_called_a_little_like_them_stay(name: str) -> None:
    assert text_of(epub({name: page("<p>It was in 1813.</p>")} | CHAPTERS)) == f"It was in 1813.\n\n{TEXT}"


def test_a_long_page_is_the_books_whatever_its_name() -> None:
    long = " ".join(PROSE * 12)
    assert text_of(epub({"cover.xhtml": page(f"<p>{long}</p>")})) == long


def test_notes_are_kept_out_of_the_text() -> None:
    pages = {
        "a.xhtml": page("<p>A word<a epub:type='noteref' href='n.xhtml#n1'>1</a> more.</p>"),
        "n.xhtml": page("<section epub:type='endnotes'><ol><li epub:type='endnote'><p>A note.</p></li></ol></section>"),
    }
    assert text_of(epub(pages)) == "A word more."


def test_verse() -> None:
    lines = "<br/>".join(f"<span>{line}</span>" for line in VERSE.split("\n"))
    assert text_of(epub({"a.xhtml": page(f"<blockquote epub:type='z3998:verse'><p>{lines}</p></blockquote>")})) == VERSE


def test_an_epub_of_project_gutenberg() -> None:
    head = f"<section id='pg-header'><pre>{NEW_HEADER}</pre></section>"
    pages = {"a.xhtml": page(f"{head}<p>{PROSE[0]}</p>"), "b.xhtml": page(f"<p>{PROSE[1]}</p><pre>{NEW_FOOTER}</pre>"),
             "c.xhtml": page("<p>THE FULL PROJECT GUTENBERG LICENSE</p>")}  # fmt: skip
    record = read(epub(pages, "<dc:title>A Tale</dc:title>"))
    assert record.contents[0].text == f"{PROSE[0]}\n\n{PROSE[1]}"
    assert (record.meta["form"], record.meta["gutenberg"]) == ("epub", "12345")


def test_a_zip_file_that_is_no_epub() -> None:
    reject = read(epub({})).reject
    assert reject is not None
    assert (reject.rule, reject.detail) == ("books.no_spine", "the package names no page that is in the file")


@pytest.mark.parametrize(
    ("most", "rule"), [(21, None), (14, "books.too_many_elements"), (5, "books.too_many_elements")]
)
def test_the_cap_on_elements_is_that_of_all_pages(most: int, rule: str | None) -> None:
    reject = read(epub(CHAPTERS), Books(max_elements=most)).reject  # three pages of html, head, title, body, h2, p: 18
    assert (reject and reject.rule) == rule


def test_every_cut_and_every_changed_byte_gives_a_book_or_a_reason() -> None:
    data = epub(CHAPTERS)
    for at in range(0, len(data), 17):
        for made in (data[:at], data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]):
            if made:
                record = read(made)
                assert (record.reject is None) == bool(record.contents)


def test_no_file_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    data = epub({"../../../tmp/evil.xhtml": page("<p>x</p>")} | CHAPTERS)
    monkeypatch.setattr("builtins.open", None)
    assert epub_read.read(FileBytes(io.BytesIO(data)), 1 << 20, 1000).facts.meta["form"] == "epub"
