import pytest

from winnow.filters.document import Document
from winnow.filters.families.fineweb import FineWebQuality
from winnow.filters.text import Text
from winnow.filters.words.marks import DATATROVE_PUNCTUATION, DATATROVE_TERMINAL, TERMINAL


def test_terminal_marks() -> None:
    assert len(TERMINAL) == 173
    assert TERMINAL.issuperset(".!?…。؟।\uff01\uff1f")
    assert TERMINAL.isdisjoint(",;:\"')- a1")


def test_datatrove_has_an_older_list_without_the_ellipsis() -> None:
    assert len(DATATROVE_TERMINAL) == 159
    assert DATATROVE_TERMINAL.issuperset(".!?。؟।\uff01\uff1f\u17d6")
    assert DATATROVE_TERMINAL.isdisjoint("…\u2024,;:\"')- a1")


def test_datatrove_punctuation() -> None:
    assert DATATROVE_PUNCTUATION > DATATROVE_TERMINAL
    assert DATATROVE_PUNCTUATION.issuperset("#$%…\x00\x7f\x9f\uff11")
    assert DATATROVE_PUNCTUATION.isdisjoint("a1 \n\t\u2018€★°")


@pytest.mark.parametrize(("variant", "share"), [("winnow", 1.0), ("datatrove", 0.0)])
def test_a_line_that_ends_in_an_ellipsis(variant: str, share: float) -> None:
    document = Document(id="0" * 32, text="", source="test")
    measures = FineWebQuality(variant=variant).measure(document, Text("and so on…"))
    assert measures["line_punctuation_share"] == share
