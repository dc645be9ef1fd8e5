import pytest
from book_files import page
from hypothesis import given
from hypothesis import strategies as st

from winnow.pipelines.sources.books.book import Unreadable
from winnow.pipelines.sources.books.markup import tree, walk


def walked(body: str, xml: bool = True) -> list[tuple[str, str]]:
    data = page(body) if xml else f"<html><body>{body}</body></html>"
    return [(block.kind.value, block.text) for block in walk.blocks(tree.parse(data.encode(), 10_000).root)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>one\n  two</p><p>three</p>", [("prose", "one two"), ("prose", "three")]),
        ("<div>a<p>b</p>c</div>", [("prose", "a"), ("prose", "b"), ("prose", "c")]),
        ("<p>a <i>b</i><!-- x -->c&#8212;d</p>", [("prose", "a bc\u2014d")]),
        ("<h2>CHAPTER I</h2><h3>The<br/>Storm</h3>", [("chapter", "CHAPTER I"), ("heading", "The Storm")]),
        ("<p>a</p><hr/><p>b</p>", [("prose", "a"), ("break", "* * *"), ("prose", "b")]),
        ("<p>12 Baker Street<br/>London</p>", [("lines", "12 Baker Street\nLondon")]),
        ("<p>one<br/><br/>two</p>", [("prose", "one"), ("prose", "two")]),
        ("<p>a<br/></p>", [("prose", "a")]),
        (f"<p>{'word ' * 50}<br/>{'word ' * 50}</p>", [("prose", ("word " * 50).strip())] * 2),
        ("<pre>  How doth\n    the\n\n  * * *\n</pre>", [("lines", "How doth\n  the"), ("break", "* * *")]),
        ("<pre>a<br/>b</pre>", [("lines", "a\nb")]),
        ("<div class='stanza'><span class='i0'>a<br/></span><span class='i2'>b<br/></span></div>",
         [("lines", "a\n  b")]),
        ("<div class='stanza'><p>a</p><p class='i4'>b</p></div>", [("lines", "a\n    b")]),
        ("<div class='linegroup'><div>a</div><div>b <span class='lnum'>10</span></div></div>", [("lines", "a\nb")]),
        ("<div><div class='line'>a</div><div class='line'>b</div></div><p>c</p>", [("lines", "a\nb"), ("prose", "c")]),
        ("<blockquote epub:type='z3998:verse'><p><span>a</span><br/><span>b</span></p></blockquote>", [("lines",
         "a\nb")]),
        ("<ul><li>eggs</li><li><p>milk</p></li></ul>", [("lines", "eggs\nmilk")]),
        (f"<ol><li>{'x ' * 70}</li><li>{'y ' * 70}</li></ol>", [("prose", ("x " * 70).strip()),
        ("prose", ("y " * 70).strip())]),
        ("<table><tr><td>a</td><td> b </td></tr><tr><td>c</td><td>d</td></tr></table>", [("lines", "a  b\nc  d")]),
        (f"<table><tr><td><p>{'x ' * 300}</p><p>b</p></td></tr></table>", [("prose", ("x " * 300).strip()),
        ("prose", "b")]),
        ("<dl><dt>a</dt><dd>b</dd></dl>", [("lines", "a\nb")]),
        ("", []),
    ],
)  # fmt: skip
def test_what_becomes_of_elements(body: str, expected: list[tuple[str, str]]) -> None:
    assert walked(body) == expected


@pytest.mark.parametrize(
    "furniture",
    [
        "<span class='pagenum'>[Pg 12]</span>", "<a class='pagenum' id='p1'>12</a>",
         "<span epub:type='pagebreak'>12</span>",
        "<div role='doc-pagebreak'>12</div>", "<img src='x' alt='A ship'/>", "<script>x()</script>",
         "<style>p {}</style>",
        "<a href='#n1' class='fnanchor'>[1]</a>", "<a epub:type='noteref' href='notes.xhtml#n1'>1</a>",
        "<sup><a href='#n1'>1</a></sup>", "<a href='#n1'><sup>12</sup></a>", "<a href='#n1'>[a]</a>",
         "<a href='#n1'>*</a>",
        "<aside epub:type='footnote'><p>A note.</p></aside>", "<div class='footnote'><p>A note.</p></div>",
        "<div class='figcenter'><img src='x'/><p>A ship</p></div>", "<p class='caption'>A ship</p>",
        "<figure><img src='x'/><p>A ship</p></figure>", "<div class='tnote'>x</div>", "<nav><ol><li>x</li></ol></nav>",
        "<svg xmlns='http://www.w3.org/2000/svg'><text>x</text></svg>", "<p><a href='#c1'>CHAPTER I</a></p>",
        "<h2>Contents</h2><table><tr><td><a href='#a'>I.</a></td><td>x</td></tr>"
        "<tr><td><a href='#b'>II.</a></td><td>y</td></tr>"
        "<tr><td><a href='#c'>III.</a></td><td>z</td></tr></table>",
        "<ul class='toc'><li>x</li></ul>", "<p class='toc'>x</p>",
    ],
)  # fmt: skip
def test_what_is_left_out(furniture: str) -> None:
    assert walked(f"<p>one.</p>{furniture}<p>two.</p>") == [("prose", "one."), ("prose", "two.")]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p><a href='#c1'>see there</a> and go on</p>", "see there and go on"),
        ("<p>in <a href='http://a/'>1813</a></p>", "in 1813"),
        ("<p>E = mc<sup>2</sup></p>", "E = mc2"), ("<p>the <a href='#x'>12</a> men</p>", "the 12 men"),
        ("<p><span class='dropcap'>I</span>t was</p>", "It was"),
        ("<p><img class='dropcap' alt='T' src='x'/>he end</p>", "The end"),
        ("<figure><p>a letter</p></figure>", "a letter"),
    ],
)  # fmt: skip
def test_what_stays(body: str, text: str) -> None:
    assert walked(body) == [("prose", text)]


def test_entities_without_their_definition() -> None:
    doctype = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">'
    data = page("<p>a&nbsp;b&mdash;c&bomb;</p>").replace("<html", f"{doctype}<html", 1)
    assert [block.text for block in walk.blocks(tree.parse(data.encode(), 99).root)] == ["a b\u2014c"]


@pytest.mark.parametrize(("depth", "fails"), [(240, False), (255, True), (2000, True)])
def test_elements_that_nest_too_deep(depth: int, fails: bool) -> None:
    body = "<div>" * depth + "text" + "</div>" * depth
    if fails:
        with pytest.raises(Unreadable, match="too_deep"):
            walked(body)
    else:
        assert walked(body) == [("prose", "text")]


def test_a_long_preformatted_text_is_laid_out() -> None:
    lines = "\n".join(
        ["these lines are all of them about as long as others,", "for they were wrapped when the", "text was typed."]
        * 1
    )
    assert walked(f"<pre>{(lines + chr(10) * 2) * 40}</pre>")[0] == ("prose", lines.replace("\n", " "))


@given(st.text("<>/&;pbra =\"'#x1\n", max_size=120))
def test_any_markup_is_walked(text: str) -> None:
    assert all(block.text for block in walk.blocks(tree.parse(f"<html><body>a{text}".encode(), 10_000).root))
