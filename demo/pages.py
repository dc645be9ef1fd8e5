"""Web pages as the web has them: a text in the layout of a site, with all that an extractor must take away again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from demo.markup import Block
from demo.sites import LABELS, Site


@dataclass(frozen=True, slots=True)
class Page:
    """What a page is about; the site adds the rest."""

    title: str
    body: str
    """HTML of the text itself, see `html_of`."""
    author: str
    published: str
    """ISO date."""
    related: tuple[str, ...] = ()
    """Titles of other pages, listed beside the text."""


def html_of(blocks: Sequence[Block]) -> str:
    """Blocks as HTML: paragraphs, headings, lists, code."""
    tags = {"paragraph": "p", "heading": "h2", "item": "li", "code": "pre"}
    pieces: list[str] = []
    for position, block in enumerate(blocks):
        before = blocks[position - 1].kind if position else ""
        after = blocks[position + 1].kind if position + 1 < len(blocks) else ""
        opening = "<ul>\n" if block.kind == "item" and before != "item" else ""
        closing = "\n</ul>" if block.kind == "item" and after != "item" else ""
        tag = tags[block.kind]
        pieces.append(f"{opening}<{tag}>{escape(block.text, quote=False)}</{tag}>{closing}")
    return "\n".join(pieces)


def paragraphs_of(text: str, joint: str = " ") -> list[Block]:
    """Blocks of prose whose paragraphs are parted by empty lines; `joint` goes where a line was broken."""
    return [Block("paragraph", joint.join(piece.split("\n"))) for piece in text.split("\n\n")]


def render(site: Site, page: Page, charset: str = "utf-8") -> str:
    """The whole HTML page."""
    inner = {"blog": _blog, "news": _news, "forum": _forum, "docs": _docs, "shop": _shop}[site.layout](site, page)
    return f"""<!DOCTYPE html>
<html lang="{site.language}">
{_head(site, page, charset)}
<body class="{site.layout}">
{_cookie_banner(site)}
{_header(site)}
{inner}
{_footer(site)}
</body>
</html>
"""


def slug(title: str) -> str:
    """The last part of a URL: ASCII letters, digits and hyphens."""
    words = "".join(char if char.isascii() and char.isalnum() else " " for char in title.lower()).split()
    return "-".join(words[:9])


def _head(site: Site, page: Page, charset: str) -> str:
    facts = {
        "@context": "https://schema.org", "@type": "Article", "headline": page.title,
        "datePublished": page.published, "author": {"@type": "Person", "name": page.author},
        "publisher": {"@type": "Organization", "name": site.name},
    }  # fmt: skip
    linked = f'<script type="application/ld+json">{json.dumps(facts, ensure_ascii=False)}</script>'
    return f"""<head>
<meta charset="{charset}">
<title>{escape(page.title)} | {escape(site.name)}</title>
<meta name="author" content="{escape(page.author)}">
<meta property="og:site_name" content="{escape(site.name)}">
<meta property="og:title" content="{escape(page.title)}">
<meta property="article:published_time" content="{page.published}T08:00:00Z">
{linked if site.layout in ("news", "blog") else ""}
<link rel="stylesheet" href="/assets/site.css">
<style>.banner{{position:fixed;bottom:0}} nav li{{display:inline}} @media print{{nav{{display:none}}}}</style>
<script>window.dataLayer=window.dataLayer||[];function track(){{dataLayer.push(arguments);}}track('js',1);</script>
</head>"""


def _cookie_banner(site: Site) -> str:
    words = LABELS[site.language]
    return f"""<div class="cookie-banner banner" role="dialog"><p>{words.cookies}</p>
<button>{words.accept}</button> <a href="/cookies">?</a></div>"""


def _header(site: Site) -> str:
    links = _links(LABELS[site.language].menu)
    return f"""<header><a class="logo" href="/">{escape(site.name)}</a>
<nav><ul>
{links}
</ul></nav></header>"""


def _links(titles: Sequence[str]) -> str:
    return "\n".join(f'<li><a href="/{slug(title) or "p"}">{escape(title)}</a></li>' for title in titles)


def _closing(site: Site) -> str:
    return f"\n<p>{site.closing}</p>" if site.closing else ""


def _aside(site: Site, page: Page) -> str:
    words = LABELS[site.language]
    return f"""<aside class="sidebar"><h3>{words.related}</h3>
<ul>
{_links(page.related)}
</ul>
<div class="newsletter"><p>{words.subscribe}</p><input type="email"><button>OK</button></div></aside>"""


def _footer(site: Site) -> str:
    words = LABELS[site.language]
    return f"""<footer class="site-footer"><ul>
{_links(words.menu[3:])}
</ul><p>&copy; {escape(site.name)}. {words.rights}</p></footer>"""


def _blog(site: Site, page: Page) -> str:
    return f"""<main><article class="post">
<h1>{escape(page.title)}</h1>
<div class="meta"><span class="author">{escape(page.author)}</span> <time>{page.published}</time></div>
<div class="entry-content">
{page.body}{_closing(site)}
</div>
<div class="share"><a href="#">Mail</a> <a href="#">Print</a></div>
</article></main>
{_aside(site, page)}"""


def _news(site: Site, page: Page) -> str:
    words = LABELS[site.language]
    return f"""<div class="breadcrumb"><a href="/">{words.menu[0]}</a> &raquo;
<a href="/topics">{words.menu[2]}</a></div>
{_aside(site, page)}
<article itemscope><header><h1 itemprop="headline">{escape(page.title)}</h1>
<p class="byline">{escape(page.author)}, {page.published}</p></header>
<figure><img src="/img/lead.jpg" alt=""></figure>
<div class="article-body" itemprop="articleBody">
{page.body}{_closing(site)}
</div></article>
<section class="teasers"><ul>
{_links(page.related)}
</ul></section>"""


def _forum(site: Site, page: Page) -> str:
    """The text as an opening post, with an answer below."""
    return f"""<div class="thread"><h1 class="thread-title">{escape(page.title)}</h1>
<div class="post" id="post-1"><div class="user"><b>{escape(page.author)}</b> Member, 214 posts</div>
<div class="post-content">
{page.body}
</div><div class="tools"><a href="#">Quote</a> <a href="#">Report</a></div></div>
<div class="post" id="post-2"><div class="user"><b>moderator</b> Staff, 9120 posts</div>
<div class="post-content"><p>Thank you for writing this up, it answers what people here ask every other week.</p></div>
</div></div>
{_aside(site, page)}"""


def _docs(site: Site, page: Page) -> str:
    return f"""<div class="layout"><div class="toc" role="navigation"><h3>Contents</h3><ul>
{_links(page.related)}
</ul></div>
<main role="main" class="document"><h1>{escape(page.title)}</h1>
<div class="body">
{page.body}
</div>
<div class="pager"><a href="/previous">Previous</a> <a href="/next">Next</a></div></main></div>"""


def _shop(site: Site, page: Page) -> str:
    price = 9 + len(page.title) % 40
    return f"""<main class="product"><h1 itemprop="name">{escape(page.title)}</h1>
<p class="price">&euro; {price}.90</p><button>Add to basket</button>
<div class="description" itemprop="description">
{page.body}
</div>
<table class="spec"><tr><th>Article</th><td>{len(page.body)}</td></tr>
<tr><th>In stock</th><td>yes</td></tr></table></main>
<div class="also"><h3>Customers also bought</h3><ul>
{_links(page.related)}
</ul></div>"""
