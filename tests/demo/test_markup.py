import pytest

from demo.markup import Block, blocks, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("  two   spaces ", "two spaces"),
        ("Use ``pop()`` or `push`.", "Use pop() or push."),
        ("See :class:`~a.B` and :meth:`run`.", "See a.B and run."),
        ("A *small* and **strong** word, 2 * 3 * 4.", "A small and strong word, 2 * 3 * 4."),
        ("For example::", "For example:"),
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert plain(text) == expected


SENTENCE = "This sentence has just enough words."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (SENTENCE, [Block("paragraph", SENTENCE)]),
        ("This has not enough words.", []),
        (SENTENCE.rstrip("."), []),
        ("This sentence has a {brace} in it somewhere.", []),
        ("This one is\nbroken into\n  three lines.", [Block("paragraph", "This one is broken into three lines.")]),
        (f"Title\n*****\n\n{SENTENCE}", [Block("heading", "Title"), Block("paragraph", SENTENCE)]),
        ("* One item here.\n* And one\n  there.", [Block("item", "One item here."), Block("item", "And one there.")]),
        ("   for x in y:\n       print(x)", [Block("code", "for x in y:\n    print(x)")]),
        ("   name ::= letter (letter | digit)*", []),
        (".. versionadded:: 3.1 This is a directive.", []),
        ("=== ====\nOne word is here.\n=== ====", []),
    ],
)
def test_blocks(text: str, expected: list[Block]) -> None:
    assert blocks(text) == expected
