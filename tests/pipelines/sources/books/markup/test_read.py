import pytest
from book_files import NEW_FOOTER, NEW_HEADER, PROSE, VERSE

from winnow.pipelines.sources.books.book import Book
from winnow.pipelines.sources.books.markup.read import read


def book(head: str, body: str) -> Book:
    return read(f"<html lang='en-GB'><head>{head}</head><body>{body}</body></html>".encode(), 10_000)


TEXT = f"<h1>A TALE</h1><h2>CHAPTER I</h2><p>{PROSE[0]}</p><pre>{VERSE}</pre>"
EXPECTED = ["A TALE", "CHAPTER I", PROSE[0], VERSE]


@pytest.mark.parametrize(
    "body",
    [
        f"<pre>{NEW_HEADER}</pre>{TEXT}<pre>{NEW_FOOTER}</pre>",
        f"<section id='pg-header'><p>{NEW_HEADER.split('***')[0]}</p></section>"
        f"<div>*** START OF THE PROJECT GUTENBERG EBOOK A TALE ***</div>{TEXT}"
        "<div>*** END OF THE PROJECT GUTENBERG EBOOK A TALE ***</div><section id='pg-footer'><p>license</p></section>",
        f"<pre>{NEW_HEADER}</pre>{TEXT}<p>End of the Project Gutenberg EBook of A Tale</p><p>license</p>",
    ],
)  # fmt: skip
def test_the_frame_of_project_gutenberg_is_gone(body: str) -> None:
    found = book("", body)
    assert [block.text for block in found.blocks] == EXPECTED
    assert found.facts.meta["form"] == "gutenberg-html"


def test_facts_of_the_header_come_before_those_of_the_head() -> None:
    found = book("<title>Another, by Somebody</title>", f"<pre>{NEW_HEADER}</pre>{TEXT}")
    assert (found.facts.title, found.facts.author, found.facts.language) == ("A Tale", "Ann Author", "en")


@pytest.mark.parametrize(
    ("head", "title", "author"),
    [
        ("<title>\n A Tale,\n by Ann Author </title>", "A Tale", "Ann Author"),
        ("<title>A Tale</title>", "A Tale", None),
        ("<title>The Project Gutenberg eBook of A Tale, by Ann Author</title>", "A Tale", "Ann Author"),
        ("<title>A Tale | Project Gutenberg</title>", "A Tale", None), ("<title> </title>", None, None),
        ("", None, None),
        ("<meta name='author' content='Ann Author'>", None, "Ann Author"),
        ("<meta name='DC.Creator' content='Ann Author'><title>A Tale</title>", "A Tale", "Ann Author"),
    ],
)  # fmt: skip
def test_facts_of_the_head(head: str, title: str | None, author: str | None) -> None:
    found = book(head, "<p>text</p>").facts
    assert (found.title, found.author, found.language) == (title, author, "en")
    assert found.meta == {"form": "html", "charset": "utf-8"}
