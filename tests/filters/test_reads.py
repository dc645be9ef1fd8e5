"""Families that read prose in place of the whole text: the same measures, of other lines."""

from typing import Any

import pytest

from winnow.filters.catalogue import STEPS
from winnow.filters.document import Document
from winnow.filters.reads import Reads
from winnow.filters.text import Text

DOCUMENT = Document(id="0" * 32, text="", source="test")
PROSE = "One two three.\nNo end here\nOne two three.\nFour five. Six lorem ipsum"
WHOLE = "One two three.\n{ x = 1\nNo end here\n{ x = 1\nOne two three.\na | #\nFour five. Six lorem ipsum"
KINDS = ["prose", "code", "heading", "code", "prose", "table", "list"]
FAMILIES = [name for name, kind in STEPS.items() if issubclass(kind, Reads)]


def test_which_families() -> None:
    assert sorted(FAMILIES) == ["c4_page", "fineweb_quality", "gopher_quality", "gopher_repetition"]


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("variant", ["winnow", "datatrove", "dolma", "dclm"])
def test_prose_is_measured_as_if_it_were_all(name: str, variant: str) -> None:
    try:
        published: Any = STEPS[name](variant=variant)
    except ValueError:
        pytest.skip("no such variant")
    of_prose: Any = STEPS[name](variant=variant, reads="prose")
    whole, prose = Text(WHOLE, KINDS), Text(PROSE)
    assert of_prose.measure(DOCUMENT, whole) == published.measure(DOCUMENT, prose)
    assert of_prose.measure(DOCUMENT, Text(WHOLE)) == published.measure(DOCUMENT, whole)
    assert of_prose.spans(DOCUMENT, Text(WHOLE)) == published.spans(DOCUMENT, whole)
    shown, alone = of_prose.spans(DOCUMENT, whole), published.spans(DOCUMENT, prose)
    assert shown.keys() == alone.keys()
    for rule, places in alone.items():
        assert shown[rule] == whole.in_whole(places)
        assert not any("x = 1" in WHOLE[start:end] or "|" in WHOLE[start:end] for start, end in shown[rule])


@pytest.mark.parametrize("name", FAMILIES)
def test_what_it_reads_is_text_or_prose(name: str) -> None:
    assert STEPS[name]().reads == "text"
    with pytest.raises(ValueError, match=r"^reads is 'code'; it is none of text, prose$"):
        STEPS[name](reads="code")
    with pytest.raises(ValueError, match="variant is 'x'"):
        STEPS[name](variant="x", reads="prose")
