import numpy as np
import pytest
from walked import read

from winnow.pipelines.extraction.blocks.copies import without_copies
from winnow.pipelines.extraction.blocks.features import characters
from winnow.pipelines.extraction.blocks.features.measures import Measures

LONG = " ".join("abcdefghijklmnopqrst")
"""Twenty words."""
SHORT = LONG[:-2]


@pytest.mark.parametrize(
    ("html", "kept", "left"),
    [
        ("", "", ""),
        (f"<p class=a>{LONG}<p class=b>{LONG}", "xx", "x."),
        (f"<p class=a>{SHORT}<p class=b>{SHORT}", "xx", "xx"),
        (f"<p class=a>{LONG}<p class=b>{LONG} u", "xx", "xx"),
        # the first that is kept is no copy
        (f"<p class=a>{LONG}<p class=b>{LONG}<p class=c>{LONG}", ".xx", ".x."),
        # made alike, or in elements that are
        (f"<p>{LONG}<p>{LONG}", "xx", "xx"),
        (f"<p class=a>{LONG}<p class=b>{LONG}<p class=a>{LONG}", "xxx", "x.x"),
        (f"<dl><dt>A<dd>{LONG}<dt>B<dd>{LONG}</dl>", "xxxx", "xxxx"),
        (f"<p>{LONG}<blockquote><p>{LONG}</blockquote><p>A", "xxx", "x.x"),
        # in any kind of block but headings and code
        (f"<p>{LONG}<ul><li>{LONG}</ul><table><tr><td>{LONG}</table>", "xxx", "x.."),
        (f"<p>{LONG}<h2>{LONG}</h2><pre>{LONG}</pre>", "xxx", "xxx"),
    ],
)
def test_what_is_said_twice(html: str, kept: str, left: str) -> None:
    characters.prepare()
    found = without_copies(Measures(read(html)), np.array([mark == "x" for mark in kept], bool))
    assert "".join("x" if each else "." for each in found) == left
