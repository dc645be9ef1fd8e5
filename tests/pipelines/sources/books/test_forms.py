import pytest

from winnow.pipelines.sources.books import forms


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (b"<html><p>", True), (b"\xef\xbb\xbf<?xml version='1.0'?>\n\n<!DOCTYPE html PUBLIC", True),
        (b"  <!-- x --> <HTML>", True),
        ("<html>".encode("utf-16"), True), (b"<p>x</p><body>", True), (b"<TEI>", False), (b"Text of <html>", False),
        (b"<<THIS ELECTRONIC VERSION>>", False), (b"", False), (b"<", False), (b"<?xml version='1.0'?><TEI>", False),
    ],
)  # fmt: skip
def test_pages(start: bytes, expected: bool) -> None:
    assert forms.is_markup(start) is expected


@pytest.mark.parametrize("start", [b"", b"PAR", b"BZh9", b"A text", b"PK\x03\x04", b"\x1f"])
def test_what_is_not_packed(start: bytes) -> None:
    assert forms.packed(start) == ""
    assert forms.other(start) is None


@pytest.mark.parametrize(
    ("start", "expected"), [(b"PK\x03\x04", True), (b"PK\x05\x06", True), (b"PK", False), (b"P", False)]
)
def test_zip(start: bytes, expected: bool) -> None:
    assert forms.is_zip(start) is expected
