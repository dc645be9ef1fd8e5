# ruff: noqa: RUF001  (other scripts are what this is about)
import pytest

from winnow.pipelines.sources.web.iso2022jp import decoded, escaped

TEXT = "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (TEXT.encode("iso2022_jp"), True),
        (b'\x1b$@$"', True),
        (b"a" * 70_000 + b'\x1b$B$"\x1b(B', True),
        (b"", False),
        (b"\x1b(B\x1b[m", False),  # what terminals are told
        (b"\x1b$)C\x0e0!\x0f", False),  # ISO-2022-KR
        (b'$B$"', False),
        (b'\x1b$B$"\x1b(B \xe3\x81\x82', False),
    ],
)
def test_escaped(body, expected):
    assert escaped(body) is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (TEXT.encode("iso2022_jp"), TEXT),
        (b"<p>" + TEXT.encode("iso2022_jp") + b"</p>\n", f"<p>{TEXT}</p>\n"),
        (b'\x1b$@$"\x1b(B', "あ"),
        (b'\x1b$B-!-"\x1b(B', "①②"),
        (b"\x1b(I12\x1b(B", "ｱｲ"),
        (b"\x1b(J\\100~\x1b(B\\~", "¥100‾\\~"),
        (b'\x1b$B$"\r\nabc', "あ\r\nabc"),
        (b'\x1b$B$" $$\x1b(B', "あ い"),
        (b"\x1b$B$", "\ufffd"),
        (b'\x1b$B$"$', "あ\ufffd"),
        (b"\x1b", "\ufffd"),
        (b"\x1b$B~~\x1b(B", "\ufffd"),
        (b"\x1b(I\x7f", "\ufffd"),
        (b"", ""),
    ],
)
def test_decoded(body, expected):
    assert decoded(body) == expected


def test_every_character_of_the_standard_is_pythons():
    for row in range(0x21, 0x75):
        pairs = bytes(byte for cell in range(0x21, 0x7F) for byte in (row, cell))
        body = b"\x1b$B" + pairs + b"\x1b(B"
        for ours, theirs in zip(decoded(body), body.decode("iso2022_jp", "replace"), strict=False):
            assert theirs == "\ufffd" or ours == theirs or ours in "～∥－￠￡￢＼"
