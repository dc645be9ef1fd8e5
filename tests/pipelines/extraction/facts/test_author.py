import pytest
from said_of import json_ld, read

SITE = '<meta property="og:site_name" content="The Valley Paper">'


def article(author: str) -> str:
    return json_ld('{"@type": "NewsArticle", "author": ' + author + "}")


@pytest.mark.parametrize(
    ("html", "author"),
    [
        ("<p>x", None),
        (article('"Ada Miller"'), "Ada Miller"),
        (article('{"@type": "Person", "name": "Ada Miller"}'), "Ada Miller"),
        (article('[{"name": "Ada Miller"}, {"name": "Ben Stone"}, {"name": "Ada Miller"}]'), "Ada Miller; Ben Stone"),
        (json_ld('{"@graph": [{"@type": "Article", "author": {"@id": "#a"}}, {"@id": "#a", "name": "Ada Miller"}]}'),
         "Ada Miller"),
        (json_ld('{"@type": "Article", "creator": ["Ada Miller"]}'), "Ada Miller"),
        (json_ld('{"@type": "Product", "review": {"author": "Ada Miller"}, "author": "Ben"}'), None),
        (article('{"@type": "Organization", "name": "Reuters"}'), "Reuters"),
        (json_ld('{"@type": "WebPage", "author": {"@type": "Organization", "name": "Reuters"}}'), None),
        ('<meta name="author" content="Ada Miller">', "Ada Miller"),
        ('<meta name="author" content="By Ada Miller and Ben Stone">', "Ada Miller; Ben Stone"),
        ('<meta name="author" content="Ada Miller, Ben Stone &amp; Cleo Day">', "Ada Miller; Ben Stone; Cleo Day"),
        ('<meta name="author" content="Ada Miller, PhD">', "Ada Miller, PhD"),
        ('<meta name="author" content="Ada Miller"><meta name="author" content="Ben Stone">', "Ada Miller; Ben Stone"),
        ('<meta name="citation_author" content="Miller, Ada"><meta name="citation_author" content="Stone, Ben">',
         "Ada Miller; Ben Stone"),
        ('<meta property="article:author" content="https://facebook.com/ada"><meta name="byl" content="By Ada Miller">',
         "Ada Miller"),
        ('<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Ada Miller">',
         "Ada Miller"),
        ('<meta name="twitter:label1" content="Reading time"><meta name="twitter:data1" content="5 minutes">', None),
        # no names
        ('<meta name="author" content="ada@valley.example">', None),
        ('<meta name="author" content="www.valley.example">', None),
        ('<meta name="author" content="admin">', None),
        ('<meta name="author" content="Administrator">', None),
        ('<meta name="author" content="someuser1">', None),
        ('<meta name="author" content="undefined">', None),
        ('<meta name="author" content="The Author">', None),
        ('<meta name="author" content="The Associated Press">', "The Associated Press"),
        ('<meta name="author" content="2019">', None),
        ('<meta name="author" content="' + "x" * 1_000_000 + '">', None),
        (article('"\\u0000\\ud800"'), None),
        # the site itself
        (SITE + '<meta name="author" content="The Valley Paper">', None),
        (SITE + '<meta name="author" content="The Valley Paper; Ada Miller">', "Ada Miller"),
        (SITE + article('{"@type": "Organization", "name": "The Valley Paper"}'), None),
        ('<meta property="og:site_name" content="Ada Miller">' + article('{"@type": "Person", "name": "Ada Miller"}'),
         "Ada Miller"),
        # the body
        ('<div itemprop="author" itemscope><span itemprop="name">Ada Miller</span> writes</div>', "Ada Miller"),
        ('<div itemprop="author" content="Ada Miller">x</div>', "Ada Miller"),
        ('<div itemscope itemtype="https://schema.org/Comment"><b itemprop="author">Ben Stone</b></div>', None),
        ('<div itemscope itemtype="https://schema.org/Article"><b itemprop="author">Ben Stone</b></div>', "Ben Stone"),
        ('<a rel="author" href="x">Ada Miller</a><a rel="author" href="x">Ada Miller</a>', "Ada Miller"),
        ('<a rel="author" href="x">Ada Miller</a><a rel="author" href="y">Ben Stone</a>', None),  # a list
        ('<p class="byline">By Ada Miller</p>', "Ada Miller"),
        ('<p class="byline">By Ada Miller, May 4, 2019</p>', None),
        ('<p class="author">Ada Miller is a writer who lives by the river</p>', None),
        ('<p class="author">Written by</p><p class="author-name">Ada Miller</p>', "Ada Miller"),
        ('<p class="authority">Ada Miller</p>', None),
        ("<p>By Ada Miller</p>", None),
        ("<h1>High water</h1><p>By Ada Miller</p>", "Ada Miller"),
        ("<h1>High water</h1><p>Written by <a href='x'>Ada Miller</a>, May 4</p>", "Ada Miller"),
        ("<h1>High water</h1><p>By the river</p>", None),
        ("<h1>High water</h1><p>By and by the fields lay under water and nobody came.</p>", None),
        (f"<h1>a</h1><p>{'x' * 298}</p><p>By Ada Miller</p>", "Ada Miller"),
        (f"<h1>a</h1><p>{'x' * 299}</p><p>By Ada Miller</p>", None),
    ],
)  # fmt: skip
def test_authors(html: str, author: str | None) -> None:
    assert read(html, "https://a.example/blog/x").author == author


@pytest.mark.parametrize(
    ("url", "author"),
    [
        ("https://a.example/blog/x", "Ada Miller"),
        ("https://a.example/products/x", None),
        ("https://a.example/", None),
        ("https://a.example/threads/x", None),
    ],
)
def test_whose_bylines_are_believed(url: str, author: str | None) -> None:
    assert read('<p class="byline">By Ada Miller</p>', url).author == author


def test_the_first_of_a_thread_is_its_author() -> None:
    html = '<b itemprop="author">ada_1</b><b itemprop="author">ben</b>'
    assert read(html, "https://a.example/threads/x").author == "ada_1"


def test_a_sites_first_page_has_no_author() -> None:
    html = '<meta name="author" content="Ada Miller">'
    assert read(html, "https://a.example").author is None
    assert read(html, None).author == "Ada Miller"


@pytest.mark.parametrize("count", [30, 31])
def test_so_many_authors(count: int) -> None:
    found = read("".join(f'<meta name="author" content="Ada {chr(65 + n % 26)}{n}">' for n in range(count))).author
    assert found is not None
    assert len(found.split("; ")) == 30
