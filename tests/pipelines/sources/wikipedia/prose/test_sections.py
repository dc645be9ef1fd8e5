import pytest

from winnow.pipelines.sources.wikipedia.prose.blocks import Block, Heading, Paragraph
from winnow.pipelines.sources.wikipedia.prose.sections import without_references

A, B = Paragraph("a"), Paragraph("b")


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("en", "References"), ("en", "See also"), ("en", "External links"), ("en", "FURTHER READING:"), ("simple",
         "Notes"),
        ("de", "Einzelnachweise"), ("de", "Siehe auch"), ("fr", "Voir aussi"), ("fr", "Notes et références"),
        ("es", "Véase también"), ("es", "Enlaces externos"), ("it", "Collegamenti esterni"), ("it", "Altri progetti"),
        ("pt", "Ligações externas"), ("pt", "Ver também"), ("nl", "Externe links"), ("nl", "Zie ook"),
        ("ru", "Примечания"), ("ru", "См. также"), ("pl", "Przypisy"), ("pl", "Zobacz też"), ("sv", "Källor"),
        ("sv", "Externa länkar"), (None, "Weblinks"), ("xx", "References"),
    ],
)  # fmt: skip
def test_names(language: str | None, name: str) -> None:
    assert without_references([A, Heading(2, name), B], language) == [A]
    assert without_references([A, Heading(2, name + " of it"), B], language) == [A, Heading(2, name + " of it"), B]


def test_a_language_keeps_the_names_of_others() -> None:
    assert without_references([Heading(2, "Note"), A], "en") == []
    assert without_references([Heading(2, "Literatur"), A], "en") == [Heading(2, "Literatur"), A]


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([Heading(2, "Notes"), A, Heading(3, "More"), A, Heading(2, "Next"), B], [Heading(2, "Next"), B]),
        ([Heading(3, "Notes"), A, Heading(2, "Next"), B], [Heading(2, "Next"), B]),
        (
            [Heading(2, "One"), Heading(3, "Notes"), A, Heading(3, "Next"), B],
            [Heading(2, "One"), Heading(3, "Next"), B],
        ),
        ([Heading(2, "One"), Heading(3, "Notes"), A], []),  # nothing is left of it
        ([Heading(2, "One"), Heading(2, "Two"), A], [Heading(2, "Two"), A]),
        ([Heading(2, "One"), Heading(3, "Two"), Heading(2, "Three"), A], [Heading(2, "Three"), A]),
        ([Heading(3, "One"), Heading(2, "Two"), A], [Heading(2, "Two"), A]),
        ([A, Heading(2, "End")], [A]),
        ([], []),
    ],
)
def test_what_goes_with_them(blocks: list[Block], expected: list[Block]) -> None:
    assert without_references(blocks, "en") == expected
