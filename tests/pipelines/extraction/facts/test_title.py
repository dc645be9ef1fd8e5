import pytest
from said_of import json_ld, read

SITE = '<meta property="og:site_name" content="The Valley Paper">'


def titled(title: str, body: str = "", og: str = "", head: str = "") -> str:
    shared = f'<meta property="og:title" content="{og}">' if og else ""
    return f"<html><head><title>{title}</title>{shared}{head}</head><body>{body}<p>x"


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("", None),
        ("<p>x", None),
        (titled("| "), None),
        (titled("High water"), "High water"),
        (titled("\n High \t water&nbsp;&amp; more\r\n"), "High water & more"),
        (titled("R&amp;amp;D"), "R&D"),
        # a site's name goes, on either side and behind any mark
        (titled("High water | The Valley Paper", head=SITE), "High water"),
        (titled("High water - The Valley Paper", head=SITE), "High water"),
        (titled("High water \u00b7 The Valley Paper", head=SITE), "High water"),
        (titled("High water \u2014 The Valley Paper", head=SITE), "High water"),
        (titled("The Valley Paper \u00bb High water", head=SITE), "High water"),
        (titled("The Valley Paper: High water", head=SITE), "High water"),
        (titled("High water | News | The Valley Paper", head=SITE), "High water | News"),
        (titled("High water | Valley"), "High water"),
        (titled("High water - valley.example"), "High water"),
        (titled("High water | The Paper", head=json_ld('{"publisher": {"name": "The Paper"}}')), "High water"),
        (titled("High water | V", "<h1>High water</h1>"), "High water"),
        (titled("High water | V", og="High water"), "High water"),
        # what is no site's name stays
        (titled("High water - a report"), "High water - a report"),
        (titled("High water | The Hill Paper", head=SITE), "High water | The Hill Paper"),
        (titled("Spider-Man | The Valley Paper", head=SITE), "Spider-Man"),
        (titled("2019-2020"), "2019-2020"),
        (titled("The Valley Paper", head=SITE), "The Valley Paper"),
        # headings
        (titled("x", "<h1>The high water of the valley</h1>", og="The high water of the valley | Paper"),
         "The high water of the valley"),
        (titled("High water", "<h1>The Valley Paper</h1><h1>High water</h1>", head=SITE), "High water"),
        (titled("High water", "<h1>Subscribe now</h1><h1>High water</h1>"), "High water"),
        (titled("High water in the valley today", "<h1>High water in the valley</h1>"), "High water in the valley"),
        (titled("High water in the valley", "<h1>Subscribe now</h1>"), "High water in the valley"),
        (titled("High water", "<h1>High water | The Valley Paper</h1>", head=SITE), "High water"),
        (titled("", "<h1> </h1><h1>High<br>water</h1>"), "High water"),
        (titled("", "<h1>High water\u00b6</h1>"), "High water"),
        (titled("Traits - The Book of Rust", "<h1>The Book of Rust</h1>"), "The Book of Rust"),
        (titled("x" * 500), "x" * 500),
        (titled("x" * 501), None),
        (titled("", "<svg><title>Logo</title></svg>"), "Logo"),
    ],
)  # fmt: skip
def test_titles(html: str, title: str | None) -> None:
    assert read(html).title == title


def test_the_address_tells_a_chapter_from_its_book() -> None:
    html = titled("Traits - The Book of Rust", "<h1>The Book of Rust</h1>")
    assert read(html, "https://doc.example/ch10-traits.html").title == "Traits"
    assert read(html, "https://doc.example/the-book-of-rust").title == "The Book of Rust"


def test_a_sites_first_page_keeps_what_follows_its_name() -> None:
    html = titled("Valley - all about the water | Valley")
    assert read(html, "https://valley.example/").title == "Valley - all about the water"
    assert read(html, "https://valley.example/a").title == "all about the water"
    assert read(html, None).title == "Valley - all about the water | Valley"
