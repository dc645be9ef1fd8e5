import numpy as np
from walked import read

from winnow.pipelines.extraction.blocks.features.measures import Measures, to_the_end
from winnow.pipelines.extraction.blocks.page import TAG_NUMBER, TAGS

SENTENCE = "The river rose in the night, and by the morning the fields were under water."
PAGE = (
    "<body class=nav><div id=menu><ul><li><a href=x>Home</a><li><a href=x>News</a></ul></div>"
    f"<article class=story><h1>Title</h1><p>{SENTENCE}</p><p>{SENTENCE}</p></article></body>"
)


def measured(html: str = PAGE) -> Measures:
    return Measures(read(html))


def test_columns() -> None:
    m = measured()
    assert (m.n, m.page.texts[2], m.linked_share.tolist()) == (5, "Title", [1.0, 1.0, 0.0, 0.0, 0.0])
    assert [TAGS[tag] for tag in m.tag] == ["li", "li", "h1", "p", "p"]
    assert m.prose.tolist() == [0, 0, 0, len(SENTENCE), len(SENTENCE)]


def test_copies() -> None:
    m = measured()
    assert (m.copies.tolist(), m.is_copy.tolist()) == ([1, 1, 1, 2, 2], [False, False, False, False, True])
    assert measured("<p>a b<p>b a<p>A, b!").copies.tolist() == [2, 1, 2]


def test_sums_over_what_elements_hold() -> None:
    m = measured()
    held = {TAGS[tag]: total for tag, total in zip(m.element_tag, m.sums(np.ones(m.n)), strict=True)}
    assert {tag: held[tag] for tag in ("body", "div", "ul", "article", "h1")} == {
        "body": 5.0, "div": 2.0, "ul": 2.0, "article": 3.0, "h1": 1.0,
    }  # fmt: skip


def test_sums_over_the_words_of_blocks() -> None:
    m = measured("<p>a b</p><p>...</p><p>c")
    assert m.over_words(np.array([[1, 2, 4], [0, 0, 8]])).tolist() == [[3, 0, 4], [0, 0, 8]]


def test_elements_that_hold_the_same_are_one() -> None:
    m = measured("<body><div><div><p>a</p></div></div><p>b</p></body>")
    inner = len(m.parent) - 2
    assert [TAGS[tag] for tag in m.element_tag] == ["", "body", "div", "div", "p", "p"]
    assert (m.whole[inner], m.above[inner], m.whole[m.above[inner]]) == (2, 1, 0)


def test_bits_of_the_elements_around() -> None:
    m = measured()
    tags = m.over_ancestors(m.tags)[m.element[0]]
    assert {TAGS[number] for number in range(len(TAGS)) if tags >> number & 1} == {"", "body", "div", "ul", "li"}
    near = m.over_ancestors(m.tags, 1)[m.element[0]]
    assert {TAGS[number] for number in range(len(TAGS)) if near >> number & 1} == {"ul", "li"}


def test_names_of_the_body_are_the_pages() -> None:
    m = measured()
    assert m.names[m.element_tag == TAG_NUMBER["body"]].tolist() == [0]
    assert (m.names[m.element_tag == TAG_NUMBER["article"]] > 0).tolist() == [True]


def test_pointers() -> None:
    assert to_the_end(np.array([0, 0, 1, 2, 4])).tolist() == [0, 0, 0, 0, 4]
