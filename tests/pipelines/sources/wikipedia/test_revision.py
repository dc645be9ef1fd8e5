import gc
import itertools
import weakref
from xml.parsers import expat

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wiki_dumps import page

from winnow.pipelines.sources.wikipedia.revision import MOST_DEPTH, Parser, Revision, TooDeep

PAGE = page(7, "«Text» & \U0001f600 ü", title="Ä").strip().encode()


def fed(*pieces: bytes) -> Revision:
    parser = Parser()
    for piece in pieces:
        parser.feed(piece)
    parser.feed(b"", True)
    return parser.page


def test_nothing_is_left_for_the_collector() -> None:
    gc.collect()
    gc.disable()
    try:
        known = weakref.ref(fed(PAGE))
        assert known() is None
    finally:
        gc.enable()


@given(st.lists(st.integers(0, len(PAGE)), max_size=6))
def test_however_it_is_cut(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(PAGE)]
    found = fed(*(PAGE[a:b] for a, b in itertools.pairwise(places)))
    assert found.page == {"title": "Ä", "ns": "0", "id": "7"}
    assert found.said == {
        "id": "1007", "timestamp": "2026-01-02T03:04:05Z", "model": "wikitext", "text": "«Text» & \U0001f600 ü"
    }  # fmt: skip
    assert (found.redirect, found.revisions, found.deleted) == (None, 1, False)


@given(st.integers(0, len(PAGE) - 2), st.sampled_from([b"\xff", b"\xc3(", b"\xed\xa0\x80", b"\xf0\x9f\x98("]))
def test_bad_bytes_are_told_from_bad_markup(at: int, bad: bytes) -> None:
    with pytest.raises(UnicodeDecodeError):
        fed(PAGE[:at], bad, PAGE[at:])


def test_a_character_cut_at_the_end() -> None:
    with pytest.raises(UnicodeDecodeError):
        fed(PAGE, b"\xc3")


@pytest.mark.parametrize("data", [PAGE[:-1], PAGE + b"x", PAGE + PAGE, b"", b"<page>&auml;</page>"])
def test_bad_markup(data: bytes) -> None:
    with pytest.raises(expat.ExpatError):
        fed(data)


def test_how_deep_elements_may_lie() -> None:
    deep = b"<page>" + b"<a>" * (MOST_DEPTH - 1) + b"</a>" * (MOST_DEPTH - 1) + b"</page>"
    assert fed(deep).page == {}
    with pytest.raises(TooDeep):
        fed(b"<page><a>" + deep[6:-7] + b"</a></page>")


def test_elements_of_the_same_names_elsewhere_are_others() -> None:
    data = b"<page><upload><text>u</text><id>1</id></upload><id>2</id><id>3</id><title>a<b/>c</title></page>"
    found = fed(data)
    assert (found.page, found.said) == ({"id": "2"}, {})
