"""What is of a text by its structure though another extractor left it out."""

import pytest
from walked import read

from winnow.pipelines.extraction.blocks.complete import complete

LONG = "w" * 60


@pytest.mark.parametrize(
    ("html", "taken", "expected"),
    [
        ("", "", ""),
        (f"<h2>a</h2><p>{LONG}", "01", "11"),
        (f"<h2>a</h2><p>{LONG[1:]}", "01", "01"),  # a teaser
        (f"<h2>a</h2><p><a href=x>{LONG}</a>", "01", "01"),
        (f"<h1>a</h1><h2>b</h2><p>{LONG}", "001", "011"),
        (f"<h2 hidden>a</h2><p>{LONG}", "01", "01"),
        ("<p>a<figure><pre>b\nc</pre></figure><p>d", "101", "111"),
        ("<p>a<pre>b</pre><pre>c</pre><p>d", "0001", "0111"),
        ("<p>a<pre>b</pre><p>c", "000", "000"),
        ("<p>a<pre hidden>b</pre>", "10", "10"),
        ("<p>a:<ul><li><a href=x>b</a><li>c</ul><ul><li>d</ul>", "1000", "1110"),
        ("<p>a\uff1a<dl><dt>b<dd>c</dl>", "100", "111"),
        ("<p>a<ul><li>b</ul>", "10", "10"),
        ("<ul><li>a<li>b<li hidden>c</ul><ul><li>d</ul>", "0100", "1100"),
        ("<ol><li>aaaa<li><a href=x>b</a></ol>", "10", "11"),  # a fifth is linked
        ("<ol><li>aaa<li><a href=x>b</a></ol>", "10", "10"),
        ("<ul><li>a<ul><li>b</ul></ul>", "01", "11"),
        ("<li>a<li>b", "10", "10"),  # in no list
        ("<p>a:<ul><li>b</ul>", "00", "00"),
        ("<button>a?</button><p>b", "01", "11"),
        ("<button>a</button><p>b", "01", "01"),
        ("<p>b<button>a?</button>", "10", "10"),
    ],
)
def test_structure(html: str, taken: str, expected: str) -> None:
    found = complete(read(html), [each == "1" for each in taken])
    assert "".join("01"[each] for each in found) == expected
