import numpy as np
import pytest

from winnow.pipelines.dedup.spans import words as module
from winnow.pipelines.dedup.spans.words import run_hashes, words


def said(text: str) -> list[str]:
    """The words of a text, as it can be cut between them."""
    found = words([text])
    ends = found.ends(np.array([len(text)]))
    return [text[a:b] for a, b in zip(found.starts.tolist(), ends.tolist(), strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t", []),
        ("— … !", []),
        ("a", ["a"]),
        ("Don't stop.", ["Don't ", "stop."]),
        ('He said: "No — never!" Then', ["He ", "said: ", '"No — ', 'never!" ', "Then"]),
        ("end.Next one", ["end.Next ", "one"]),
        ("\n\n * first\n * second", ["first\n * ", "second"]),
        ("snake_case 3.14", ["snake_case ", "3.14"]),
        ("a\u00a0b\u2028c", ["a\u00a0", "b\u2028", "c"]),
        ("日本語の本 book本", ["日", "本", "語", "の", "本 ", "book", "本"]),
        ("「日本」。次", ["「日", "本」。", "次"]),
        ("हिन्दी में", ["हिन्दी ", "में"]),
        ("น้ำใจ", ["น้", "ำ", "ใ", "จ"]),
        ("e\u0301te\u0301 x", ["e\u0301te\u0301 ", "x"]),
        ("a 👨‍👩‍👧 b", ["a 👨‍👩‍👧 ", "b"]),
        ("a\x00b", ["a\x00b"]),
        ("\u200dx", ["\u200dx"]),
        ("\ud800 a \udfff", ["a \udfff"]),
    ],
)
def test_where_words_are(text: str, expected: list[str]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Don't", "DONT!", True), ("(word),", "word", True), ("word", "words", False), ("ab", "ba", False),
        ("aa", "a", False), ("İstanbul", "istanbul", True), ("ΟΔΟΣ", "οδος", True), ("οδοσ", "οδος", True),
        ("ÉTÉ", "été", True), ("e\u0301", "é", False), ("1,000", "1000", True), ("x2", "x²", False), ("ß", "ss", False),
    ],
)  # fmt: skip
def test_which_words_are_the_same(one: str, other: str, same: bool) -> None:
    first, second = (words([text]).hashes.tolist() for text in (one, other))
    assert (first == second) is same


def test_texts_do_not_meet() -> None:
    texts = ["a b", "", "c", "  ", "d 日"]
    found = words(texts)
    alone = [words([text]) for text in texts]
    assert found.offsets.tolist() == [0, 2, 2, 3, 3, 5]
    assert found.hashes.tolist() == [value for each in alone for value in each.hashes.tolist()]
    assert found.starts.tolist() == [0, 2, 0, 0, 2]
    assert found.ends(np.array([3, 0, 1, 2, 3])).tolist() == [2, 3, 1, 2, 3]
    assert words([]).offsets.tolist() == [0]


@pytest.mark.parametrize("together", [1, 2, 7, 30])
def test_a_long_text_is_looked_at_in_pieces(monkeypatch: pytest.MonkeyPatch, together: int) -> None:
    texts = ["one two  three\n\nfour", "", "x" * 40, "日本 語のfive, six! " * 5, " ", "end"]
    expected = words(texts)
    monkeypatch.setattr(module, "_TOGETHER", together)
    found = words(texts)
    for name in ("hashes", "starts", "offsets"):
        assert getattr(found, name).tolist() == getattr(expected, name).tolist()


def test_a_run_is_what_is_in_it_in_its_order() -> None:
    values = np.array([5, 6, 7, 5, 6, 5, 7, 6], np.uint64)
    starts, sizes = np.array([0, 3, 0, 1, 5, 0]), np.array([2, 2, 1, 2, 2, 3])
    a, b, c, d, e, f = run_hashes(values, starts, sizes).tolist()
    assert a == b
    assert len({a, c, d, e, f}) == 5
    assert run_hashes(values, np.empty(0, np.int64), np.empty(0, np.int64)).tolist() == []
