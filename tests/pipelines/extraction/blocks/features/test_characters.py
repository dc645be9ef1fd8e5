import pytest

from winnow.pipelines.extraction.blocks.features import characters as c


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("aB1 ", {c.LOWER: 1, c.UPPER: 1, c.DIGIT: 1, c.SPACE: 1}),
        ("\n\t\u00a0", {c.LINE: 1, c.SPACE: 2}),
        (".!?\u3002\u061f", {c.STOP: 5}),
        (",;:\uff1a|\u203a", {c.COMMA: 2, c.COLON: 2, c.SEPARATOR: 2}),
        ("(\"'\u2019)\u2014", {c.BRACKET: 5, c.DASH: 1}),
        ("\u6c34\u3042\ud55c\u05d0", {c.IDEOGRAPH: 3, c.UNCASED: 1}),
        ("\U0001f600\U00020000$+\u0301", {c.SYMBOL: 1, c.IDEOGRAPH: 1, c.CURRENCY: 1, c.SIGN: 1, c.MARK: 1}),
        ("\x00", {c.OTHER: 1}),
    ],
)
def test_classes(text: str, expected: dict[int, int]) -> None:
    counts = c.measure([text]).counts[0]
    assert {kind: int(count) for kind, count in enumerate(counts) if count} == expected


def test_words_do_not_cross_blocks() -> None:
    found = c.measure(["one two", "three-four", "...", "5 \u00e9"])
    assert (found.words.tolist(), found.owner.tolist()) == ([2, 2, 0, 2], [0, 0, 1, 1, 3, 3])
    assert found.lengths.tolist() == [7, 10, 3, 3]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Word", "wORD", True),
        ("ab", "ba", False),
        ("a", "aa", False),
        ("\u00c9t\u00e9", "\u00e9T\u00c9", True),
        ("1", "l", False),
    ],
)
def test_hashes_of_words(one: str, other: str, same: bool) -> None:
    first, second = c.measure([f"({one}) ", other]).hashes.tolist()
    assert (first == second) == same


@pytest.mark.parametrize("characters", [c._TABLE, c._TABLE + 1])
def test_a_word_has_one_hash_wherever_it_stands(characters: int) -> None:
    text = "Harbour".ljust(characters - 7, "-") + "harbour"
    assert c.measure([text]).hashes.tolist() == c.measure(["HARBOUR", "harbour"]).hashes.tolist()


def test_a_word_has_the_same_hash_wherever_it_stands() -> None:
    assert len(set(c.measure(["word", " word", "x, word.", "word\nword"]).hashes.tolist())) == 2


def test_the_ends() -> None:
    found = c.measure(["Abc.", "1 (x!)", "\u201cno\u201d", "a"])
    assert found.first.tolist() == [c.UPPER, c.DIGIT, c.BRACKET, c.LOWER]
    assert found.last.tolist() == [c.STOP, c.STOP, c.LOWER, c.LOWER]


@pytest.mark.parametrize(
    ("text", "expected"), [("abc", 1.0), ("...", 1.0), ("\u6c34\u6c34ab", 0.5), ("\u0434\u0430", 0.0), ("\u00e9", 1.0)]
)
def test_latin_share(text: str, expected: float) -> None:
    assert c.measure([text]).latin_share == expected


def test_halves_of_pairs_do_no_harm() -> None:
    assert c.measure(["a\ud800b"]).lengths.tolist() == [3]
