from benchmarks.edited_texts import Row, edited, listings, row
from benchmarks.saved_pages import SavedPage
from winnow.filters.document import Document
from winnow.filters.families.gopher_quality import GopherQuality
from winnow.filters.families.notices import Notices
from winnow.filters.rules import Rule
from winnow.filters.text import Text
from winnow.pipelines.recipe.model import Step

TEXT = "Privacy Policy\nx = 1\ny = 2\nIt is so."
DOCUMENT = Document("0" * 32, TEXT, "web", meta={"kinds": "p1 c2 p1"})
EDITOR = Step("notices", "notices", Notices())


def page(text: str) -> SavedPage:
    return SavedPage("http://e.org/", None, "", "article", None, text, (), ())


def test_listings() -> None:
    kinds = ["code", "code", "prose", "code", "table", "code", "code"]
    assert list(listings(Text("a\n b\nc\nd\ne\nf\n", kinds))) == ["a\n b", "f\n"]
    assert list(listings(Text("a\nb"))) == []


def test_a_page_is_edited_whether_it_is_kept_or_not() -> None:
    quality = Step("q", "gopher_quality", GopherQuality(), (Rule("words", min=50),))
    assert edited(DOCUMENT, [quality, EDITOR]) == "x = 1\ny = 2\nIt is so."
    found = row(page("x = 1 y = 2 It is so"), DOCUMENT, [quality, EDITOR])
    assert found == Row("article", "q.words", 14 / 16, 1.0, 7, 2, 1, 1)


def test_what_is_kept_and_what_is_emptied() -> None:
    assert row(page("x"), DOCUMENT, [EDITOR]).rule == ""
    assert row(page("x"), Document("0" * 32, "Privacy Policy", "web"), [EDITOR]).rule == "edit.empty"
