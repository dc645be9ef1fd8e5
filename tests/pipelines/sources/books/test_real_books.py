"""Eight books as they were published, none of which is part of this project: skipped where they are not at hand."""

import functools
import itertools
import re
from pathlib import Path

import numpy as np
import pytest
from book_files import read

from winnow.pipelines.dedup.shingles import shingle, similarities
from winnow.pipelines.sources.base import Record
from winnow.pipelines.sources.books.source import Books

BOOKS = Path(__file__).resolve().parents[4] / "../shared/data/books"
pytestmark = pytest.mark.skipif(not BOOKS.exists(), reason="the books are not at hand")
NOVEL = ("pg1342-0.txt", "pg1342.txt", "pg1342-edition11.txt", "standard-ebooks-pride-and-prejudice.epub")
ALL = (*NOVEL, "pg11.htm", "pg1661-8.txt", "pg2701-0.txt", "pg44157-8.txt")
LICENSE = re.compile(
    r"gutenberg|\be-?text|\bebook|small print|trademark|pgdp|proofread|transcriber|hart@|www\.|http|donation"
    r"|copyright law|public domain|standard ?ebooks|creative ?commons|^produced by|royalty free|warranty|disclaimer"
    r"|electronic work|illustration\]|\[pg|volunteers?\b.{0,40}(?:support|donat)",
    re.IGNORECASE,
)


@functools.cache
def record(name: str) -> Record:
    return read((BOOKS / name).read_bytes(), Books(part_characters=0))


def text(name: str) -> str:
    (content,) = record(name).contents
    return content.text


@pytest.mark.parametrize(
    ("name", "title", "author", "language", "number", "released", "form", "charset"),
    [
        ("pg11.htm", "Alice's Adventures in Wonderland", "Lewis Carroll", "en", "11", "2008-06-25", "gutenberg-html",
         "utf-8"),
        ("pg1342-0.txt", "Pride and Prejudice", "Jane Austen", "en", "1342", "1998-06", "gutenberg-text", "utf-8"),
        ("pg1342.txt", "Pride and Prejudice", "Jane Austen", "en", "1342", "1998-06", "gutenberg-text", "ascii"),
        ("pg1342-edition11.txt", "Pride and Prejudice", "Jane Austen", "en", "1342", "1998-06", "gutenberg-text",
         "ascii"),
        ("pg1661-8.txt", "The Adventures of Sherlock Holmes", "Arthur Conan Doyle", "en", "1661", "2002-11-29",
         "gutenberg-text", "cp1252"),
        ("pg2701-0.txt", "Moby Dick; or The Whale", "Herman Melville", "en", "2701", "2008-12-25", "gutenberg-text",
         "utf-8"),
        ("pg44157-8.txt", "Entre Nous Lectures Françaises à l'usage des ecoles primaires - I", "Lucie Vos", "fr",
         "44157",
         "2013-11-10", "gutenberg-text", "cp1252"),
        ("standard-ebooks-pride-and-prejudice.epub", "Pride and Prejudice", "Jane Austen", "en", "42671", "2014-05-25",
         "epub", None),
    ],
)  # fmt: skip
def test_what_is_known_of_them(
    name: str, title: str, author: str, language: str, number: str, released: str, form: str, charset: str | None
) -> None:
    found = record(name)
    (content,) = found.contents
    assert (content.title, content.language, found.meta["author"], found.meta["gutenberg"]) == (
        title,
        language,
        author,
        number,
    )
    assert (found.meta["released"], found.meta["form"], found.meta.get("charset")) == (released, form, charset)
    assert content.license == ("CC0-1.0" if form == "epub" else None)


@pytest.mark.parametrize("name", ALL)
def test_not_one_line_of_license_text_is_left(name: str) -> None:
    assert [line[:80] for line in text(name).split("\n") if LICENSE.search(line)] == []


@pytest.mark.parametrize("name", ALL)
def test_nothing_of_the_book_is_lost(name: str) -> None:
    """By the words that a reader would miss: the first ones of the text, and the last."""
    ends = {
        "pg11.htm": ("By Lewis Carroll", "THE END"),
        "pg1661-8.txt": ("SIR ARTHUR CONAN DOYLE", "considerable success."),
        "pg2701-0.txt": ("MOBY-DICK;", "only found another orphan."),
        "pg44157-8.txt": ("ENTRE NOUS.", "het lezen."),
    }
    first, last = ends.get(name, ("It is a truth universally acknowledged", "the means of uniting them."))
    found = text(name)
    assert (first in found[:400], found.endswith(last)) == (True, True)


def test_editions_of_one_novel_are_alike() -> None:
    shingles = shingle([text(name) for name in NOVEL], 5)
    pairs = np.array([*itertools.combinations(range(len(NOVEL)), 2)])
    found = similarities(shingles, pairs[:, 0], pairs[:, 1])
    assert found.round(3).tolist() == [1.0, 0.988, 0.92, 0.988, 0.92, 0.912]


SONG = """\u2018How doth the little crocodile
 Improve his shining tail,
And pour the waters of the Nile
 On every golden scale!

\u2018How cheerfully he seems to grin,
 How neatly spread his claws,
And welcome little fishes in
 With gently smiling jaws!\u2019"""


@pytest.mark.parametrize(
    "lines",
    [
        SONG,
        "Soup of the evening, beautiful Soup!\n",
        "\n\u2018Fury said to a\n     mouse, That he",
        "By Lewis Carroll\n\n",
    ],
)
def test_verse_stays_lines(lines: str) -> None:
    assert lines.replace("\u2018Fury", "     \u2018Fury") in text("pg11.htm")


def test_verse_in_plain_text_stays_lines() -> None:
    assert "Les coqs toujours à voix pleine,\nVont chantant Cocorico,\n" in text("pg44157-8.txt")


@pytest.mark.parametrize("name", ALL)
def test_no_sentence_is_cut(name: str) -> None:
    """Of a thousand paragraphs at most one ends in a word, which the next goes on with in lower case."""
    paragraphs = text(name).split("\n\n")
    cut = [
        a
        for a, b in itertools.pairwise(paragraphs)
        if re.search(r"[a-z,]$", a) and b[0].islower() and "\n" not in a + b
    ]
    assert len(cut) <= len(paragraphs) / 500, cut[:5]


@pytest.mark.parametrize(("name", "parts"), [("pg2701-0.txt", 7), ("pg11.htm", 1), ("pg1661-8.txt", 3)])
def test_parts(name: str, parts: int) -> None:
    found = read((BOOKS / name).read_bytes())
    assert (len(found.contents), "\n\n".join(content.text for content in found.contents)) == (parts, text(name))
    assert all(content.meta["first_chapter"] == content.text.partition("\n")[0] for content in found.contents[1:])
