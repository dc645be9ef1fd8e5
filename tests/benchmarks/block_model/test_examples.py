import numpy as np

from benchmarks.block_model.examples import folds, gather
from benchmarks.saved_pages import SavedPage


def page(html: str, text: str | None) -> SavedPage:
    return SavedPage("http://a.example/b", None, html, "article", None, text, (), ())


def test_gather() -> None:
    found = gather([
        page("<p>one two</p><p>three</p>", "one two"), page("<p>x", None), page("", "x"), page("<p>four" * 999, "four"),
    ])  # fmt: skip
    assert (found.shares[:2].tolist(), found.page[:2].tolist(), set(found.page.tolist())) == (
        [1.0, 0.0],
        [0, 0],
        {0, 3},
    )
    weight = [float(found.weights[found.page == number].sum()) for number in (0, 3)]
    np.testing.assert_allclose(weight[0], weight[1], rtol=1e-4)
    assert 300 < int((found.page == 3).sum()) < 500
    assert found.of(np.array([True, False, False, False])).page.tolist() == [0, 0]


def test_pages_of_a_domain_are_in_one_fold() -> None:
    found = folds(["a.example", "b.example", "a.example"], 5)
    assert (found[0] == found[2], set(found.tolist()) <= set(range(5))) == (True, True)
    assert folds(["a.example"], 5)[0] == found[0]
