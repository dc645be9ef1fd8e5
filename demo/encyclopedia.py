"""A dump of a small wiki, as MediaWiki writes them: articles with their markup, and the pages that are none."""

import bz2
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from demo.prose import ARTICLES

FILE = "wiki-pages-articles-multistream.xml.bz2"
PAGES_A_STREAM = 5
_HEAD = """\
<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">
  <siteinfo>
    <sitename>Pocket Encyclopedia</sitename>
    <dbname>pocketwiki</dbname>
    <base>https://wiki.example/wiki/Main_Page</base>
    <generator>demo</generator>
    <case>first-letter</case>
    <namespaces>
      <namespace key="0" case="first-letter" />
      <namespace key="1" case="first-letter">Talk</namespace>
      <namespace key="6" case="first-letter">File</namespace>
      <namespace key="10" case="first-letter">Template</namespace>
      <namespace key="14" case="first-letter">Category</namespace>
    </namespaces>
  </siteinfo>
"""
_PAGE = """\
  <page>
    <title>{title}</title>
    <ns>{namespace}</ns>
    <id>{number}</id>
{redirect}    <revision>
      <id>{revision}</id>
      <timestamp>2026-0{month}-11T08:00:00Z</timestamp>
      <contributor><username>Librarian</username><id>1</id></contributor>
      <model>wikitext</model>
      <format>text/x-wiki</format>
      <text bytes="{size}" xml:space="preserve">{text}</text>
    </revision>
  </page>
"""
_ARTICLE = """\
{{{{Short description|An article of the demonstration}}}}
{{{{Infobox topic
| name  = {title}
| image = Picture.jpg
}}}}
[[File:Picture.jpg|thumb|What it [[looks]] like]]
'''{title}''' is told here in full.<ref name="a">{{{{cite web |url=https://example.org/ |title=Somewhere else}}}}</ref>

{body}

== Measures ==
A long path takes {{{{convert|3|km|mi}}}}, and {{{{nowrap|four hours}}}}.<ref name="a" />

{{| class="wikitable"
! Part !! Time
|-
| First || {{{{circa}}}} 1801
|}}

== References ==
{{{{reflist}}}}

[[Category:Articles of the demonstration]]
"""
_OTHERS = (
    ("Tomato", 0, "#REDIRECT [[Starting tomatoes on a cold windowsill]]", "Starting tomatoes on a cold windowsill"),
    ("Talk:Tomato", 1, "I would move this page. ~~~~", ""),
    ("Template:Notice", 10, "<div>{{{1|}}}</div>", ""),
    ("Tide (disambiguation)", 0, "'''Tide''' may be:\n* [[Tide]], of the sea\n* [[Tide (band)]]\n{{disambig}}", ""),
    ("List of loaves", 0, "\n".join(f"* [[Loaf of kind {n}]]" for n in range(30)), ""),
)  # fmt: skip
"""What is no article: title, namespace, text, and where it leads to."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the wiki."""

    title: str
    namespace: int
    text: str
    target: str = ""
    """Of a redirect."""


def pages() -> list[Page]:
    """Every other article of the sample, which so stands in a crawl as well, and the pages that are none."""
    articles = [Page(title, 0, _ARTICLE.format(title=title, body=_body(prose))) for title, prose in ARTICLES[::2]]
    return [*articles, *(Page(*other) for other in _OTHERS)]


def _body(prose: str) -> str:
    """A paragraph a line."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in prose.split("\n\n"))


def dump() -> bytes:
    """The file: several bzip2 streams, each with a few pages."""
    return b"".join(bz2.compress(part.encode()) for part in _streams())


def _streams() -> Iterator[str]:
    yield _HEAD
    written = [_page(number, page) for number, page in enumerate(pages(), 1)]
    for at in range(0, len(written), PAGES_A_STREAM):
        yield "".join(written[at : at + PAGES_A_STREAM])
    yield "</mediawiki>\n"


def _page(number: int, page: Page) -> str:
    text = escape(page.text)
    redirect = f'    <redirect title="{escape(page.target)}" />\n' if page.target else ""
    return _PAGE.format(
        title=escape(page.title), namespace=page.namespace, number=number, redirect=redirect, revision=1000 + number,
        month=1 + number % 9, size=len(page.text.encode()), text=text,
    )  # fmt: skip
