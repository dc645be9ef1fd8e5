import pytest

from winnow.filters.document import Document
from winnow.filters.families.extraction import Extraction
from winnow.filters.rules import judge
from winnow.filters.text import Text


@pytest.mark.parametrize(
    ("said", "expected"),
    [(None, None), ("", None), ("x", None), ("nan", None), ("inf", None), ("0.873", 0.873), ("0", 0.0), ("1.000", 1.0)],
)
def test_confidence(said: str | None, expected: float | None) -> None:
    meta = {} if said is None else {"extraction_confidence": said}
    document = Document(id="0" * 32, text="", source="web", meta=meta)
    assert Extraction().measure(document, Text("")) == {"confidence": expected}
    assert list(judge({"confidence": expected}, Extraction.RULES)) == []
