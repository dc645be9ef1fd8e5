import pytest

from winnow.pipelines.sources.wikipedia.page import Page
from winnow.pipelines.sources.wikipedia.prose.blocks import Block, Heading, Item, Lines, Paragraph, Table
from winnow.pipelines.sources.wikipedia.prose.kinds import kind_of

PAGE = Page("Title", "en")
PROSE = Paragraph("x" * 25)


@pytest.mark.parametrize(
    ("blocks", "page", "disambiguation", "expected"),
    [
        ([PROSE], PAGE, False, "article"),
        ([PROSE], PAGE, True, "disambiguation"),
        ([PROSE], Page("Title (disambiguation)"), False, "disambiguation"),
        ([PROSE], Page("Lists of x", "en"), False, "list"),
        ([PROSE], Page("Anexo:X", "es"), False, "list"),
        ([PROSE], Page("List of x"), False, "article"),  # of no known language
        ([PROSE, Item(1, "- ", "y" * 75)], PAGE, False, "article"),
        ([PROSE, Item(1, "- ", "y" * 76)], PAGE, False, "list"),
        ([PROSE, Item(1, "", "y" * 76)], PAGE, False, "article"),  # lines that are only set in
        ([PROSE, Table("", [["y" * 40, "y" * 40]])], PAGE, False, "list"),
        ([PROSE, Lines("y" * 25, verse=True)], PAGE, False, "article"),
        ([PROSE, Lines("y" * 26, verse=True)], PAGE, False, "poem"),
        ([PROSE, Lines("y" * 90)], PAGE, False, "article"),
        ([Heading(2, "y" * 90)], PAGE, False, "article"),
    ],
)
def test_kinds(blocks: list[Block], page: Page, disambiguation: bool, expected: str) -> None:
    assert kind_of(blocks, page, disambiguation) == expected
