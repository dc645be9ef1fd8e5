import pytest
from walked import read

from winnow.pipelines.extraction.blocks.compose import compose, text_of


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", ""),
        ("<h1>a</h1><p>b</p>c", "a\nb\nc"),
        ("<ul><li>a<li><p>b<p>c</ul>d", "- a\n- b\nc\nd"),
        ("<ul><li>a<ul><li>b</ul></ul>", "- a\n- b"),
        ("<table><tr><th>a<th>b<tr><td>c<td><p>d<p>e</table>f", "a | b\nc | d e\nf"),
        ("<table><tr><td><table><tr><td>a<td>b</table></table>", "a | b"),
        ("<table><tr><td><pre>1\n2</pre><td><pre>a\n b</pre></table>", "a\n b"),
        ("<table><tr><td><p>a<p>b<tr><td>c</table>", "a\nb\nc"),  # a means of layout
        (f"<table><tr><td>a<td>{'b' * 1000}</table>", f"a | {'b' * 1000}"),
        (f"<table><tr><td>a<td><p>{'b' * 999}<p>c</table>", f"a\n{'b' * 999}\nc"),
        ("<pre>7</pre>", ""),
        ("<pre>7a</pre>", "7a"),
    ],
)
def test_a_text(html: str, expected: str) -> None:
    page = read(html)
    assert text_of(compose(page, [True] * len(page.texts))) == expected


def test_what_is_not_kept() -> None:
    page = read("<ul><li>a<li>b</ul><table><tr><td>c<td>d</table>")
    assert text_of(compose(page, [False, True, False, True])) == "- b\nd"
