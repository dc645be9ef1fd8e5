import pytest

from winnow.pipelines.views.card.markdown import block, code, prose, table
from winnow.pipelines.views.tabular import NOTHING


@pytest.mark.parametrize(
    ("text", "cell", "expected"),
    [
        ("", False, NOTHING),
        ("a|b", False, "`a|b`"),
        ("a|b", True, "`a\\|b`"),
        ("a\\|b", True, "`a/\\|b`"),
        ("a`b", False, "``a`b``"),
        ("`a``", False, "``` `a`` ```"),
        ("a\nb", False, "`a b`"),
        ("<b>", False, "`<b>`"),
    ],
)
def test_code(text: str, cell: bool, expected: str) -> None:
    assert code(text, cell=cell) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "```text\n(no text)\n```"),
        ("a ``` b", "````text\na ``` b\n````"),
        ("a\n\n# b", "```text\na # b\n```"),
        ("x" * 150, "```text\n" + "x" * 100 + "\n" + "x" * 50 + "\n```"),
    ],
)
def test_block(text: str, expected: str) -> None:
    assert block(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", ""), ("plain", "plain"), ("*a* | <b> & [c](d)!", r"\*a\* \| \<b\> \& \[c\](d)\!"), ("a\\b", r"a\\b")],
)
def test_prose(text: str, expected: str) -> None:
    assert prose(text) == expected


def test_a_table_is_aligned_by_what_a_terminal_shows() -> None:
    """A letter of East Asia takes two columns; a column is three wide at least, for the dashes."""
    assert table(["a", "number"], [["文字", "1"], ["b", "1,000"]], "lr").splitlines() == [
        "| a    | number |", "| ---- | -----: |", "| 文字 |      1 |", "| b    |  1,000 |",
    ]  # fmt: skip
    assert table(["a", "b"], [], "lr").splitlines() == ["| a   |   b |", "| --- | --: |"]
