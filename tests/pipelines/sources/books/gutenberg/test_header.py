import pytest
from book_files import NEW_HEADER, OLD_HEADER

from winnow.pipelines.sources.books.book import Facts
from winnow.pipelines.sources.books.gutenberg import header


def facts(text: str) -> Facts:
    return header.facts(text.split("\n"))


def test_a_header_of_today() -> None:
    text = """The Project Gutenberg eBook of Un Conte
This ebook is for the use of anyone anywhere in the United States and most other parts of the world.

Title: Un Conte
       Deuxième série

Author: Ann Author
        Bob Author

Translator: C. D.

Release date: November 10, 2013 [eBook #44157]
                Most recently updated: October 23, 2024

Language: French

Original publication: Paris: Hachette, 1901

Credits: Produced by A. B."""
    assert facts(text) == Facts(
        "Un Conte Deuxième série", "Ann Author Bob Author", "fr", "1901", None, "https://www.gutenberg.org/ebooks/44157",
        {"translator": "C. D.", "gutenberg": "44157", "released": "2013-11-10", "rights": "public domain in the US"},
    )  # fmt: skip


def test_headers_of_both_eras() -> None:
    new, old = facts(NEW_HEADER), facts(OLD_HEADER)
    assert (new.title, new.author, new.language, new.meta["released"]) == ("A Tale", "Ann Author", "en", "2008-06-25")
    assert (old.title, old.author, old.language, old.meta["gutenberg"]) == ("A Tale", "Ann Author", None, "712")
    assert old.meta["rights"] == "public domain in the US"


@pytest.mark.parametrize(
    ("line", "title", "author"),
    [
        ("The Project Gutenberg Etext of A Tale, by Ann Author", "A Tale", "Ann Author"),
        ("**The Project Gutenberg Etext of A Tale by Ann Author**", "A Tale", "Ann Author"),
        ("Project Gutenberg's A Tale, by Ann Author", "A Tale", "Ann Author"),
        ("Project Gutenberg\u2019s A Tale, by Ann Author", "A Tale", "Ann Author"),
        ("The Project Gutenberg eBook, A Tale, by Ann Author", "A Tale", "Ann Author"),
        ("The Project Gutenberg EBook of A Tale", "A Tale", None),
        (
            "The Project Gutenberg EBook of A Tale That\nIs Long, by Ann\nAuthor\n\nmore",
            "A Tale That Is Long",
            "Ann Author",
        ),
        ("***This is the Project Gutenberg Etext of A Tale by Ann Author***\n#3 in our series", "A Tale", "Ann Author"),
        ("nothing of it", None, None),
    ],
)
def test_the_first_line(line: str, title: str | None, author: str | None) -> None:
    assert (facts(line).title, facts(line).author) == (title, author)


@pytest.mark.parametrize(
    ("line", "released"),
    [
        ("Release Date: June 25, 2008 [EBook #11]", "2008-06-25"),
        ("Release Date: June, 1998 [Etext #1342]", "1998-06"),
        ("Release Date: 2020-01-02", "2020-01-02"), ("Release Date: February 30, 2008", None),
        ("Release Date: soon", None),
        ("Posting Date: April 18, 2011 [EBook #1661]\nFirst Posted: November 29, 2002", "2002-11-29"),
        ("Posting Date: April 18, 2011 [EBook #1661]", "2011-04-18"),
    ],
)  # fmt: skip
def test_the_release(line: str, released: str | None) -> None:
    assert facts(line).meta.get("released") == released


@pytest.mark.parametrize(
    ("text", "rights"),
    [
        ("*** START OF THE COPYRIGHTED PROJECT GUTENBERG EBOOK X ***", "copyrighted"),
        ("This is a COPYRIGHTED Project Gutenberg eBook, Details Below\nfor the use of anyone anywhere at no cost",
         "copyrighted"),
        ("for the use of anyone anywhere at no cost and", "public domain in the US"), ("", None),
    ],
)  # fmt: skip
def test_rights(text: str, rights: str | None) -> None:
    assert facts(text).meta.get("rights") == rights


def test_a_language_that_nobody_knows_stays_in_words() -> None:
    found = facts("Language: Klingon")
    assert (found.language, found.meta) == (None, {"language": "Klingon"})


@pytest.mark.parametrize(
    ("credit", "year"),
    [
        ("Transcribed from the 1894 Macmillan edition", "1894"),
        ("from an 1894 copy", "1894"),
        ("from 1894 on", None),
        ("", None),
    ],
)
def test_the_year_of_an_edition(credit: str, year: str | None) -> None:
    assert header.edition_year(credit) == year


def test_the_character_set() -> None:
    assert header.charset(["Character set encoding: ISO-8859-1"]) == "ISO-8859-1"
    assert header.charset(["Title: x"]) is None
