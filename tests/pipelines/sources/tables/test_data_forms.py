import pytest

from winnow.pipelines.sources.beginning import LOOKED_AT
from winnow.pipelines.sources.tables.data_forms import is_json, is_mail


@pytest.mark.parametrize(
    ("data", "json"),
    [
        (b'{"a": 1}', True), (b"{}", True), (b" [] \n", True), (b"\xef\xbb\xbf[1, 2]", True), (b"[-1]", True),
        (b'["a"]\n["b"]\n', True), (b'{"a": 1}\n\n{"b": 2}', True), (b"[" * 100_000, True),
        (b"[" + b"9" * 10_000 + b"]", True),
        (b'["' + b"a" * LOOKED_AT, True), (b"[" + b"1, " * LOOKED_AT, True), (b"[" + b'{"a": "b"}, ' * LOOKED_AT, True),
        (b"\n [" + b"1, " * LOOKED_AT, True),
        (b'["a", ', False), (b"[1] A mill.", False), (b"[1]\nA mill.", False), (b"[a] mill", False), (b"{a}", False),
        (b"[1] A mill." + b" It rained." * LOOKED_AT, False), (b"a", False), (b"1", False), (b"", False),
        (b'{"a": 1} and more', False),
    ],
)  # fmt: skip
def test_json(data: bytes, json: bool) -> None:
    assert is_json(data[:LOOKED_AT]) is json


@pytest.mark.parametrize(
    ("head", "mail"),
    [
        ("From: a\nDate: b\nMessage-ID: c", True),
        ("From a Mon\nReceived: x\n\ty: z\nFROM: a\ndate: b", True),
        ("From: a\r\nDate: b\r\nMIME-Version: 1.0", True),
        ("From: a\nDate: b\nSubject: c", False),
        ("From: a\nMessage-ID: c", False),
        ("\nFrom: a\nDate: b\nMessage-ID: c", False),
        ("From: a\n\nDate: b\nMessage-ID: c", False),
        ("", False),
    ],
)
def test_mail(head: str, mail: bool) -> None:
    assert is_mail(f"{head}\n\nIt rained.\n".encode()) is mail


def test_a_long_line_takes_no_time() -> None:
    assert not is_mail(b"From: a\nDate: b" + b"\r" * 1_000_000)
