import pytest

from filters.tokens import segmented_words, words_and_marks


@pytest.mark.parametrize(
    ("string", "with_marks", "without"),
    [
        ("", [], []),
        (" \n", [], []),
        ("It's 5%.", ["It's", "5", "%", "."], ["It's", "5"]),
        ("3.14, i.e. pi", ["3", ".", "14", ",", "i", ".", "e", ".", "pi"], ["3.14", "i.e", "pi"]),
        ("'quoted'", ["'", "quoted", "'"], ["quoted"]),
        ("...", [".", ".", "."], []),
        ("don\u2019t", ["don\u2019t"], ["don\u2019t"]),
        ("שלום🙂", ["שלום", "🙂"], ["שלום"]),
        ("\x00", ["\x00"], []),
    ],
)
def test_tokens(string: str, with_marks: list[str], without: list[str]) -> None:
    assert (words_and_marks(string), segmented_words(string)) == (with_marks, without)
