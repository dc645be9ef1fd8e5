import pytest

from winnow.pipelines.dedup.spans.pieces import sentences, spans

TEXT = "\n One two. Three!\nfour\n\n \n\nFive six? Seven. Eight.\n\n\nNine"


def pieces(text: str, unit: str) -> list[str]:
    return [text[start:end] for start, end in spans(text, unit)]


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("paragraph", ["One two. Three!\nfour\n\n \n\n", "Five six? Seven. Eight.\n\n\n", "Nine"]),
        ("line", ["One two. Three!\n", "four\n\n \n\n", "Five six? Seven. Eight.\n\n\n", "Nine"]),
        ("sentences", [
            "One two. Three!\nfour\n\n \n\n", "Three!\nfour\n\n \n\nFive six? ", "four\n\n \n\nFive six? Seven. ",
            "Five six? Seven. Eight.\n\n\n", "Seven. Eight.\n\n\nNine",
        ]),
    ],
)  # fmt: skip
def test_spans(unit: str, expected: list[str]) -> None:
    assert pieces(TEXT, unit) == expected


@pytest.mark.parametrize("unit", ["paragraph", "line", "sentences"])
@pytest.mark.parametrize("text", ["", " ", "\n\n", "\x00"])
def test_of_nothing(text: str, unit: str) -> None:
    assert pieces(text, unit) == (["\x00"] if text == "\x00" and unit != "sentences" else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. Fox ran. It rained", ["Mr. Fox ran. ", "It rained"]),
        ("「はい。」次です。", ["「はい。」", "次です。"]),
        ("One. two. Three", ["One. two. ", "Three"]),
        ("  A one. B\n\nC", ["A one. ", "B\n\n", "C"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected
