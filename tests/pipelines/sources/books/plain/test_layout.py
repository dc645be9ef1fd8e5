import pytest
from book_files import PROSE, VERSE, wrapped

from winnow.pipelines.sources.books.book import Kind
from winnow.pipelines.sources.books.plain import layout
from winnow.pipelines.sources.books.plain.hyphens import Hyphens


def laid(text: str) -> list[tuple[str, str]]:
    lines = [line.rstrip() for line in text.split("\n")]
    return [(block.kind.value, block.text) for block in layout.blocks(lines, Hyphens(lines))]


BODY = wrapped(PROSE * 10)


def between(text: str) -> list[tuple[str, str]]:
    """The blocks of a text that stands in the middle of prose."""
    found = laid(f"{BODY}\n{text}\n\n{BODY}")
    assert found[:30] == found[-30:] == [("prose", paragraph) for paragraph in PROSE * 10]
    return found[30:-30]


@pytest.mark.parametrize("columns", [45, 60, 72])
def test_paragraphs_are_joined(columns: int) -> None:
    assert laid(wrapped(PROSE * 10, columns)) == [("prose", paragraph) for paragraph in PROSE * 10]


@pytest.mark.parametrize("indent", ["  ", "    "])
def test_paragraphs_that_only_their_indentation_tells(indent: str) -> None:
    made = wrapped(PROSE * 10, indent=indent, between="")
    assert laid(made) == [("prose", paragraph) for paragraph in PROSE * 10]


def test_paragraphs_that_are_not_wrapped() -> None:
    assert laid("\n\n".join(PROSE * 3)) == laid("\n".join(PROSE * 3)) == [("prose", each) for each in PROSE * 3]


def test_a_quotation_in_a_narrower_column_is_prose() -> None:
    quoted = "\n".join(f"    {line}" for line in wrapped([" ".join(PROSE)], 44).split("\n")[:-1])
    assert between(quoted) == [("prose", " ".join(PROSE))]


def test_verse_stays_verse() -> None:
    assert between(VERSE) == [("lines", VERSE)]
    lines = ["How cheerfully he seems to grin,", "  How neatly spreads his claws,", "And welcomes little fishes in"]
    stanza = "\n".join(f"  {line}" for line in [*lines, "  With gently smiling jaws!"])
    assert between(stanza) == [("lines", "\n".join(line[2:] for line in stanza.split("\n")))]


def test_a_text_of_verse_alone() -> None:
    assert laid("\n\n".join([VERSE] * 20)) == [("lines", VERSE)] * 20


@pytest.mark.parametrize(
    "lines",
    [
        "John Smith, Esq.\n12 Baker Street\nLondon",
        "I. A Scandal in Bohemia\nII. The Red-headed League\nIII. A Case of Identity",
        "Hunsford, near Westerham, Kent,\n15th October.",
        "eggs\nmilk\nflour",
    ],
)
def test_addresses_and_lists_stay_lines(lines: str) -> None:
    assert between(lines) == [("lines", lines)]


def test_columns() -> None:
    assert between("  la femelle,          het wijfje.\n  pondre,              leggen.") == [
        ("lines", "la femelle,  het wijfje.\npondre,  leggen.")
    ]


def test_numbers_under_one_another_are_not_indented() -> None:
    made = "    I. Deux Parents       7\n   II. Papa se fâche      8\n  III. Voilà              9"
    assert between(made) == [("lines", "I. Deux Parents  7\nII. Papa se fâche  8\nIII. Voilà  9")]


def test_centred_lines_are_not_indented() -> None:
    assert between(
        "            LECTURES FRANÇAISES\n                A L'USAGE DES\n              ÉCOLES PRIMAIRES"
    ) == [("lines", "LECTURES FRANÇAISES\nA L'USAGE DES\nÉCOLES PRIMAIRES")]


def test_verse_in_the_middle_of_a_paragraph() -> None:
    said = "He sang as he came down from the hill in the rain this:"
    found = between(
        f"{said}\n    Mary had a little lamb,\n    Its fleece was white as snow\nand went his way, and was not seen."
    )
    assert found == [
        ("prose", said), ("lines", "Mary had a little lamb,\nIts fleece was white as snow"),
        ("prose", "and went his way, and was not seen."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line", ["* * * * *", "       *       *       *", "-----", "***", "*", "____", "=====", "• • •"]
)
def test_rows_of_asterisks(line: str) -> None:
    assert between(line) == [("break", "* * *")]


@pytest.mark.parametrize("line", ["--Oui.", "* Note", "A", "...and then", "-5"])
def test_what_is_no_such_row(line: str) -> None:
    assert between(line) == [("prose", line)]


def test_gaps_are_counted() -> None:
    lines = ["a", "", "b", "", "", "", "c"]
    assert [block.gap for block in layout.blocks(lines, Hyphens(lines))] == [0, 1, 3]


def test_stanzas() -> None:
    found = layout.stanzas(["", "  a", "    b", "", "c", "* * *", "", "  *  *  *", ""])
    assert [(block.kind, block.text) for block in found] == [
        (Kind.LINES, "a\n  b"), (Kind.LINES, "c\n* * *"), (Kind.BREAK, "* * *")
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "\n\n\n"])
def test_nothing(text: str) -> None:
    assert laid(text) == []
