import time

import pytest

from winnow.filters.code.markup import visible


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", 0), ("plain", 5), ("<p>abc</p>", 3), ("a<br/>b", 2), ("1 < 2", 5), ("<!-- no -->yes", 3),
        ("<script>no</script>a<STYLE>no</STYLE>b", 2), ("a<script>never closed", 1), ("a<p", 1), ("a<!-- b", 1),
        ("<scripted>abc</scripted>", 3), ("&amp;", 5), ("<a title='>'>x", 3),
    ],
)  # fmt: skip
def test_visible(html: str, expected: int) -> None:
    assert visible(html) == expected


@pytest.mark.parametrize("piece", ["<", "<script>", "<!--", "<a ", "</script", "<style>", "<a>"])
def test_hostile_pages_take_linear_time(piece: str) -> None:
    began = time.process_time()
    visible(piece * 200_000)
    assert time.process_time() - began < 2
