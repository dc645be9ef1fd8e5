import pytest

from winnow.filters.document import Document
from winnow.filters.edits import apply
from winnow.filters.families.refinedweb import RefinedWebLines, RefinedWebPage
from winnow.filters.rules import judge
from winnow.filters.text import Text

DOCUMENT = Document(id="0" * 32, text="", source="test")
COUNTS = ("upper_case_lines", "lines_of_digits", "counter_lines", "one_word_lines", "lines_emptied", "phrases")
UPPER, DIGITS, COUNTER, ONE, EMPTIED, PHRASES = COUNTS


@pytest.mark.parametrize(
    ("line", "kept", "counts"),
    [
        ("a B", "a B", {}),
        ("aB CDef ", "aB CDef ", {}),
        ("AB c", "AB c", {}),  # half of four characters
        ("ABC d", None, {UPPER: 1}),
        ("ÄÖÜ é", None, {UPPER: 1}),
        ("ABC", None, {UPPER: 1}),
        ("123", None, {DIGITS: 1}),
        ("12 3", "12 3", {}),
        ("3 likes", None, {COUNTER: 1}),
        ("• 1,2.5K Followers!", None, {COUNTER: 1}),
        ("3 likes you", "3 likes you", {}),
        ("three likes", "three likes", {}),
        ("3likes", None, {ONE: 1}),
        ("word", None, {ONE: 1}),
        ("12.", None, {ONE: 1}),
        ("", "", {}),
        (" \t", " \t", {}),
        ("3 Items in Cart now", "3  now", {PHRASES: 1}),
        ("The story. Read more...", "The story. ", {PHRASES: 1}),
        ("Read more... of it", "Read more... of it", {}),
        ("Sign-in to see it", " to see it", {PHRASES: 1}),
        ("You may sign-in here", "You may sign-in here", {}),
        ("Read more...", None, {EMPTIED: 1, PHRASES: 1}),
        ("a b c d e f g read more...", "a b c d e f g ", {PHRASES: 1}),
        ("a b c d e f g h i j read more...", "a b c d e f g h i j read more...", {}),
        ("\x00 🙂", "\x00 🙂", {}),
        ("我们去学校。", "我们去学校。", {}),
        ("学校。", None, {ONE: 1}),
        ("x" * 1_000_000, None, {ONE: 1}),
        ("." * 1_000_000 + " x", "." * 1_000_000 + " x", {}),
    ],
)
def test_lines(line: str, kept: str | None, counts: dict[str, int]) -> None:
    string = f"one line\n{line}\nand another"
    edit = RefinedWebLines().edit(DOCUMENT, Text(string))
    assert apply(string, edit.changes) == (
        "one line\nand another" if kept is None else f"one line\n{kept}\nand another"
    )
    assert tuple(edit.counts) == COUNTS
    assert {name: count for name, count in edit.counts.items() if count} == counts


@pytest.mark.parametrize(
    ("string", "share", "kept"),
    [
        ("word " * 95 + "\n" + "menu\n" * 5, 0.05, True),
        ("我们学校" * 19 + "\n学校\n菜单\n", 0.05, True),
        ("word " * 94 + "\n" + "menu\n" * 6, 0.06, False),
        ("Sign-in to see", 1 / 3, False),
        ("menu", 1.0, False),
        ("all of it", 0.0, True),
        ("", None, True),
        (" \n", None, True),
    ],
)
def test_a_twentieth_of_the_words_may_go(string: str, share: float | None, kept: bool) -> None:
    measures = RefinedWebPage().measure(DOCUMENT, Text(string))
    assert measures == {"removed_word_share": share}
    assert (judge(measures, RefinedWebPage.RULES) == []) == kept


def test_an_empty_text_stays_empty() -> None:
    assert RefinedWebLines().edit(DOCUMENT, Text("")).changes == []
