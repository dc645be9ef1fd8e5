import pytest

from benchmarks.extraction import kept_by_kind, score, snippets
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


def test_what_of_the_main_text_is_kept_by_its_kind() -> None:
    html = "<h2>one</h2><ul><li>two<li>three</ul><pre>a\n b</pre><pre>one line</pre><h3>not its</h3>"
    saved = SavedPage("http://a.example/", None, html, "", None, "one two three a b one line", (), ())
    found = kept_by_kind([saved], ["one\n- two\na\nb"])
    assert found == {"code": (0.0, 1), "heading": (1.0, 1), "list": (0.5, 2)}
