"""What the crawler of the sample met: every response, its kind, and what should become of it."""

import gzip
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from demo import misfits
from demo.markup import Block
from demo.pages import Page, html_of, paragraphs_of, render, slug
from demo.prose import ARTICLES, GOODS, LETTERS
from demo.prose_languages import FOREIGN_ARTICLES
from demo.sites import CLUB, FOREIGN, MANUALS, PAPERS, RESELLER, SHOP, SPAM, STATION, Site
from demo.stdlib_text import articles

MANUAL_PAGES = 240
AUTHORS = (
    "Ada Whitcombe", "Bruno Keller", "Carmen Ortiz", "Dov Arieli", "Elif Sahin", "Femi Adeyemi", "Greta Lindqvist",
    "Hana Mori", "Ivo Novak", "Joan Pryce", "Kofi Mensah", "Lucie Moreau",
)  # fmt: skip
RESOLVERS = ("8.8.8.8", "9.9.9.9", "1.1.1.1", "208.67.222.222")
"""Addresses that look like anybody's and belong to public name servers."""

MISFIT_SITES = {"keyword spam": SPAM, "symbol soup": SPAM, "forecast": STATION, "listing": RESELLER}


@dataclass(frozen=True, slots=True)
class Capture:
    """One response of a web server, and what the archive does to its record."""

    kind: str
    fate: str
    """What should become of it, in words."""
    url: str
    body: bytes
    mime: str = "text/html; charset=utf-8"
    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = ()
    damage: str = ""
    """flipped (bytes of its gzip member), digest (of another payload), truncated (the file ends inside it)."""
    crawl: int | None = None
    """The crawl it belongs to; None lets the archive deal it out."""


@dataclass(frozen=True, slots=True)
class Text:
    """An article on its site, before it is a page."""

    kind: str
    fate: str
    site: Site
    page: Page
    blocks: tuple[Block, ...]

    def capture(self, charset: str = "utf-8") -> Capture:
        html = render(self.site, replace(self.page, body=html_of(self.blocks)), charset)
        body = html.encode(charset, "xmlcharrefreplace")
        return Capture(self.kind, self.fate, url_of(self.site, self.page.title), body, f"text/html; charset={charset}")


def url_of(site: Site, title: str) -> str:
    """The address of a page; a title without Latin letters gives a number."""
    return f"https://{site.host}/{slug(title) or zlib.crc32(title.encode())}"


def texts() -> list[Text]:
    """Everything worth reading, once: manuals, prose, goods, and prose in other languages."""
    return [*_manuals(), *_prose(), *_foreign()]


def _manuals() -> list[Text]:
    """An even choice among the articles of this Python's library, so that each release gives as many."""
    found = articles()
    chosen = [found[number * len(found) // MANUAL_PAGES] for number in range(MANUAL_PAGES)]
    titles = [article.title for article in chosen]
    made = []
    for number, article in enumerate(chosen):
        rng = Random(f"manual {article.title}")
        blocks = article.blocks if number % 16 else (*article.blocks, _letter(rng))
        fate = "kept, except those that a rule finds repetitive or full of code"
        site = MANUALS[number % len(MANUALS)]
        made.append(Text("manual", fate, site, _page(rng, article.title, titles), blocks))
    return made


def _prose() -> list[Text]:
    titles = [title for title, _ in (*ARTICLES, *GOODS)]
    made = []
    for number, (title, text) in enumerate(ARTICLES):
        rng = Random(f"prose {title}")
        blocks = paragraphs_of(text) if number % 3 else [*paragraphs_of(text), _letter(rng)]
        made.append(Text("prose", "kept", PAPERS[number % len(PAPERS)], _page(rng, title, titles), tuple(blocks)))
    for title, text in GOODS:
        page = _page(Random(f"goods {title}"), title, titles)
        made.append(Text("goods", "kept", SHOP, page, tuple(paragraphs_of(text))))
    return made


def _foreign() -> list[Text]:
    made = []
    for language, found in FOREIGN_ARTICLES.items():
        sites = [site for site in FOREIGN if site.language == language]
        titles = [title for title, _ in found]
        for number, (title, text) in enumerate(found):
            page = _page(Random(f"foreign {title}"), title, titles)
            blocks = tuple(paragraphs_of(text, "" if language == "ja" else " "))
            fate = "dropped by an English recipe: language"
            made.append(Text(f"prose in {language}", fate, sites[number % len(sites)], page, blocks))
    return made


def _page(rng: Random, title: str, titles: Sequence[str]) -> Page:
    published = f"{rng.randrange(2012, 2024)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"
    others = tuple(rng.choice(titles) for _ in range(6))
    return Page(title, "", rng.choice(AUTHORS), published, tuple(dict.fromkeys(others)))


def _letter(rng: Random) -> Block:
    """A paragraph with personal data."""
    name = rng.choice(AUTHORS)
    first, last = name.lower().split()
    mail, other = f"{first}.{last}@valleys.org", f"orders-{last}@mail.valleys.com"
    text = rng.choice(LETTERS).format(name=name, mail=mail, other=other, ip=rng.choice(RESOLVERS))
    return Block("paragraph", text)


def misfit_pages() -> list[Capture]:
    """The pages of `misfits.KINDS`."""
    made = []
    for kind in misfits.KINDS:
        site = MISFIT_SITES.get(kind.name, CLUB)
        for number in range(kind.pages):
            rng = Random(f"{kind.name} {number}")
            title, body = kind.make(rng)
            page = replace(_page(rng, title, [name for name, _ in ARTICLES]), body=body)
            url = f"{url_of(site, title)}-{number}"
            made.append(Capture(kind.name, kind.fate, url, render(site, page).encode()))
    return made


def packed(capture: Capture, level: int = 9) -> Capture:
    """The same response with a gzip body."""
    body = gzip.compress(capture.body, level, mtime=0)
    return replace(capture, body=body, headers=(*capture.headers, ("Content-Encoding", "gzip")))


def chunked(capture: Capture, size: int = 1500) -> Capture:
    """The same response with a chunked body."""
    pieces = [capture.body[start : start + size] for start in range(0, len(capture.body), size)]
    framed = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    return replace(capture, body=framed, headers=(*capture.headers, ("Transfer-Encoding", "chunked")))
