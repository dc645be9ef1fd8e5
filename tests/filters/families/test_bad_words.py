from pathlib import Path

import pytest

from winnow.filters.document import Document
from winnow.filters.families.bad_words import BadWords
from winnow.filters.text import Text

DOCUMENT = Document(id="0" * 32, text="", source="test")


@pytest.mark.parametrize(
    ("string", "apart", "anywhere"),
    [
        ("", 0.0, 0.0),
        ("a FOO, a foo", 1.0, 1.0),
        ("foot", 0.0, 1.0),
        ("foo_", 0.0, 1.0),
        ("two  words", 0.0, 0.0),
        ("(two words)", 1.0, 1.0),
        ("two wordsmiths", 0.0, 1.0),
        ("x-y and foo", 2.0, 2.0),
        ("🙂", 1.0, 1.0),
        ("坏话很多", 0.0, 1.0),
        ("x" * 1_000_000, 0.0, 0.0),
    ],
)
def test_entries_stand_apart_unless_told(tmp_path: Path, string: str, apart: float, anywhere: float) -> None:
    path = tmp_path / "list"
    path.write_text("Foo\ntwo words\nx-y\n🙂\n坏话\n", encoding="utf-8")
    assert BadWords(words=str(path)).measure(DOCUMENT, Text(string)) == {"bad_words": apart}
    assert BadWords(words=str(path), anywhere=True).measure(DOCUMENT, Text(string)) == {"bad_words": anywhere}


def test_without_a_list_nothing_is_known() -> None:
    assert BadWords().measure(DOCUMENT, Text("foo")) == {"bad_words": None}
