import pytest

from winnow.filters.document import Document
from winnow.filters.families.make_up import MakeUp
from winnow.filters.text import Text

DOCUMENT = Document(id="0" * 32, text="", source="test")
NAMES = ["prose_share", "code_share", "table_share", "list_share", "heading_share"]
SENTENCES = "sentence_share"


def measure(string: str, kinds: list[str] | None) -> list[float | None]:
    found = MakeUp().measure(DOCUMENT, Text(string, kinds))
    assert list(found) == [*NAMES, SENTENCES]
    return [found[name] for name in NAMES]


@pytest.mark.parametrize(
    ("string", "kinds", "expected"),
    [
        ("abcd", None, [None] * 5),
        ("", ["prose"], [None] * 5),
        ("\n\n", ["prose", "code", "table"], [None] * 5),
        ("abcd", ["prose"], [1.0, 0.0, 0.0, 0.0, 0.0]),
        ("ab\ncd", ["quote", "code"], [0.5, 0.5, 0.0, 0.0, 0.0]),
        ("ab\ncd\nef\ngh", ["table", "list", "definition", "heading"], [0.0, 0.0, 0.25, 0.5, 0.25]),
        ("ab\ncd", ["caption", "button"], [0.0] * 5),
        ("  \n\U0001f642\x00", ["code", "prose"], [0.5, 0.5, 0.0, 0.0, 0.0]),  # white space is characters too
    ],
)
def test_shares_of_characters(string: str, kinds: list[str] | None, expected: list[float | None]) -> None:
    assert measure(string, kinds) == expected


def test_the_lines_are_shown() -> None:
    shown = MakeUp().spans(DOCUMENT, Text("ab\n\ncd\nef", ["code", "code", "prose", "code"]))
    assert shown == {name: [] for name in [*NAMES, SENTENCES]} | {
        "code_share": [(0, 2), (7, 9)],
        "prose_share": [(4, 6)],
    }
    assert MakeUp().spans(DOCUMENT, Text("ab")) == {SENTENCES: []}


@pytest.mark.parametrize(
    ("string", "expected"),
    [
        ("", None),
        ("\n\n", None),
        ("ab.", 1.0),
        ("ab. ", 1.0),
        ("ab.\r", 1.0),
        ("ab.\n12345", 0.375),
        ("ab:\n12345", 0.375),  # leads to a list
        ("ab: cd\n1234", 0.0),  # a label does not
        ("ab.”\nab.)]\nabc", 0.75),
        ("Ab. Cd\nEf", 0.75),  # a sentence ends within the line
        ("4.5 of 5\nv1.2", 0.0),
        ("ab.cd", 0.0),
        ("終わり。\n見出し", 4 / 7),
        ("." * 5 + '"' * 5 + "x", 0.0),
        ("\ud800.\n\x00", 2 / 3),
    ],
)
def test_share_of_characters_in_lines_with_a_sentence(string: str, expected: float | None) -> None:
    assert MakeUp().measure(DOCUMENT, Text(string))[SENTENCES] == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ["a" * 40, "b" * 39, "c" * 39 + "."],
            40,
        ),  # 40 characters go on in a small letter, 39 do not
        (["a" * 40, "b" * 40, "c" * 39 + "."], 40 + 40 + 40),
        (["a" * 39, "b" * 39 + "."], 40),
        (["a" * 40, "B" * 39 + "."], 40),  # what follows begins anew
        (["a" * 40, "1 b" * 13 + "."], 40),
        (["a" * 40, "中" * 39 + "。"], 40),  # a script without small letters
        (["a" * 40, "", "b" * 39 + "."], 40),  # an empty line ends a paragraph
        (["a" * 39 + ".", "b" * 40], 40),  # so does a sentence's end
        (["a" * 39 + ":", "b" * 40, "c." * 20], 120),
        (["a" * 40, "b" * 40, "c" * 40], 0),  # no sentence in any of them
        (["a" * 40], 0),
        (["ß" * 40, "ǆ" * 39 + "."], 80),
    ],
)
def test_lines_that_were_wrapped_count_together(lines: list[str], expected: int) -> None:
    text = Text("\n".join(lines))
    assert MakeUp().measure(DOCUMENT, text)[SENTENCES] == expected / sum(map(len, lines))
    assert sum(end - start for start, end in MakeUp().spans(DOCUMENT, text)[SENTENCES]) == expected


def test_sentences_of_code_and_tables_are_none() -> None:
    text = Text("print 1.\nAb.\nrow.\ncde", ["code", "prose", "table", "prose"])
    assert MakeUp().measure(DOCUMENT, text)[SENTENCES] == 0.5
    assert MakeUp().spans(DOCUMENT, text)[SENTENCES] == [(9, 12)]


def test_a_page_that_is_all_code_is_read_whole() -> None:
    assert MakeUp().measure(DOCUMENT, Text("Ab.\ncde", ["code", "code"]))[SENTENCES] == 0.5


@pytest.mark.parametrize(
    "string",
    ["." + '"' * 100_000 + "x", '."' * 100_000 + "x", "." * 200_000 + "x", ("a" * 40 + "\n") * 10_000, "a\n" * 100_000],
)
def test_sentences_take_linear_time(string: str) -> None:
    assert MakeUp().measure(DOCUMENT, Text(string))[SENTENCES] == 0.0
