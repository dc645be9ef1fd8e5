import pytest

from winnow.pipelines.sources.books.book import Unreadable
from winnow.pipelines.sources.books.plain.decode import Decoded, decode

FRENCH = "L'élève était très gâté: «où es-tu?» demanda-t-il à Noël, plein de zèle, près du hêtre. " * 3
QUOTED = (
    "\u201cIt\u2019s Zo\u00eb\u2019s na\u00efve caf\u00e9,\u201d he said\u2014d\u00e9j\u00e0 vu, "
    "c\u2019est \u00e7a, cr\u00e8me br\u00fbl\u00e9e. " * 3
)


def declared(charset: str) -> str:
    return f"Title: X\n\nCharacter set encoding: {charset}\n\n"


@pytest.mark.parametrize(
    ("label", "codec", "name"),
    [
        ("ISO-8859-1", "latin-1", "cp1252"), ("ISO Latin-1", "latin-1", "cp1252"), ("UTF-8", "utf-8", "utf-8"),
        ("Unicode UTF-8", "utf-8", "utf-8"), ("Windows Code-Page 1252", "cp1252", "cp1252"),
        ("CP437", "cp437", "cp437"),
        ("IBM 850", "cp850", "cp850"), ("MacRoman", "mac-roman", "mac-roman"), ("ASCII", "utf-8", "utf-8"),
        ("ISO-646-US (US-ASCII)", "cp1252", "cp1252"), ("ASCII", "mac-roman", "mac-roman"), ("ASCII", "cp850", "cp850"),
        ("MP3", "utf-8", "utf-8"),
    ],
)  # fmt: skip
def test_what_is_declared_and_what_is_written(label: str, codec: str, name: str) -> None:
    text = declared(label) + FRENCH
    assert decode(text.encode(codec)) == Decoded(text, name)


@pytest.mark.parametrize("codec", ["cp1252", "mac-roman", "utf-8"])
def test_undeclared(codec: str) -> None:
    assert decode(QUOTED.encode(codec)) == Decoded(QUOTED, codec)


@pytest.mark.parametrize(
    ("codec", "name"),
    [("utf-8-sig", "utf-8"), ("utf-16", "utf-16-le"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be")],
)
def test_marks_and_wide_letters(codec: str, name: str) -> None:
    assert decode(QUOTED.encode(codec)) == Decoded(QUOTED, name)


def test_russian_undeclared() -> None:
    text = (
        b"\xf7\xd3\xc5\x20\xd3\xde\xc1\xd3\xd4\xcc\xc9\xd7\xd9\xc5\x20\xd3\xc5\xcd\xd8\xc9\x20\xd0\xcf\xc8\xcf\xd6\xc9\x20\xc4\xd2\xd5\xc7\x20\xce\xc1\x20\xc4\xd2\xd5\xc7\xc1\x2e\x20".decode(
            "koi8-r"
        )
        * 5
    )
    assert decode(text.encode("cp1251")) == Decoded(text, "cp1251")


def test_ascii_is_called_so() -> None:
    assert decode(b"plain") == Decoded("plain", "ascii")


@pytest.mark.parametrize("data", [bytes(range(32)) * 20, b"\0\1\2\3" * 100])
def test_what_is_no_text(data: bytes) -> None:
    with pytest.raises(Unreadable, match="encoding"):
        decode(data)
