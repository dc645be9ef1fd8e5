import pytest

from winnow.filters.document import Document
from winnow.filters.families.wikipedia_page import KIND, WikipediaPage
from winnow.filters.rules import Rule, judge
from winnow.filters.text import Text


def measure(string: str, kind: str | None = "article", **settings: int) -> dict[str, float | None]:
    document = Document("0" * 32, string, "wiki", meta={} if kind is None else {KIND: kind})
    return WikipediaPage(**settings).measure(document, Text(string))


PAGE = """A paragraph.

Heading

- one
  - two
3. three

Name | Number
Ada | 1

O beautiful for spacious skies,
For amber waves of grain"""


def test_an_article() -> None:
    assert measure(PAGE) == {
        "disambiguation": 0.0, "list": 0.0, "poem": 0.0, "words": 25.0,
        "list_line_share": 3 / 9, "table_line_share": 2 / 9, "poem_line_share": 2 / 9,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("article", (0.0, 0.0, 0.0)),
        ("disambiguation", (1.0, 0.0, 0.0)),
        ("list", (0.0, 1.0, 0.0)),
        ("poem", (0.0, 0.0, 1.0)),
        (None, (None, None, None)),
    ],
)
def test_the_kind(kind: str | None, expected: tuple[float | None, ...]) -> None:
    measures = measure("A page.", kind)
    assert (measures["disambiguation"], measures["list"], measures["poem"]) == expected


@pytest.mark.parametrize(
    ("string", "share"),
    [
        ("x" * 80 + "\n" + "y" * 80, 1.0),
        ("x" * 80 + "\n" + "y" * 81, 0.0),  # one long line: no verse
        ("x" * 80, 0.0),  # a line alone
        ("x\n\ny", 0.0),  # two paragraphs
        ("x\n- y", 0.5),
    ],
)
def test_verse_is_short_lines_together(string: str, share: float) -> None:
    assert measure(string)["poem_line_share"] == share


def test_a_recipe_sets_the_limits() -> None:
    measures = measure("- one\n- two\n\nProse.", "disambiguation")
    rules = (Rule("disambiguation", max=0), Rule("list_line_share", max=2 / 3), Rule("words", min=6))
    assert [reject.rule for reject in judge(measures, WikipediaPage.RULES)] == ["disambiguation"]
    assert [reject.rule for reject in judge(measures, rules)] == ["disambiguation", "words"]
    assert judge(measure("- one\n- two"), WikipediaPage.RULES) == []


@pytest.mark.parametrize("string", ["", " ", "\n \n"])
def test_no_lines_no_shares(string: str) -> None:
    measures = measure(string)
    assert (measures["list_line_share"], measures["poem_line_share"], measures["words"]) == (None, None, 0.0)


def test_ugly_texts() -> None:
    assert measure("\x00")["words"] == 1.0
    assert measure("🙂\n木")["poem_line_share"] == 1.0
    assert measure("x" * 1_000_000)["list_line_share"] == 0.0
    assert measure("- x\n" * 200_000)["list_line_share"] == 1.0


def test_the_lines_that_are_counted_are_shown() -> None:
    shown = WikipediaPage().spans(Document("0" * 32, PAGE, "wiki"), Text(PAGE))
    assert {name: [PAGE[start:end] for start, end in places] for name, places in shown.items()} == {
        "list_line_share": ["- one", "- two", "3. three"],
        "table_line_share": ["Name | Number", "Ada | 1"],
        "poem_line_share": ["O beautiful for spacious skies,", "For amber waves of grain"],
    }
