import pytest

from winnow.pipelines.sources.books.book import Block, Kind
from winnow.pipelines.sources.books.gutenberg.notes import drop

BOOK = [Block(Kind.CHAPTER, "CHAPTER I", 4), *[Block(Kind.PROSE, f"Paragraph {n}.") for n in range(200)]]


def left(*more: Block, at: int = 0, gutenberg: bool = True) -> list[str]:
    """What is left of some blocks in a book."""
    kept, _ = drop([*BOOK[:at], *more, *BOOK[at:]], gutenberg)
    texts = {block.text for block in more}
    assert [block.text for block in kept if block.text not in texts] == [block.text for block in BOOK]
    return [block.text for block in kept if block.text in texts]


CREDITS = """Produced by Anonymous Volunteers
E-text prepared by A. B. and the Project Gutenberg Online Distributed Proofreading Team
This etext was prepared by David Price, email ccx074@coventry.ac.uk|This eBook was produced by A. B.
HTML version by Al Haines, ebook
Transcribed from the 1908 Longmans edition by David Price, email a@b|Scanned and proofed by A. B., a@b
[Etext prepared by A. B.]
This file was produced from images generously made available by The Internet Archive, archive.org
Text italicized is surrounded by _underscores_.|Entered by Aloysius a@b.org""".replace("\n", "|").split("|")
KEPT = """Produced in the year 1813 by hand|By Jane Austen|Translated from the French by A. B.
Compiled from the notes of the author
Edited by A. B.|Scanning the crowd from the balcony, she saw him.""".replace("\n", "|").split("|")


@pytest.mark.parametrize("text", CREDITS)
@pytest.mark.parametrize("at", [0, len(BOOK)])
def test_credits_go_at_both_ends(text: str, at: int) -> None:
    assert left(Block(Kind.PROSE, text), at=at) == []
    assert left(Block(Kind.PROSE, text), at=100) == left(Block(Kind.PROSE, text), gutenberg=False) == [text]


@pytest.mark.parametrize("text", KEPT)
def test_a_title_page_stays(text: str) -> None:
    assert left(Block(Kind.PROSE, text)) == [text]


NOTES = """Transcriber's Note:|TRANSCRIBER'S NOTES|Original Transcriber\u2019s Notes:|Transcription note
Note sur la transcription
Anmerkungen zur Transkription|Nota del transcriptor|Opmerkingen van de bewerker|Errata noted by transcriber:""".replace(
    "\n", "|"
).split("|")


@pytest.mark.parametrize("title", NOTES)
def test_a_note_goes_with_what_belongs_to_it(title: str) -> None:
    note = [Block(Kind.PROSE, title, 4), Block(Kind.PROSE, "One note."), Block(Kind.PROSE, "Another note.")]
    assert left(*note) == []  # to the next chapter
    assert left(*note, at=len(BOOK)) == []  # to the end
    assert left(*note, Block(Kind.PROSE, "Errata.", 5), Block(Kind.PROSE, "x."), at=len(BOOK)) == []
    assert left(*note, Block(Kind.PROSE, "The text.", 4)) == ["The text."]  # to a wide gap


def test_a_note_that_is_one_paragraph() -> None:
    assert left(
        Block(Kind.PROSE, "Transcriber's note: " + "the spelling was not changed. " * 4), Block(Kind.PROSE, "Text.")
    ) == ["Text."]


def test_authors_too_turn_to_their_readers() -> None:
    about = Block(Kind.PROSE, "Le texte en italiques dans l'original est indiqué ici comme _italiques_.")
    assert left(Block(Kind.PROSE, "Au lecteur."), about) == []
    assert left(Block(Kind.PROSE, "Au lecteur."), Block(Kind.PROSE, "C'est ici un livre.")) == [
        "Au lecteur.",
        "C'est ici un livre.",
    ]


def test_credits_are_handed_on() -> None:
    assert drop([Block(Kind.PROSE, CREDITS[5]), *BOOK], True)[1] == [CREDITS[5]]


def test_nothing() -> None:
    assert drop([], True) == ([], [])
