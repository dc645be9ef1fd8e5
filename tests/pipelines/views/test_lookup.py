"""Addresses without what seldom matters. Finding rows is tested with what is said of them, in terminal/test_why.py."""

import pytest

from winnow.pipelines.views import lookup


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Example.ORG", "example.org"),
        ("example.org/", "example.org"),
        ("HTTP://www.example.org:80/A/?q=1#x", "example.org/A?q=1"),
        ("http://example.org:8080/a", "example.org:8080/a"),
        ("http://example.org:port/a", "http://example.org:port/a"),
    ],
)
def test_normal(url: str, expected: str) -> None:
    assert lookup.normal(url) == expected
