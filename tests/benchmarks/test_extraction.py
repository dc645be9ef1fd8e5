import pytest

from benchmarks.extraction import score, snippets
from benchmarks.saved_pages import SavedPage


def page(kind: str, text: str, wanted: tuple[str, ...] = (), unwanted: tuple[str, ...] = ()) -> SavedPage:
    return SavedPage("http://a.example/", None, "", kind, None, text, wanted, unwanted)


def test_score_is_a_mean_over_pages() -> None:
    pages = [page("forum", "a b"), page("article", "a"), page("article", "a b")]
    assert score(pages, ["a b", "", "a b"]) == {"all": pytest.approx(2 / 3), "article": 0.5, "forum": 1.0}


@pytest.mark.parametrize(
    ("texts", "expected"),
    [(["one two", "three"], (1.0, 1.0)), (["one menu", ""], (1 / 3, 0.5)), (["", ""], (0.0, 0.0))],
)
def test_snippets(texts: list[str], expected: tuple[float, float]) -> None:
    pages = [page("", "", ("one", "two"), ("menu",)), page("", "", ("three",), ("foot",))]
    assert snippets(pages, texts) == pytest.approx(expected)
