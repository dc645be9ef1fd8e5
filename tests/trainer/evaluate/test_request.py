from hypothesis import given
from hypothesis import strategies as st

from winnow.trainer.errors import BadCall
from winnow.trainer.evaluate.request import By


@given(st.text(max_size=10))
def test_by_takes_any_text(text: str) -> None:
    column = text.rpartition("=")[0]
    try:
        found = By.of(text)
    except BadCall:
        assert "=" in text or not text
    else:
        assert found == By(column or text, found.edges)
        assert bool(found.edges) == ("=" in text)
