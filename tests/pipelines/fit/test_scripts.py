import pytest

from winnow.pipelines.fit.scripts import main_scripts, script, scripts_of


@pytest.mark.parametrize(
    ("word", "scripts"),
    [
        ("und", {"LATIN"}), ("и", {"CYRILLIC"}), ("的", {"CJK"}), ("です", {"HIRAGANA"}), ("और", {"DEVANAGARI"}),
        ("می\u200cشود", {"ARABIC"}), ("ไม่", {"THAI"}), ("paцan", {"LATIN", "CYRILLIC"}),
        ("e\u0301te", {"LATIN"}), ("und,", set()), ("l'eau", set()), ("3", set()), ("\u2013", set()), ("", set()),
        ("\0", set()), ("😀", set()), ("a1", set()),
    ],
)  # fmt: skip
def test_scripts_of(word: str, scripts: set[str]) -> None:
    assert scripts_of(word) == scripts


def test_only_letters_have_a_script() -> None:
    assert [script(character) for character in ("a", "1", "\u0301", "\u200d", " ")] == ["LATIN", "", "", "", ""]


def test_main_scripts() -> None:
    assert main_scripts([("и", 90), ("the", 10)]) == {"CYRILLIC", "LATIN"}
    assert main_scripts([("и", 91), ("the", 9)]) == {"CYRILLIC"}
    assert main_scripts([("の", 50), ("日", 40), ("ア", 10)]) == {"HIRAGANA", "CJK", "KATAKANA"}
    assert main_scripts([("1", 5)]) == frozenset()
