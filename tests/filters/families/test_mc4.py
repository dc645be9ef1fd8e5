import pytest

from winnow.filters.document import Document
from winnow.filters.families.mc4 import MC4Page
from winnow.filters.rules import judge
from winnow.filters.text import Text

DOCUMENT = Document(id="0" * 32, text="", source="test")


@pytest.mark.parametrize(
    ("string", "expected", "kept"),
    [
        (("x" * 200 + "\n") * 3, 3.0, True),
        (("x" * 200 + "\n") * 2 + "x" * 199, 2.0, False),
        ("x" * 198 + "  \n" + "🙂" * 1_000_000, 1.0, False),
        ("", 0.0, False),
        ("\x00", 0.0, False),
    ],
)
def test_three_lines_of_two_hundred_characters(string: str, expected: float, kept: bool) -> None:
    measures = MC4Page().measure(DOCUMENT, Text(string))
    assert measures == {"long_lines": expected}
    assert (judge(measures, MC4Page.RULES) == []) == kept
