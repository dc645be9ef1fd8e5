"""Markdown, exactly."""

import time

import pytest
from walked import read

from winnow.pipelines.extraction.blocks.compose import compose, text_of
from winnow.pipelines.extraction.blocks.kinds import kinds_of
from winnow.pipelines.extraction.blocks.markdown import markdown


def written(html: str) -> str:
    page = read(html)
    return text_of(markdown(page, [True] * len(page.texts)))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", ""),
        ("<h1>a</h1><p>b<h3>c<br>d</h3>", "# a\n\nb\n\n### c d"),
        ("<h2>C ##</h2>", "## C \\#"),
        ("<h2>C#</h2>", "## C#"),
        ("<blockquote><p>a<br>b<p>c</blockquote>d<blockquote>e</blockquote>", "> a\n> b\n>\n> c\n\nd\n\n> e"),
        ("<dl><dt>a<dd>b</dl>", "a\n\nb"),
        ("<p>a <b>b</b> *c* _d_ <code>e</code>", "a b *c* _d_ e"),
    ],
)
def test_blocks(html: str, expected: str) -> None:
    assert written(html) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("# a", "\\# a"),
        ("#a", "#a"),
        ("####### a", "####### a"),
        ("- a", "\\- a"),
        ("-a", "-a"),
        ("+", "\\+"),
        ("* a", "\\* a"),
        ("*a* b", "*a* b"),
        ("1. a", "1\\. a"),
        ("1) a", "1\\) a"),
        ("1.5 a", "1.5 a"),
        ("1234567890. a", "1234567890. a"),
        ("> a", "\\> a"),
        ("```", "\\```"),
        ("~~~ a", "\\~~~ a"),
        ("===", "\\==="),
        ("= a", "= a"),
        ("---", "\\---"),
        ("_ _ _", "\\_ _ _"),
        ("***", "\\***"),
        ("| --- | :-- |", "\\| --- | :-- |"),
        ("| a |", "| a |"),
        ("&lt;div>", "\\<div>"),
        ("&lt; 5", "< 5"),
        ("[a]: b", "\\[a]: b"),
        ("[a] b", "[a] b"),
        ("\u05d0. a", "\u05d0. a"),
    ],
)
def test_a_line_of_prose_stays_prose(line: str, expected: str) -> None:
    assert (written(f"<p>{line}"), written(f"<ul><li>{line}</ul>")) == (expected, f"- {expected}")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<ul><li>a<li>b</ul>c", "- a\n- b\n\nc"),
        ("<ul><li>a<ul><li>b<p>c</ul><li>d</ul>", "- a\n  - b\n\n    c\n- d"),
        ("<ol><li>a<ul><li>b</ul><li>c</ol>", "1. a\n   - b\n2. c"),
        ("<ol start=9><li>a<li>b<ul><li>c</ul></ol>", "9. a\n10. b\n    - c"),
        ("<ol><li value=4>a<li>b<li value=-1>c<li value=x>d</ol>", "4. a\n5. b\n0. c\n0. d"),
        ("<ul><li>a<ol start=3><li>b</ol></ul>", "- a\n\n  3. b"),  # only 1 goes on from a paragraph
        ("<ul><li>a<ol><li>b</ol></ul>", "- a\n  1. b"),
        ("<ul><li>a</ul><ul><li>b</ul>", "- a\n\n- b"),
        ("<ul><li>a<pre>b\n\nc</pre>d</ul>", "- a\n\n  ```\n  b\n\n  c\n  ```\n\n  d"),
        ("<ul><li><ul><li>a</ul></ul>", "- a"),  # nothing was written of the item around
        ("<ul><li><h3>a</h3><p>b</ul>", "### a\n\n- b"),
        ("<li>a<li>b", "- a\n- b"),
        ("<table><tr><td><ul><li>a<li>b</ul></table>", "- a\n- b"),
    ],
)
def test_lists(html: str, expected: str) -> None:
    assert written(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<table><tr><th>a<th>b|c<tr><td>d<td>e<br>f</table>g", "| a | b\\|c |\n| --- | --- |\n| d | e f |\n\ng"),
        ("<table><tr><td>a<td>b<tr><td><td><p>c<p>d</table>", "| a | b |\n| --- | --- |\n|  | c d |"),
        ("<table><tr><td>a<td>b<td>c<tr><td>d</table>", "| a | b | c |\n| --- | --- | --- |\n| d |  |  |"),
        ("<table><tr><td><ul><li>a<li>b</ul><td>c</table>", "| a b | c |\n| --- | --- |"),
        ("<table><tr><td>a<tr><td>b</table>", "a\n\nb"),  # one column
        (f"<table><tr><td>a<td>{'b' * 1000}</table>", f"| a | {'b' * 1000} |\n| --- | --- |"),
        (f"<table><tr><td>a<td>{'b' * 1001}</table>", f"a\n\n{'b' * 1001}"),  # an article beside a menu
        ("<table><tr><td><pre>1\n2</pre><td><pre>a\n b</pre></table>", "```\na\n b\n```"),
        ("<table><caption>a<tr><td>b<td>c</table>", "a\n\n| b | c |\n| --- | --- |"),
    ],
)  # fmt: skip
def test_tables(html: str, expected: str) -> None:
    assert written(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<pre>a\n  b</pre>", "```\na\n  b\n```"),
        ("<pre>a\n````\nb</pre>", "`````\na\n````\nb\n`````"),
        ("<pre>``</pre>", "```\n``\n```"),
        ("<pre><code class='hljs language-c++'>a</code></pre>", "```c++\na\n```"),
        ("<pre class=lang-py>a</pre>", "```py\na\n```"),
        ("<div class='highlight highlight-source-python'><pre>a</pre></div>", "```python\na\n```"),
        ("<div class=highlight-rust><div class=highlight><pre>a</pre></div></div>", "```rust\na\n```"),
        ("<pre class=language-none>a</pre>", "```\na\n```"),
        ("<pre class='language-a`b slang-x'>a</pre>", "```\na\n```"),
    ],
)
def test_code(html: str, expected: str) -> None:
    assert written(html) == expected


def test_what_is_not_kept() -> None:
    page = read("<ol><li>a<li>b</ol><table><tr><td>c<td>d<td>e<tr><td>f<td>g<td>h</table>")
    lines = markdown(page, [False, True, True, False, True, True, False, True])
    assert text_of(lines) == "2. b\n\n| c | e |\n| --- | --- |\n| f | h |"


def test_an_empty_line_is_of_the_kind_before_it() -> None:
    page = read("<h1>a</h1><p>b<pre>c</pre><p>d<p>e")
    assert kinds_of(markdown(page, [True] * 5)) == "h2 p2 c4 p3"


@pytest.mark.slow
@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td>a<td>b</table>" * 5_000,
        "<table><tr>" + f"<td>{'a' * 300}" * 20_000,
        "<table><tr><td>a<td>" + "<p>b" * 20_000,
        "<table><tr>" + "<td>a" * 5_000 + "<tr><td>b" * 5_000,
        "<ul><li>a" * 5_000,
        "<table><tr><td>" * 100 + "a",
        "<li>a" * 20_000,
    ],
)
def test_time_is_linear(html: str) -> None:
    page = read(html)
    began = time.process_time()
    for form in (markdown, compose):
        form(page, [True] * len(page.texts))
    assert time.process_time() - began < 3
