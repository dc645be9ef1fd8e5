import pytest

from winnow.pipelines.sources.wikipedia.page import Page
from winnow.pipelines.sources.wikipedia.prose.marks import CUT
from winnow.pipelines.sources.wikipedia.wikitext.links import Links


@pytest.mark.parametrize(
    ("target", "label", "expected"),
    [
        ("Page", None, "Page"),
        ("Page_name", None, "Page name"),
        ("Page#Section", None, "Page#Section"),
        ("page", "label", "label"),
        ("Help:Page (one)", "", "Page"),
        ("Page, Place", "", "Page"),
        (":File:x.jpg", None, "File:x.jpg"),
        ("file:x.jpg", "label", CUT),
        ("IMAGE : x.jpg", None, CUT),
        ("Category:X", None, CUT),
        ("Fitxer:x.jpg", None, CUT),
        ("de:Seite", None, CUT),
        (":de:Seite", "Seite", "Seite"),
        ("wikt:word", "word", "word"),
        ("Alien: Covenant", None, "Alien: Covenant"),
        ("", None, CUT),
        ("two\nlines", "label", "two\nlines label"),
    ],
)
def test_what_shows(target: str, label: str | None, expected: str) -> None:
    links = Links(Page("Title", "ca", {"6": ("Fitxer",)}))
    assert links.shown(target, lambda: label) == expected


def test_the_label_of_a_picture_is_never_asked_for() -> None:
    def never() -> str:
        raise AssertionError

    assert Links(Page("Title")).shown("File:x.jpg", never) == CUT
