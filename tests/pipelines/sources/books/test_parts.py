import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.pipelines.sources.books.book import Block, Kind
from winnow.pipelines.sources.books.parts import Part, parts


def blocks(sketch: str) -> list[Block]:
    """`C` a chapter, `H` a heading, `p` a paragraph of eight characters."""
    kinds = {"C": Kind.CHAPTER, "H": Kind.HEADING, "p": Kind.PROSE}
    return [Block(kinds[each], f"{each}{at:03d}xxxx"[:8]) for at, each in enumerate(sketch)]


def shape(sketch: str, most: int) -> list[str]:
    return ["".join(piece[0] for piece in part.text.split("\n\n")) for part in parts(blocks(sketch), most)]


@pytest.mark.parametrize(
    ("sketch", "most", "expected"),
    [
        ("", 20, []),
        ("", 0, []),
        ("CpCpCp", 0, ["CpCpCp"]),
        ("CpCpCp", 40, ["CpCp", "Cp"]),
        ("CpCpCp", 39, ["Cp", "Cp", "Cp"]),
        ("CpCpCp", 60, ["CpCpCp"]),
        ("ppCpCp", 40, ["ppCp", "Cp"]),  # what is before the first chapter
        ("CCpCp", 30, ["CCp", "Cp"]),  # a book's heading stays with its first chapter's
        ("CHpHp", 30, ["CHp", "Hp"]),  # a chapter that is too long, between its paragraphs
        ("Cppppp", 30, ["Cpp", "ppp"]),
        ("Cpppppp", 30, ["Cpp", "ppp", "p"]),
        ("CppppCp", 30, ["Cpp", "pp", "Cp"]),  # what is left of a long chapter, and the next
        ("CpppCp", 40, ["Cppp", "Cp"]),
        ("p", 1, ["p"]),  # a paragraph is never cut
        ("ppp", 5, ["p", "p", "p"]),
        ("CCC", 10, ["CCC"]),
    ],
)
def test_where_a_book_is_cut(sketch: str, most: int, expected: list[str]) -> None:
    assert shape(sketch, most) == expected


def test_a_part_knows_its_chapters() -> None:
    made = [
        Block(Kind.CHAPTER, "I.\nThe Storm"),
        Block(Kind.PROSE, "a"),
        Block(Kind.CHAPTER, "II"),
        Block(Kind.PROSE, "b"),
    ]
    assert parts(made, 0) == [Part("I.\nThe Storm\n\na\n\nII\n\nb", "I. The Storm", "II")]
    assert parts([Block(Kind.PROSE, "a")], 10) == [Part("a", None, None)]


@given(st.text("CHp", max_size=60), st.integers(0, 120))
def test_nothing_is_lost_and_no_part_is_too_long_that_could_be_cut(sketch: str, most: int) -> None:
    found = shape(sketch, most)
    assert "".join(found) == sketch
    for part in found:
        paragraphs = part.count("p")
        assert most == 0 or 10 * len(part) <= most or paragraphs <= 1 or "Hp" in part or "Cp" in part
