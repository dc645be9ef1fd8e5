import pytest

from winnow.filters.document import Document
from winnow.filters.families.make_up import MakeUp
from winnow.filters.text import Text

DOCUMENT = Document(id="0" * 32, text="", source="test")
NAMES = ["prose_share", "code_share", "table_share", "list_share", "heading_share"]


def measure(string: str, kinds: list[str] | None) -> list[float | None]:
    found = MakeUp().measure(DOCUMENT, Text(string, kinds))
    assert list(found) == NAMES
    return list(found.values())


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
    assert shown == {name: [] for name in NAMES} | {"code_share": [(0, 2), (7, 9)], "prose_share": [(4, 6)]}
    assert MakeUp().spans(DOCUMENT, Text("ab")) == {}
