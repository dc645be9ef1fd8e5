import itertools

import pytest
from book_files import wrapped

from winnow.pipelines.sources.books.plain.pages import without_furniture
from winnow.pipelines.sources.books.plain.read import read

WORDS = ["".join(pair) for pair in itertools.product(["ba", "ce", "di", "fo", "gu", "la", "me", "ni"], repeat=4)]
TEXT = [f"The {' '.join(WORDS[at : at + 23])} once." for at in range(0, 4000, 23)]


def paged(head: str, foot: str, feed: str, lines: int = 31) -> str:
    """A text on pages, with a head and a foot that may have the page's number."""
    body = wrapped(TEXT, 58).split("\n")
    pages = ["\n".join(body[at : at + lines]) for at in range(0, len(body), lines)]
    return feed.join(f"{head.format(n)}{page}{foot.format(n)}" for n, page in enumerate(pages, 1))


@pytest.mark.parametrize(
    ("head", "foot", "feed"),
    [
        ("{}      A TALE OF THE RAIN\n\n", "", "\f"),
        ("A TALE OF THE RAIN\n", "\n\n{}", "\f"),
        ("A TALE OF THE RAIN\n\n", "\n\n{}", "\f"),
        ("", "\n\n- {} -\n", "\f"),
        ("", "\nPage {}", "\f"),
        ("", "\n\n{}\n\n", "\n"),
        ("A TALE OF THE RAIN   {}\n", "\n\n", "\f\n"),
    ],
)
def test_furniture_is_gone_and_paragraphs_go_on_over_pages(head: str, foot: str, feed: str) -> None:
    found = [block.text for block in read(paged(head, foot, feed).encode(), 10**6).blocks]
    title = ["A TALE OF THE RAIN"] if head == "A TALE OF THE RAIN\n\n" else []  # on the first page it is the title
    assert found == title + TEXT


@pytest.mark.parametrize(("pages", "gone"), [(3, False), (4, True)])
def test_a_head_stands_on_more_than_three_pages(pages: int, gone: bool) -> None:
    made = "\f".join(
        ["first", *[f"THE RAIN {n}\ntext of page {chr(96 + n)} ends here." for n in range(1, pages + 1)], "last"]
    )
    lines = without_furniture(made)
    assert any(line.startswith("THE RAIN") for line in lines) is not gone
    assert [line for line in lines if line.startswith("text")] == [
        f"text of page {chr(96 + n)} ends here." for n in range(1, pages + 1)
    ]


def test_chapters_that_begin_pages_stay() -> None:
    pages = [f"CHAPTER {n // 2}\n\nThe text of page {n} goes on and on." for n in range(2, 14)]
    found = [line for line in without_furniture("\f".join(pages)) if line.startswith("CHAPTER")]
    assert found == [f"CHAPTER {n}" for n in range(1, 7)]


def test_numbered_chapters_and_poems_are_no_pages() -> None:
    poems = "\n".join(f"{n}\n\n" + "\n".join(["A line of verse that ends."] * 8) + "\n" for n in range(1, 20))
    assert without_furniture(poems) == poems.split("\n")


def test_a_text_without_pages_stays_as_it_is() -> None:
    assert without_furniture("one\n\ntwo  \nthree") == ["one", "", "two", "three"]
    assert without_furniture("") == [""]
    assert without_furniture("a\fb") == ["a", "b"]
