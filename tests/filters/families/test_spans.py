"""What a filter shows is what it measured: each measure that counts or shares is made again from the places alone."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.filters.catalogue import STEPS
from winnow.filters.document import Document
from winnow.filters.edits import Change, Span, apply
from winnow.filters.families.bad_words import BadWords
from winnow.filters.families.c4 import C4Page
from winnow.filters.families.fineweb import FineWebQuality
from winnow.filters.families.gopher_quality import GopherQuality
from winnow.filters.families.gopher_repetition import DUPLICATE, TOP, VARIANTS, GopherRepetition
from winnow.filters.families.mc4 import MC4Page
from winnow.filters.families.refinedweb import RefinedWebPage
from winnow.filters.steps import Filter, Shows
from winnow.filters.text import Text, places
from winnow.filters.words import segmenter
from winnow.filters.words.tokens import segmented_words, words_and_marks

DOCUMENT = Document(id="0" * 32, text="", source="test")
PIECES = (
    "the", "The", "of", "a", "bb", "it is so.", "don't", "U.S.", "1.5", "(x)", "#", "...", ". . .", "\u2026", "\u2022",
    "- x", "* y", "-", "{", "lorem ipsum.", "javascript it is.", "MENU IT IS", "12", "word", "items in cart", "3 likes",
    "Read more...", "[1]", "\u0130 foo", "foo-bar", "\u574f\u8bdd", " ", " ", " ", " ", "\n", "\n", "\n\n", "\n \n",
    "\r\n", "\x85", "\x00", "\U0001f642", "x" * 40,
)  # fmt: skip
VARIED = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
TEXTS = VARIED | st.builds(str.__mul__, st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.integers(1, 4))
Measured = Mapping[str, float | None]


def asked(step: Any, string: str) -> tuple[Measured, dict[str, list[Span]]]:
    """Measures and places; the places ascend, none is empty, all lie in the text and belong to a rule."""
    assert isinstance(step, Filter)
    assert isinstance(step, Shows)
    measures, spans = step.measure(DOCUMENT, Text(string)), step.spans(DOCUMENT, Text(string))
    assert spans.keys() <= measures.keys()
    for shown in spans.values():
        assert shown == sorted(shown)
        assert all(0 <= start < end <= len(string) for start, end in shown)
    return measures, spans


@pytest.mark.parametrize("variant", ["winnow", "datatrove", "dolma", "dclm"])
@settings(max_examples=100)
@given(TEXTS)
def test_gopher_quality(variant: str, string: str) -> None:
    measures, spans = asked(GopherQuality(variant=variant), string)
    text = Text(string)
    words = {"winnow": text.words, "datatrove": words_and_marks(string)}.get(variant, text.split_words)
    theirs = {"datatrove": string.splitlines(), "dolma": re.split(r"\n+", string) if string else []}
    lines = theirs.get(variant, text.lines)
    for rule in ("hash_to_word_ratio", "ellipsis_to_word_ratio", "symbol_to_word_ratio"):
        expected = len(spans[rule]) / len(words) if rule in spans and words else None
        assert measures[rule] == expected
    for rule in ("bullet_line_share", "ellipsis_line_share"):
        assert measures[rule] == (len(spans[rule]) / len(lines) if lines else 0.0)
    without = len(spans["alphabetic_word_share"])
    assert measures["alphabetic_word_share"] == ((len(words) - without) / len(words) if words else None)
    stops = [string[start:end] for start, end in spans["stop_words"]]
    distinct = {"winnow": {word.lower() for word in stops}, "datatrove": set(stops)}.get(variant, stops)
    assert measures["stop_words"] == len(distinct)


@pytest.mark.parametrize("variant", VARIANTS)
@settings(max_examples=100)
@given(TEXTS)
def test_gopher_repetition(variant: str, string: str) -> None:
    measures, spans = asked(GopherRepetition(variant=variant), string)
    if not string.split():
        assert (set(measures.values()), spans) == ({None}, {})
        return
    of = {"winnow": segmenter.words, "datatrove": words_and_marks, "dclm": segmented_words}
    words = of.get(variant, str.split)(string)
    theirs = variant == "datatrove"
    whole = len(string) if theirs else sum(map(len, words))
    for n in (*TOP, *DUPLICATE):
        rule = f"top_{n}_gram_character_share" if n in TOP else f"duplicate_{n}_gram_character_share"
        if rule not in spans:
            assert not measures.get(rule)
            continue
        shown, where = spans[rule], places(words, string)
        characters = sum(end - start for first, last in shown for start, end in where if first <= start and end <= last)
        if theirs and n in TOP:
            characters += len(shown) * (n - 1)
        if variant == "dolma" and n in DUPLICATE:
            every = sum(sum(map(len, words[i : i + n])) for i in range(len(words) - n + 1))
            assert measures[rule] == characters / every
        else:
            assert measures[rule] == characters / whole


@settings(max_examples=100)
@given(TEXTS)
def test_gopher_repetition_of_lines_and_paragraphs(string: str) -> None:
    for variant in ("winnow", "dclm"):
        measures, spans = asked(GopherRepetition(variant=variant), string)
        text = Text(string)
        lines = [line for line in string.split("\n") if line.strip()] if variant == "dclm" else text.lines
        cut = [piece for piece in string.split("\n\n") if piece.strip()]
        for name, pieces in (("line", lines), ("paragraph", cut if variant == "dclm" else text.paragraphs)):
            places = spans.get(f"duplicate_{name}_share", [])
            assert places == spans.get(f"duplicate_{name}_character_share", [])
            characters = sum(end - start for start, end in places)
            assert (measures[f"duplicate_{name}_share"], measures[f"duplicate_{name}_character_share"]) == (
                (len(places) / len(pieces), characters / sum(map(len, pieces))) if pieces else (None, None)
            )


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ("winnow", [(0, 2), (4, 6), (7, 9)]), ("datatrove", [(4, 6), (7, 9)]),
        ("dolma", [(0, 2), (4, 6), (7, 9)]), ("dclm", [(0, 2), (4, 6), (7, 9)]),
    ],
)  # fmt: skip
def test_the_first_copy_is_shown_where_it_counts(variant: str, expected: list[Span]) -> None:
    assert asked(GopherRepetition(variant=variant), "ab\n\nab\nab\nx")[1]["duplicate_line_share"] == expected


def test_an_empty_line_has_no_place() -> None:
    measures, spans = asked(GopherRepetition(variant="datatrove"), "\na\n")
    assert (measures["duplicate_line_share"], spans["duplicate_line_share"]) == (1 / 3, [])


@pytest.mark.parametrize(("variant", "expected"), [("winnow", [(0, 7)]), ("dclm", [(0, 3), (2, 5), (4, 7)])])
def test_overlaps_are_one_place_where_no_character_counts_twice(variant: str, expected: list[Span]) -> None:
    assert asked(GopherRepetition(variant=variant), "a a a a")[1]["top_2_gram_character_share"] == expected


@pytest.mark.parametrize("variant", ["winnow", "dclm", "dolma"])
@settings(max_examples=100)
@given(TEXTS)
def test_c4(variant: str, string: str) -> None:
    step = C4Page(variant=variant, terminal_punctuation=False, min_words_per_line=1)
    measures, spans = asked(step, string)
    lines = spans.pop("sentences")  # one can hold several
    assert (len(lines) <= (measures["sentences"] or 0.0), bool(lines)) == (True, bool(measures["sentences"]))
    assert spans.keys() == {"lorem_ipsum", "curly_brackets"} | ({"javascript"} if variant == "dolma" else set())
    assert {rule: float(len(places)) for rule, places in spans.items()} == {rule: measures[rule] for rule in spans}


@pytest.mark.parametrize("variant", ["winnow", "datatrove"])
@settings(max_examples=100)
@given(TEXTS)
def test_fineweb(variant: str, string: str) -> None:
    measures, spans = asked(FineWebQuality(variant=variant), string)
    lines = [line for line in string.split("\n") if line.strip()]
    if not lines:
        assert not any(spans.values())
        return
    assert measures["line_punctuation_share"] == (len(lines) - len(spans["line_punctuation_share"])) / len(lines)
    assert measures["short_line_share"] == len(spans["short_line_share"]) / len(lines)
    copies = sum(end - start for start, end in spans["duplicate_line_character_share"])
    assert measures["duplicate_line_character_share"] == copies / len(string.replace("\n", ""))


@given(TEXTS)
def test_mc4(string: str) -> None:
    measures, spans = asked(MC4Page(min_characters=20), string)
    assert measures["long_lines"] == len(spans["long_lines"])


@settings(max_examples=100)
@given(TEXTS)
def test_refinedweb(string: str) -> None:
    """The words that are left when what is shown is taken out."""
    measures, spans = asked(RefinedWebPage(), string)
    words = len(Text(string).words)
    left = len(Text(apply(string, [Change(start, end) for start, end in spans["removed_word_share"]])).words)
    assert measures["removed_word_share"] == ((words - left) / words if words else None)


@pytest.mark.parametrize("anywhere", [False, True])
@given(string=TEXTS)
def test_bad_words(tmp_path_factory: pytest.TempPathFactory, anywhere: bool, string: str) -> None:
    path = Path(tmp_path_factory.getbasetemp(), "bad words")
    path.write_text("foo\nThe\nit is\n\u574f\u8bdd\nfoo-bar\ni\u0307\n", encoding="utf-8")
    measures, spans = asked(BadWords(words=str(path), anywhere=anywhere), string)
    assert measures["bad_words"] == len({string[start:end].lower() for start, end in spans["bad_words"]})


def test_without_a_list_no_bad_word_is_shown() -> None:
    assert asked(BadWords(), "foo") == ({"bad_words": None}, {})


@pytest.mark.parametrize("name", [name for name, kind in STEPS.items() if isinstance(kind(), Shows)])
@pytest.mark.parametrize("string", ["", "\n" * 1000, "a b\n" * 20_000, "\x00" * 20_000, "\u0130" * 20_000])
def test_ugly_texts(name: str, string: str) -> None:
    asked(STEPS[name](), string)


def test_all_filters_of_texts_can_be_shown() -> None:
    filters = {name for name, kind in STEPS.items() if isinstance(kind(), Filter)}
    assert {name for name in filters if not isinstance(STEPS[name](), Shows)} == {
        "extraction",
        "license",
        "opt_out",
        "url",
    }
