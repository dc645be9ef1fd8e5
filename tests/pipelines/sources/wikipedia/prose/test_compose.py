from winnow.filters.rules import Reject
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.sources.wikipedia.page import Page
from winnow.pipelines.sources.wikipedia.prose.blocks import Heading, Item, Lines, Paragraph, Table
from winnow.pipelines.sources.wikipedia.prose.compose import composed

PAGE = Page("Title", "en")


def test_every_kind_of_block() -> None:
    blocks = [
        Paragraph("a\nb"), Heading(2, "c"), Item(1, "- ", "d"), Item(2, "1. ", "e"), Item(1, "", "f"),
        Table("g", [["h", "i"], ["j", ""]]), Table("", [["k"]]), Lines("l\n  m"), Heading(2, "Notes"), Paragraph("n"),
    ]  # fmt: skip
    assert composed(blocks, PAGE, False) == Extracted(
        "a\nb\n\nc\n\n- d\n  1. e\nf\n\ng\nh | i\nj | \n\nk\n\nl\n  m", meta={"wikipedia_kind": "article"}
    )


def test_a_page_of_headings_is_empty() -> None:
    for blocks in ([], [Heading(2, "a")], [Heading(2, "References"), Paragraph("b")]):
        assert composed(blocks, PAGE, True) == Reject("wikipedia.empty")
