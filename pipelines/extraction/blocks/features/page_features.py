"""What the page says of itself: its address, its title and meta tags, its data for search engines."""

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, unquote, urlsplit

import numpy as np

from winnow.pipelines.extraction.blocks.features import characters
from winnow.pipelines.extraction.blocks.features.measures import Measures
from winnow.pipelines.extraction.blocks.features.table import Table, bit_columns, share
from winnow.pipelines.extraction.blocks.names import GROUPS
from winnow.pipelines.extraction.blocks.page import CELL, CODE, LIST, TAG_NUMBER, Page

_TYPE = re.compile(rb'"@type"\s*:\s*\[?\s*"([A-Za-z]{3,40})"')
_TYPES = (
    ("article", ("article", "blogposting", "newsarticle", "report", "opinion")),
    ("product", ("product", "offer", "productgroup", "aggregateoffer")),
    ("list", ("itemlist", "collectionpage", "searchresultspage", "blog", "offercatalog")),
    ("forum", ("discussionforumposting", "qapage", "question", "answer", "comment")),
    ("faq", ("faqpage",)),
    ("recipe", ("recipe", "howto", "course")),
    ("business", ("localbusiness", "service", "store", "restaurant", "medicalbusiness", "softwareapplication")),
    ("technical", ("techarticle", "apireference", "softwaresourcecode")),
    ("event", ("event", "jobposting", "realestatelisting", "accommodation")),
    ("person", ("person", "profilepage", "review")),
)
_ADDRESS = (
    ("dated", re.compile(r"/(?:19|20)\d\d/")),
    ("numbered", re.compile(r"\d{4,}")),
    ("forum", re.compile(r"forum|thread|topic|/t/|/comments/|community|discuss|board|/questions?/|answers")),
    ("document", re.compile(r"docs?[./]|documentation|reference|/api|manual|wiki|guide|tutorial|/learn|help")),
    ("product", re.compile(r"product|/p/|/dp/|/item|/shop|store|/buy|sku")),
    ("list", re.compile(r"categor|/tags?/|collection|catalog|search|list|archive|/c/|browse|/jobs|events|page=")),
    ("article", re.compile(r"blog|news|article|story|stories|/post|magazine|press|insight")),
    ("service", re.compile(r"service|solution|about|pricing|feature|contact|company|treatment|platform")),
)  # fmt: skip
_GENERATORS = (
    ("forum", re.compile(r"discourse|vbulletin|phpbb|xenforo|invision|flarum|nodebb|mybb|smf|vanilla|khoros", re.I)),
    ("document", re.compile(r"sphinx|docusaurus|mkdocs|gitbook|hugo|jekyll|doxygen|javadoc|vitepress|mediawiki", re.I)),
    ("blog", re.compile(r"wordpress|blogger|ghost|drupal|joomla|medium|substack", re.I)),
    ("shop", re.compile(r"shopify|woocommerce|magento|prestashop|bigcommerce|opencart", re.I)),
    ("site", re.compile(r"wix|squarespace|webflow|weebly|elementor|hubspot|duda|godaddy", re.I)),
)  # fmt: skip
_OG_TYPES = ("article", "website", "product", "profile", "video", "blog")
_NOWHERE = urlsplit("")
_MOST = 2000
"""Characters of a title, an address or a description that are read."""
_MOST_SIGNS = 2000


def add(table: Table, m: Measures, url: str | None, source: bytes) -> None:
    """Columns of the page, the same for all of its blocks, and of what each block shares with title and address."""
    _amounts(table, m)
    _declared(table, m.page, source)
    _address(table, url or "")
    _shared_words(table, m, url or "")


def _amounts(table: Table, m: Measures) -> None:
    total = max(m.length.sum(), 1.0)
    table.add("page_blocks", m.n)
    table.add("page_length", total)
    table.add("page_linked", m.linked.sum() / total)
    table.add("page_prose", m.prose.sum())
    table.add("page_prose_share", m.prose.sum() / total)
    table.add("page_prose_blocks", (m.prose > 0).mean())
    table.add("page_longest", m.length.max())
    table.add("page_h1", m.is_h1.sum())
    table.add("page_headings", m.is_heading.mean())
    table.add("page_images", m.column("images").sum())
    table.add("page_controls", m.column("controls").sum())
    for name, kind in (("lists", LIST), ("cells", CELL), ("code", CODE)):
        table.add(f"page_{name}", (m.length * (m.kind == kind)).sum() / total)
    for tag in ("article", "main", "table", "form", "nav"):
        table.add(f"page_{tag}_tags", (m.element_tag == TAG_NUMBER[tag]).sum())
    articles = np.flatnonzero(m.element_tag == TAG_NUMBER["article"])
    held = m.sums(m.length)[articles]
    table.add("page_largest_article", held.max() / total if len(held) else 0.0)
    table.add("page_ideographs", m.characters.counts[:, characters.IDEOGRAPH].sum() / total)
    body = np.flatnonzero(m.element_tag == TAG_NUMBER["body"])
    bits = m.of_elements("names")[body[:1]] if len(body) else np.zeros(1, np.int64)
    table.spread([f"body_{name}" for name, _ in GROUPS], bit_columns(bits, len(GROUPS)))


def _declared(table: Table, page: Page, source: bytes) -> None:
    meta = dict(reversed(page.meta))
    kind, generator = meta.get("og:type", "").lower(), meta.get("generator", "")[:_MOST]
    for name in _OG_TYPES:
        table.add(f"og_{name}", name in kind)
    for name, pattern in _GENERATORS:
        table.add(f"generator_{name}", pattern.search(generator) is not None)
    types = {found.lower() for found in _types(source)}
    for name, members in _TYPES:
        table.add(f"type_{name}", not types.isdisjoint(members))
    table.add("has_published_time", "article:published_time" in meta)
    table.add("description_length", len(meta.get("description", "")))


def _types(source: bytes) -> Iterator[str]:
    """What `_TYPE` finds. Pages have few "@", which are found sooner than the expression is tried."""
    at = -1
    for _ in range(_MOST_SIGNS):
        if (at := source.find(b"@", at + 1)) < 0:
            return
        if found := _TYPE.match(source, max(at - 1, 0)):
            yield found[1].decode()
    yield from map(bytes.decode, _TYPE.findall(source, at))


def _address(table: Table, url: str) -> None:
    parts = _parts(url)
    path = parts.path.lower()
    steps = [step for step in path.split("/") if step]
    last = steps[-1] if steps else ""
    table.add("address_steps", len(steps))
    table.add("address_words", last.count("-") + last.count("_"))
    table.add("address_last", len(last))
    table.add("address_query", bool(parts.query))
    where = f"{parts.netloc}{path}?{parts.query}".lower()
    for name, pattern in _ADDRESS:
        table.add(f"address_{name}", pattern.search(where) is not None)


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url[:_MOST]) if "://" in url else _NOWHERE
    except ValueError:  # an address in brackets that is none
        return _NOWHERE


def _shared_words(table: Table, m: Measures, url: str) -> None:
    """Shares of a block's words that the title, the address and the description have, and the other way round."""
    meta = dict(reversed(m.page.meta))
    title = f"{m.page.title[:_MOST]} {meta.get('og:title', '')[:_MOST]}"
    address = re.sub(r"[\W_]+", " ", unquote(_parts(url).path))
    described = f"{meta.get('description', '')[:_MOST]} {meta.get('og:description', '')[:_MOST]}"
    asked = characters.measure([title, address or " ", described or " "])
    known = m.vocabulary.distinct
    place = np.minimum(np.searchsorted(known, asked.hashes), max(len(known) - 1, 0))
    met = known[place] == asked.hashes if len(known) else np.zeros(len(place), bool)
    held = np.zeros((5, len(known)), np.int64)
    held[asked.owner[met], place[met]] = 1
    held[3], held[4] = np.frexp(m.vocabulary.counts)[1], m.vocabulary.counts == 1
    *shared, often, once = m.over_words(held.take(m.vocabulary.of, 1))
    for number, name in enumerate(("title", "address", "description")):
        wanted = len(set(asked.hashes[asked.owner == number].tolist()))
        table.add(f"{name}_of_block", share(shared[number], m.words))
        table.add(f"block_of_{name}", shared[number] / max(wanted, 1))
    table.add("often", share(often, m.words))
    table.add("once", share(once, m.words))
