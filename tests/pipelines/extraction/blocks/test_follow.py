"""Which blocks another extractor's text is made of."""

import time

import pytest

from winnow.pipelines.extraction.blocks.follow import follow

LONG = "the river rose in the night and fell"
OTHER = "by noon the fields were dry once more"


@pytest.mark.parametrize(
    ("texts", "text", "kept", "share"),
    [
        ([], "", [], 0.0),
        ([LONG], "", [False], 0.0),
        ([LONG, OTHER], LONG, [True, False], 1.0),
        ([OTHER, LONG], f"{LONG}\n{OTHER}", [True, True], 1.0),  # in another order
        ([LONG, LONG], LONG, [True, False], 1.0),  # each word is met once
        ([f"{LONG} one two three"], LONG, [True], 1.0),
        ([f"{LONG} one two three four five six seven eight nine"], LONG, [False], 0.0),  # 8 of 17 words
        (["Home", LONG, "Home", OTHER], f"{LONG}\nHome\n{OTHER}", [False, True, True, True], 1.0),
        (["in the", LONG], LONG, [False, True], 1.0),  # what is short begins a line
        (["a", "b", LONG], f"- a\n| b | c |\n{LONG}", [True, True, True], 10 / 11),
        (["10^6 edges, 2_1 nodes and $x^2$ it holds"], "106 edges, 21 nodes and it holds", [True], 1.0),
        (["m\u00ad\u0131 mi\u200cxaham do re mi fa"], "m\u0131 mixaham do re mi fa", [True], 1.0),
        (["a b", LONG, "c d", "e", OTHER], f"a b {LONG} c d e {OTHER}", [True] * 5, 1.0),  # a wall of text
        (["..."], "...", [False], 0.0),
    ],
)
def test_what_is_met(texts: list[str], text: str, kept: list[bool], share: float) -> None:
    assert follow(texts, text) == (kept, share)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("texts", "text"),
    [
        (["a"] * 30_000, "a\n" * 30_000),
        (["a a a a a a"] * 5_000, "a " * 30_000),
        (["$ " * 100_000], "\\( " * 20_000),
    ],
)
def test_time_is_linear(texts: list[str], text: str) -> None:
    began = time.process_time()
    follow(texts, text)
    assert time.process_time() - began < 3
