import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.filters.words.contractions import contractions
from winnow.filters.words.tokens import segmented_words, words_and_marks

# what a blank English pipeline of spaCy 3.8 gives, its words joined by spaces
AS_SPACY = [
    ("", ""),
    (" \n", ""),
    ("It's 5%.", "It 's 5 % ."),
    ("don't don\u2019t dont DON'T", "do n't do n\u2019t do nt DON'T"),
    ("I'm you've they'd've Let's cannot gonna y'all", "I 'm you 've they 'd 've Let 's can not gon na y' all"),
    ("its ill Well", "its ill Well"),
    ("3.14, i.e. pi", "3.14 , i.e. pi"),
    ("'quoted' \u201cquoted\u201d", "' quoted ' \u201c quoted \u201d"),
    ("... .... word....", "... .... word ...."),
    ("wait...then wait\u2026then", "wait ... then wait \u2026 then"),
    ("well-known 1990s-style 3-4", "well - known 1990s - style 3 - 4"),
    ("10\u201320 a\u2013b -5 a--b", "10\u201320 a \u2013 b -5 a -- b"),
    ("e-mail and/or he/she 1/2", "e - mail and/or he / she 1/2"),
    ("U.S. USA. Mr. end. A. (Jan.) then-Rep.", "U.S. USA . Mr. end . A. ( Jan. ) then - Rep."),
    ("end.Start end.start", "end . Start end.start"),
    ("https://example.org/a-b, a.b@example.org", "https://example.org/a-b , a.b@example.org"),
    ("example.com! x@y", "example.com ! x@y"),
    ("$5 US$5 5$ 10km 4K 100+", "$ 5 US$ 5 5 $ 10 km 4 K 100 +"),
    ("12:30 +5 +a 7am", "12:30 +5 + a 7 am"),
    ("dog's dogs' dog\u2019s", "dog 's dogs ' dog \u2019s"),
    ("a,b 1,000, x=y x+y 2*3", "a , b 1,000 , x = y x+y 2 * 3"),
    ("(see) [1] #tag a_b _x_ a(b)", "( see ) [ 1 ] # tag a_b _ x _ a(b )"),
    (":) ok:) ((x))", ":) ok :) ( ( x ) )"),
    ("\U0001f600\u2605 ok\u2605ok", "\U0001f600 \u2605 ok \u2605 ok"),
    ("\u05e9\u05dc\u05d5\u05dd\U0001f642", "\u05e9\u05dc\u05d5\u05dd \U0001f642"),
    ("\x00", "\x00"),
]


@pytest.mark.parametrize(("string", "words"), AS_SPACY)
def test_words_and_marks_are_those_of_spacy(string: str, words: str) -> None:
    assert words_and_marks(string) == tuple(words.split())


@pytest.mark.parametrize(
    ("string", "words"),
    [
        ("", []),
        (" \n", []),
        ("It's 5%.", ["It's", "5"]),
        ("3.14, i.e. pi", ["3.14", "i.e", "pi"]),
        ("'quoted'", ["quoted"]),
        ("...", []),
        ("don\u2019t", ["don\u2019t"]),
        ("\u05e9\u05dc\u05d5\u05dd\U0001f642", ["\u05e9\u05dc\u05d5\u05dd"]),
        ("\x00", []),
    ],
)
def test_segmented_words(string: str, words: list[str]) -> None:
    assert segmented_words(string) == words


@given(st.text(alphabet="aZé5 .,-'\u2019()\u2026:/@$%s\u2605\n", max_size=60))
def test_no_character_is_lost_or_made(string: str) -> None:
    words = words_and_marks(string)
    assert "".join(words) == "".join(string.split())
    assert all(words)


@pytest.mark.parametrize("mark", ["(", ")", ".", "'", "a.", ".a", "-a", "a,", "\u2605", "@", "://", "a:", "$", "5%"])
def test_a_long_chunk_keeps_its_characters(mark: str) -> None:
    chunk = mark * (50_000 // len(mark))
    assert "".join(words_and_marks(chunk)) == chunk


def test_what_was_read_before_changes_nothing() -> None:
    chunks = [string for string, _ in AS_SPACY for string in string.split()]
    before = {chunk: words_and_marks(chunk) for chunk in chunks}
    random.Random(0).shuffle(chunks)
    assert {chunk: words_and_marks(chunk) for chunk in chunks} == before


def test_contractions_add_up_to_their_chunks() -> None:
    table = contractions()
    assert [chunk for chunk, parts in table.items() if "".join(parts) != chunk] == []
    assert len(table) == 1343
    assert table["shouldn\u2019t"] == ("should", "n\u2019t")
    assert table["Who'll've"] == ("Who", "'ll", "'ve")
    assert "well" not in table
    assert "that've" not in table
