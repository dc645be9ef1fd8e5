import pytest

from winnow.pipelines.sources.books.headings import is_chapter, is_heading

CHAPTERS = """CHAPTER I|Chapter 1|CHAPTER XIV. The Storm|Chapter the First|Chapter Twenty-one|LETTER 4|ACT I
SCENE II. A Room
BOOK THE FIRST|PART ONE|ADVENTURE I. A SCANDAL IN BOHEMIA|I.|XIV|12.|II. Papa se fâche.|VII. THE BLUE CARBUNCLE
Kapitel 3
Erstes Kapitel|Chapitre premier|CHAPITRE II|Première Partie|Capítulo IV|CAPITOLO PRIMO|Hoofdstuk 2|Глава 1|Preface
PRÉFACE.|Epilogue|AUTHOR'S PREFACE|Appendix A|CHAPTER 133. The Chase\u2014First Day.|_Chapter 5_|Stave I: Marley's Ghost
Canto IV|ROZDZIAŁ II|Luku 3|CHAPTER 1: Down the Hole""".replace("\n", "|").split("|")
OTHERS = """Part of the crew stayed|Chapter 12 of the regulations forbade it.|Book I have read|I am the first
He said so.
M. Dupont|C.|D|Mr. Bennet|The first chapter of the book is the best of all of them, and so on|12 men|1813-1820|Act as if
Letter to a friend|Section heads met|MMMMMM|i see|CHAPTER I,|Mix|Part two of the plan was simple|Volume""".replace(
    "\n", "|"
).split("|")


@pytest.mark.parametrize("line", CHAPTERS)
def test_what_begins_a_chapter(line: str) -> None:
    assert is_chapter(line) is True


@pytest.mark.parametrize("line", [*OTHERS, "CHAPTER I " + "X" * 101, ""])
def test_what_does_not(line: str) -> None:
    assert is_chapter(line) is False


@pytest.mark.parametrize(
    ("line", "gap", "expected"),
    [("THE STORM", 2, True), ("THE STORM", 1, False), ("The Storm", 4, False), ("IT", 4, False),
    ("THE STORM,", 4, False),
     ("DON'T!", 2, True), ("X" * 110, 2, True), ("X" * 111, 2, False)],
)  # fmt: skip
def test_other_headings(line: str, gap: int, expected: bool) -> None:
    assert is_heading(line, gap) is expected
