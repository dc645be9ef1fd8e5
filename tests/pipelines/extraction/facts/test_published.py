import pytest
from said_of import json_ld, read

DAY = "2019-05-04"
ARTICLE = '<meta property="og:type" content="article">'


@pytest.mark.parametrize(
    ("html", "date"),
    [
        ("<p>x", None),
        ('<meta property="article:published_time" content="2019-05-04T08:00:00+02:00">', DAY),
        ('<meta name="DC.date.issued" content="2019-05-04">', DAY),
        ('<meta name="citation_publication_date" content="2019/05/04">', DAY),
        ('<meta itemprop="datePublished" content="2019-05-04">', DAY),
        ('<meta name="pubdate" content="20190504">', DAY),
        ('<meta name="date" content="0001-01-01"><meta name="date" content="2019-05-04">', DAY),
        (json_ld('{"@type": "NewsArticle", "datePublished": "2019-05-04T08:00Z"}'), DAY),
        (json_ld('{"@graph": [{"@type": "DiscussionForumPosting", "dateCreated": "May 4, 2019"}]}'), DAY),
        ('<p><span itemprop="datePublished" content="2019-05-04">yesterday</span>', DAY),
        ('<p><span property="schema:datePublished" content="2019-05-04T10:00">x</span>', DAY),
        ('<p><time itemprop="datePublished">4 May 2019</time>', DAY),
        ('<p><time pubdate datetime="2019-05-04">x</time><time datetime="2018-01-01">y</time>', DAY),
        ('<p><time class="entry-date published" datetime="2019-05-04">x</time>', DAY),
        ('<p><abbr class="published" title="2019-05-04T21:11:00">x</abbr>', DAY),
        # published before modified, and what was only changed has no date
        ('<meta property="article:modified_time" content="2020-01-01">', None),
        (json_ld('{"@type": "Article", "dateModified": "2020-01-01"}'), None),
        ('<meta property="og:updated_time" content="2020-01-01"><meta name="date" content="2019-05-04">', DAY),
        # what software says of every page, what is listed, and what others wrote
        (json_ld('{"@type": "WebPage", "datePublished": "2019-05-04"}'), None),
        (json_ld('{"@type": "ItemList", "about": [{"@type": "Report", "datePublished": "2019-05-04"}]}'), None),
        # nonsense
        ('<meta name="date" content="1970-01-01">', None),
        ('<meta name="date" content="2099-01-01">', None),
        ('<meta name="date" content="03/04/2019">', None),
        ('<meta name="date" content="' + "9" * 1_000_000 + '">', None),
        # texts of the body: of articles alone
        (ARTICLE + "<h1>High water</h1><p>May 4, 2019</p>", DAY),
        (ARTICLE + "<p>May 4, 2019</p><h1>High water</h1><p>x", DAY),
        (ARTICLE + "<h1>a</h1><p>x</p><time datetime='2019-05-04'>x</time>", DAY),
        (ARTICLE + "<time datetime='2019-05-04'>x</time><time datetime='2019-05-05'>x</time>", None),
        (ARTICLE + f"<h1>a</h1><p>{'x' * 1000}</p><p>May 4, 2019</p>", None),
        (ARTICLE + f"<h1>a</h1><p>{'x' * 998}</p><p>May 4, 2019</p>", DAY),
        (ARTICLE + f"<h1>a</h1><p>May 4, 2019 {'x' * 50}</p>", None),
        (ARTICLE + f"<h1>a</h1><p>{'x' * 1000}</p><p class='post-date'>May 4, 2019</p>", DAY),
        ("<h1>High water</h1><p>May 4, 2019</p><time datetime='2019-05-04'>x</time>", None),
    ],
)  # fmt: skip
def test_dates(html: str, date: str | None) -> None:
    assert read(html, "https://a.example/x").date == date


@pytest.mark.parametrize(
    ("url", "date"),
    [
        ("https://a.example/2019/05/04/high-water", DAY),
        ("https://a.example/2019/5/4/high-water", DAY),
        ("https://a.example/news/2019-05-04-high-water", DAY),
        ("https://a.example/20190504/x", DAY),
        ("https://a.example/2019/may/04/high-water", DAY),
        ("https://a.example/2019/05/high-water", None),
        ("https://a.example/2019/13/04/x", None),
        ("https://a.example/2030/05/04/x", None),  # after the capture
        ("https://a.example/201905041", None),
        ("https://a.example/?d=/2019/05/04/", None),
        (None, None),
        ("http://[", None),
    ],
)
def test_dates_in_addresses(url: str | None, date: str | None) -> None:
    assert read("<p>x", url).date == date


@pytest.mark.parametrize(
    ("url", "date"),
    [
        ("https://a.example/blog/x", DAY),
        ("https://a.example/how-high-the-water", DAY),  # a sentence
        ("https://a.example/high-water", None),
        ("https://a.example/", None),
        ("https://a.example/forum/viewtopic.php?t=1", None),  # a thread has no date but that of an element
    ],
)
def test_whose_body_is_believed(url: str, date: str | None) -> None:
    assert read("<h1>High water</h1><p>May 4, 2019</p>", url).date == date


def test_a_thread_is_as_old_as_its_first_post() -> None:
    html = "<time datetime='2019-05-04T10:00'>x</time><time datetime='2020-01-01'>y</time>"
    assert read(html, "https://a.example/threads/high-water.12/").date == DAY
    assert read(html, "https://a.example/x").date is None


@pytest.mark.parametrize(
    ("stated", "captured", "date"),
    [
        ("2026-01-31T23:00:00", "2026-01-31T00:00:00Z", "2026-01-31"),
        ("2026-02-01T00:00:00Z", "2026-01-31T23:59:59Z", None),
        ("2026-02-01T03:00:00+09:00", "2026-01-31T19:00:00Z", "2026-01-31"),  # where it is captured it is yesterday
        ("2026-02-01T03:00:00+09:00", "2026-02-01T19:00:00Z", "2026-02-01"),
        ("2098-05-06", None, "2098-05-06"),
        ("2098-05-06", "no date", "2098-05-06"),
        ("2100-05-06", None, None),
    ],
)
def test_no_date_after_the_capture(stated: str, captured: str | None, date: str | None) -> None:
    assert read(f'<meta name="date" content="{stated}">', captured=captured).date == date


def test_the_day_is_looked_for_beside_the_pages_own_heading() -> None:
    far = f"<p>{'x' * 500}" * 3
    html = f"<title>High water</title><h1>Shop</h1><p>1 May 2019{far}<h1>High water</h1><p>4 May 2019"
    assert read(html, "https://a.example/blog/x").date == DAY
