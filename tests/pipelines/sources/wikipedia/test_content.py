from winnow.pipelines.sources.base import OWN, Content
from winnow.pipelines.sources.wikipedia.content import HTML, packed, unpacked
from winnow.pipelines.sources.wikipedia.page import Page


def test_what_is_packed_is_unpacked() -> None:
    text = "a\n\nb\r\u2028[1, 2]\n"
    made = Content(packed(HTML, text, {"6": "Fi\nle", "0": ""}), OWN, "T", language="en")
    assert unpacked(made) == (HTML, text, Page("T", "en", {"6": ("Fi\nle",)}))
    assert unpacked(Content(packed("", "", {}), OWN)) == ("", "", Page())
