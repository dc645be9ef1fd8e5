"""What each line of a text is."""

import pytest
from walked import read

from winnow.pipelines.extraction.blocks.compose import compose
from winnow.pipelines.extraction.blocks.kinds import LETTERS, kinds_of
from winnow.pipelines.extraction.blocks.page import KINDS


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", ""),
        ("<p>a<br>b<p>c", "p3"),
        ("<h1>a</h1><p>b<pre>c\n\nd</pre><pre>e</pre>", "h1 p1 c4"),
        ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", "t2"),
        ("<table><tr><td>a<tr><td>b</table>", "p2"),  # a means of layout
        ("<ul><li>a<li>b</ul><dl><dt>c</dl><blockquote>d</blockquote><button>e</button>", "l2 d1 q1 b1"),
        ("<figcaption>a</figcaption>", "f1"),
        ("<pre>1\n2</pre>", ""),  # line numbers
        ("<ul><li>\u200b</ul><p>-", ""),  # nothing to see, and a mark alone
        ("<pre>a\n-\nb</pre>", "c3"),
    ],
)
def test_runs_of_lines(html: str, expected: str) -> None:
    page = read(html)
    assert kinds_of(compose(page, [True] * len(page.texts))) == expected


def test_each_kind_has_a_letter() -> None:
    assert (len(LETTERS), len(set(LETTERS))) == (len(KINDS), len(KINDS))
