import pytest

from benchmarks.block_model.labels import shares

PROSE = "the river rose in the night and by the morning the lower fields were under water"
MENU = ["home", "the river", "news"]


@pytest.mark.parametrize(
    ("blocks", "text", "expected"),
    [
        ([], "", []),
        (["a b"], "", [0.0]),
        (["...", "a"], "A", [0.0, 1.0]),
        (["a b c d"], "a b x d", [0.75]),
        ([*MENU, PROSE], PROSE, [0.0, 0.0, 0.0, 1.0]),
        # a repetition that the text does not have is not the text's
        ([PROSE, "more", PROSE], PROSE, [1.0, 0.0, 0.0]),
        # the page gives its parts in another order
        (["one two three four five six seven", PROSE], f"{PROSE} one two three four five six seven", [1.0, 1.0]),
        (["\u05d0\u05d1 \u05d2", "x"], "\u05d0\u05d1 \u05d2", [1.0, 0.0]),
    ],
)
def test_shares(blocks: list[str], text: str, expected: list[float]) -> None:
    assert shares(blocks, text).tolist() == expected
