import numpy as np
import pytest
from walked import read

from winnow.pipelines.extraction.blocks.features import characters
from winnow.pipelines.extraction.blocks.features.measures import Measures
from winnow.pipelines.extraction.blocks.mend import mend


@pytest.mark.parametrize(
    ("html", "chances", "chosen", "kept"),
    [
        ("", "", "", ""),
        ("<p>a<p>b", "99", "..", ".."),
        ("<p>a<p>b", "99", "x.", "x."),
        # an item: a third of the least chance that was chosen, not less
        ("<ul><li>a<li>b<li>c</ul>", "932", "x..", "xx."),
        ("<dl><dt>a<dd>b<dd>c</dl>", "932", "x..", "xx."),
        ("<p>a<ul><li>b<li>c</ul>", "993", "xx.", "xxx"),
        # of what its list stands in, not of the page
        ("<div><p>a<ul><li>b<li>c</ul></div>", "933", "x..", "xxx"),
        ("<p>a<div><p>b<ul><li>c<li>d</ul></div>", "9333", "x...", "x..."),
        ("<ul><li><p>a<ul><li>b<li>c</ul><li>d</ul>", "9333", "x...", "xxxx"),
        # a heading: of the block behind it, an item that is mended too
        ("<h2>a</h2><p>b", "39", ".x", "xx"),
        ("<h2>a</h2><p>b", "29", ".x", ".x"),
        ("<h2>a</h2><p>b<p>c", "339", "..x", "..x"),
        ("<p>a<h2>b</h2>", "93", "x.", "x."),
        ("<h2>a</h2><ul><li>b<li>c</ul>", "339", "..x", "xxx"),
        # not of a heading that was not chosen itself
        ("<h2>a</h2><h3>b</h3><p>c", "339", "..x", ".xx"),
        ("<h2>a</h2><h3>b</h3><p>c", "399", ".xx", "xxx"),
        # code: on any page of which anything is kept
        ("<p>a<p>b<pre>c</pre>", "913", "x..", "x.x"),
        ("<p>a<p>b<pre>c</pre>", "912", "x..", "x.."),
        ("<p>a<pre>b</pre>", "99", "..", ".."),
        # a cell: of a row of twenty words at most
        ("<table><tr><td>a<td>b<tr><td>c</table>", "939", "x..", "xx."),
        ("<table><tr><td>a<td>b</table>", "92", "x.", "x."),
        ("<table><tr><td>a<td><p>b<p>c</table>", "933", "x..", "xxx"),
        (f"<table><tr><td>a<td>{'b ' * 19}</table>", "93", "x.", "xx"),
        (f"<table><tr><td>a<td>{'b ' * 20}</table>", "93", "x.", "x."),
        ("<table><tr><td>a<td>b<table><tr><td>c</table></table>", "933", "x..", "xx."),
        # prose is as chosen
        ("<p>a<p>b<table><tr><td>c</table>", "988", "x..", "x.."),
        # a question in a button: with its answer
        ("<button>a?</button><p>b", "09", ".x", "xx"),
        ("<button>a</button><p>b", "09", ".x", ".x"),
        ("<p>a?<p>b", "09", ".x", ".x"),
    ],
)
def test_what_is_torn(html: str, chances: str, chosen: str, kept: str) -> None:
    characters.prepare()
    measures = Measures(read(html))
    found = mend(measures, np.array([int(chance) for chance in chances], np.int64), _flags(chosen))
    assert found.tolist() == _flags(kept).tolist()


def _flags(marks: str) -> np.ndarray:
    return np.array([mark == "x" for mark in marks], bool)
