import pytest

from winnow.filters.edits import apply
from winnow.pipelines.dedup.spans.removal import changes, tidy, whole_sentences


def cut(text: str) -> str:
    """What is left of a text of which what stands between [ and ] is cut."""
    plain, places = "", list[int]()
    for character in text:
        if character in "[]":
            places.append(len(plain))
        else:
            plain += character
    cuts = [(start, end, 0, "f") for start, end in zip(places[::2], places[1::2], strict=True)]
    found = tidy(plain, cuts)
    assert all(start < end for start, end, *_ in found)
    return apply(plain, changes(found))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("one [two ]three", "one three"),
        ("[one ]two", "two"),
        (" \n[one ]two", "two"),
        ("one [two]", "one"),
        ("one\n\n[two\n\n]three", "one\n\nthree"),
        ("one\n\n[two]", "one"),
        ("[one\n\n]two\n", "two\n"),
        ("one [two.\n\n]Three", "one\n\nThree"),
        ("one\n\n[two ]three", "one\n\nthree"),
        ("one\n[two\n\n]three", "one\n\nthree"),
        ("one\n\n[two\n]three", "one\n\nthree"),
        ("一[二三]四", "一四"),
        ("一[二 ]three", "一 three"),
        ("one [two ][three ]four", "one four"),
        ("one\n[two\n] \n[three\n]four", "one\nfour"),
        ("one [two ]— [three ]four", "one — four"),
        ("[one two]", ""),
        ("[one ][two]", ""),
        (" [one] ", ""),
        ("one\u00a0[two\u00a0]three", "one\u00a0three"),
    ],
)
def test_what_is_left_reads_on(text: str, left: str) -> None:
    assert cut(text) == left


def test_nothing_is_cut() -> None:
    assert (tidy("one", []), changes([])) == ([], [])


def test_pieces_keep_their_origin() -> None:
    text = "zero one two three"
    assert tidy(text, [(5, 9, 0, "a"), (9, 13, 1, "b")]) == [(5, 9, 0, "a"), (9, 13, 1, "b")]
    assert tidy(text, [(9, 13, 0, "a"), (13, 18, 1, "b")]) == [(8, 13, 0, "a"), (13, 18, 1, "b")]
    assert len(changes([(5, 9, 0, "a"), (9, 13, 1, "b"), (14, 15, 1, "b")])) == 2


SENTENCES = "One two. Three four. Five six."


@pytest.mark.parametrize(
    ("cuts", "expected"),
    [
        ([(0, 9, 1, "a")], [(0, 9, 1, "a")]),
        ([(0, 8, 1, "a")], [(0, 8, 1, "a")]),
        ([(0, 7, 1, "a")], []),
        ([(4, 23, 1, "a")], [(9, 21, 1, "a")]),
        ([(4, 12, 1, "a"), (12, 23, 1, "b")], [(9, 12, 1, "a"), (12, 21, 1, "b")]),
        ([(4, 12, 0, "a"), (12, 23, 1, "b")], [(4, 12, 0, "a"), (12, 21, 1, "b")]),
        ([(0, 30, 1, "a")], [(0, 9, 1, "a"), (9, 21, 1, "a"), (21, 30, 1, "a")]),
        ([(4, 8, 1, "a"), (21, 30, 1, "a")], [(21, 30, 1, "a")]),
        ([], []),
    ],
)
def test_whole_sentences(cuts: list[tuple[int, int, int, str]], expected: list[tuple[int, int, int, str]]) -> None:
    assert whole_sentences(SENTENCES, cuts, 1) == expected
