import pytest

from winnow.pipelines.sources.books.plain.hyphens import Hyphens


@pytest.mark.parametrize(
    ("lines", "more", "expected"),
    [
        (["he was estab-", "lished there"], [], "he was established there"),  # a text that cuts its words
        (["the Anglo-", "Saxon word"], [], "the Anglo-Saxon word"),  # never before a capital
        (["home-", "centred interests"], ["their home-centred ways"], "home-centred interests"),
        (["estab-", "lished"], ["it was established"], "established"),
        (["he said--", "and went"], [], "he said--and went"),
        (["he said\u2014", "and went"], [], "he said\u2014and went"),
        (["he said", "--and went"], [], "he said--and went"),
        (["he said", "-- and went"], [], "he said -- and went"),
        (["in 1914-", "1918"], [], "in 1914-1918"),
        (["soft\u00ac", "ly"], [], "softly"),
        (["one", "two"], [], "one two"),
        (["one"], [], "one"),
    ],
)
def test_join(lines: list[str], more: list[str], expected: str) -> None:
    assert Hyphens([*lines, *more]).join(lines) == expected


def test_a_text_that_cuts_no_words_has_compounds_only() -> None:
    lines = ["the self-", "made man", *["a line of it"] * 200]
    assert Hyphens(lines).join(lines[:2]) == "the self-made man"
    assert Hyphens([*lines, "a selfmade man"]).join(lines[:2]) == "the selfmade man"
