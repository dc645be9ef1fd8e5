import pytest

from winnow.pipelines.sources.books.book import Block, Facts, Kind
from winnow.pipelines.sources.books.outline import finished

P = Kind.PROSE


def outline(*texts: str, gutenberg: bool = True, gap: int = 1) -> list[tuple[str, str]]:
    found = finished(Facts(), [Block(P, text, gap) for text in texts], gutenberg).blocks
    return [(block.kind.value, block.text) for block in found]


def test_headings() -> None:
    assert outline("CHAPTER I", "One.", "CHAPTER II", "Two.", "CHAPTER III", "Three.") == [
        ("chapter", "CHAPTER I"), ("prose", "One."), ("chapter", "CHAPTER II"), ("prose", "Two."),
        ("chapter", "CHAPTER III"), ("prose", "Three."),
    ]  # fmt: skip


def test_a_book_without_chapters_is_cut_at_its_headings() -> None:
    assert outline("THE STORM", "One.", gap=2) == [("chapter", "THE STORM"), ("prose", "One.")]


def test_a_chapter_with_its_title_below() -> None:
    made = [Block(Kind.LINES, "CHAPTER I\nThe Storm"), Block(P, "One."), Block(Kind.LINES, "I.\nAnd I said,\nNo,")]
    assert [block.kind for block in finished(Facts(), made, False).blocks] == [Kind.CHAPTER, P, Kind.LINES]


LIST = [f"CHAPTER {n}" for n in range(1, 6)]


def test_a_table_of_contents_is_lines() -> None:
    assert outline(*LIST, "And then.") == [("lines", "\n".join(LIST)), ("prose", "And then.")]
    assert outline(*LIST[:4], "And then.")[:4] == [("chapter", name) for name in LIST[:4]]


def test_headings_behind_the_contents_that_name_them_begin_the_text() -> None:
    assert outline(*LIST, "CHAPTER 1", "And.")[1:] == [("chapter", "CHAPTER 1"), ("prose", "And.")]
    made = [Block(P, name) for name in LIST] + [Block(P, "PREFACE", 4), Block(P, "And.")]
    assert [b.kind for b in finished(Facts(), made, False).blocks] == [Kind.LINES, Kind.CHAPTER, P]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [("pbp", "pbp"), ("bp", "p"), ("pb", "p"), ("pbbp", "pbp"), ("pbcp", "pcp"), ("pcbp", "pcp"), ("b", ""), ("", "")],
)
def test_breaks_stay_between_paragraphs(kinds: str, expected: str) -> None:
    of = {"p": Kind.PROSE, "b": Kind.BREAK, "c": Kind.CHAPTER}
    found = finished(Facts(), [Block(of[each], "some text") for each in kinds], False).blocks
    assert [block.kind for block in found] == [of[each] for each in expected]


def test_headings_of_what_was_left_out_go() -> None:
    made = [Block(Kind.CHAPTER, "I"), Block(P, "a"), Block(Kind.HEADING, "FOOTNOTES:"), Block(Kind.CHAPTER, "II"),
            Block(P, "b"), Block(Kind.HEADING, "Notes")]  # fmt: skip
    assert [block.text for block in finished(Facts(), made, False).blocks] == ["I", "a", "II", "b"]


def test_paragraphs_about_project_gutenberg_go_from_its_files_alone() -> None:
    said = "This is how Project Gutenberg began."
    assert outline("One.", said) == [("prose", "One.")]
    assert outline("One.", said, gutenberg=False) == [("prose", "One."), ("prose", said)]


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        (["Transcribed from the 1894 Macmillan edition by A. B.", "One."], "1894"),
        (["A TALE", "LONDON", "1813", "One."], "1813"),
        (["One."], None),
    ],
)
def test_the_year(blocks: list[str], expected: str | None) -> None:
    assert finished(Facts(), [Block(P, text) for text in blocks], True).facts.date == expected
    assert finished(Facts(date="1700"), [Block(P, text) for text in blocks], True).facts.date == "1700"
