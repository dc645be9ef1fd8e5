import pytest
from book_files import NEW_FOOTER, NEW_HEADER, OLD_FOOTER, OLD_HEADER, SMALL_PRINT

from winnow.pipelines.sources.books.gutenberg import frame


def inside(text: str) -> str | None:
    """The lines that are the book's."""
    lines = text.split("\n")
    found = frame.find(lines)
    if found is None:
        return None
    return "\n".join(line for line, keep in zip(lines, found.inside.tolist(), strict=True) if keep).strip()


STARTS = """*** START OF THIS PROJECT GUTENBERG EBOOK A TALE ***|***START OF THE PROJECT GUTENBERG EBOOK A TALE***
*** START OF THE PROJECT GUTENBERG EBOOK, A TALE ***|*** START OF THE COPYRIGHTED PROJECT GUTENBERG EBOOK A TALE ***
*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*
*END THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.12.12.00*END*
   *END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*
ENDTHE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTSVer.10/04/01END
*** START OF THE PROJECT GUTENBERG EBOOK 1234 ***|*** start of this project gutenberg ebook a tale ***""".replace(
    "\n", "|"
).split("|")
ENDS = """*** END OF THIS PROJECT GUTENBERG EBOOK A TALE ***|***END OF THE PROJECT GUTENBERG EBOOK A TALE***
End of Project Gutenberg's A Tale, by Ann Author|End of the Project Gutenberg EBook of A Tale, by Ann Author
End of Project Gutenberg Etext of A Tale|End of The Project Gutenberg Etext of A Tale
End of this Project Gutenberg Etext
End of Project Gutenberg\u2019s A Tale|Ende dieses Projekt Gutenberg Etextes Eine Geschichte
Ende dieses Project Gutenberg Etextes
Fin de Project Gutenberg's Un Conte|Fin du Projet Gutenberg|Fin del Proyecto Gutenberg|Fim do Projeto Gutenberg
Einde van het Project Gutenberg EBook|Fine del Progetto Gutenberg|*** END OF THE COPYRIGHTED PROJECT GUTENBERG EBOOK ***
***START**THE SMALL PRINT!**FOR PUBLIC DOMAIN ETEXTS**START***
This is the end of the Project Gutenberg Etext of A Tale""".replace("\n", "|").split("|")


@pytest.mark.parametrize("mark", STARTS)
def test_every_form_of_the_beginning(mark: str) -> None:
    assert inside(f"The Project Gutenberg Etext of A Tale\nlegal words\n{mark}\n\nThe text.") == "The text."


@pytest.mark.parametrize("mark", ENDS)
def test_every_form_of_the_end(mark: str) -> None:
    assert inside(f"{STARTS[0]}\nThe text.\n\n{mark}\n\nlegal words") == "The text."


@pytest.mark.parametrize(
    "line",
    ["*** START: FULL LICENSE ***", "At the end of the project he rested", "THE END", "The small print of the treaty",
     "In the end Gutenberg died", "End of Book One", "X" * 200 + " End of Project Gutenberg"],
)  # fmt: skip
def test_what_is_no_mark(line: str) -> None:
    assert inside(f"{STARTS[0]}\none\n{line}\ntwo") == f"one\n{line}\ntwo"


def test_a_mark_over_two_lines() -> None:
    assert (
        inside("Project Gutenberg\n*** START OF THE PROJECT GUTENBERG EBOOK A TALE\nTHAT IS LONG ***\nThe text.")
        == "The text."
    )
    assert inside("Project Gutenberg\n*** START OF THE PROJECT GUTENBERG EBOOK A TALE\n\nThe text.") == "The text."


@pytest.mark.parametrize(("header", "footer"), [(NEW_HEADER, NEW_FOOTER), (OLD_HEADER, OLD_FOOTER)])
def test_the_header_is_what_is_before(header: str, footer: str) -> None:
    found = frame.find(f"{header}The text.{footer}".split("\n"))
    assert found is not None
    assert found.header[0] == header.split("\n")[0]
    assert len(found.header) < len(header.split("\n"))


def test_a_file_of_1991_without_a_mark() -> None:
    text = """Project Gutenberg's A Tale, edition 2.0

This etext was typed by Volunteers at the Illinois Benedictine College.
Please read the small print!

A TALE

The text."""
    assert inside(text) == "A TALE\n\nThe text."


def test_only_the_end_is_left_of_a_frame() -> None:
    assert inside("A TALE\n\nThe text.\n\nEnd of Project Gutenberg's A Tale\n\nlegal") == "A TALE\n\nThe text."


def test_small_print_at_the_end_begins_nothing() -> None:
    assert inside(f"{STARTS[0]}\nThe text.\n\n{ENDS[2]}\n\n{SMALL_PRINT}") == "The text."
    assert inside(f"{STARTS[0]}\nThe text.\n\n{SMALL_PRINT}") == "The text."


def test_several_books_in_one_file() -> None:
    one, two = f"{NEW_HEADER}One.{NEW_FOOTER}", f"{OLD_HEADER}Two.{OLD_FOOTER}"
    text = inside(one + two)
    assert text is not None
    assert ("One." in text, "Two." in text, "license" in text.lower(), "small print" in text.lower()) == (
        True,
        True,
        False,
        False,
    )


@pytest.mark.parametrize("text", ["", "A text.", "Johannes Gutenberg was born in Mainz.\n\nHe printed."])
def test_other_texts_have_no_frame(text: str) -> None:
    assert inside(text) is None


def test_a_book_that_mentions_project_gutenberg_is_none_of_its_files() -> None:
    assert inside("\n\n".join(["A paragraph."] * 5 + ["Thanks to Project Gutenberg.", "The text."])) is None


def test_a_mark_far_down_is_none_of_the_beginning() -> None:
    text = "\n".join(["a line"] * 1500 + [STARTS[0], "more"])
    assert inside(text) is None
