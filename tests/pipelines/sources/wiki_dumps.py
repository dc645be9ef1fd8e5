"""Dumps of a wiki made for the tests, in XML and in HTML, and what the source makes of them."""

import io
import json
import tarfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from winnow.pipelines.sources.base import Census, Record
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.wikipedia.source import Wikipedia

EXCERPT = Path(__file__).resolve().parents[3] / "../shared/data/wikipedia/enwiki-pages-articles-shortened.xml.bz2"

HEAD = """\
<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">
  <siteinfo>
    <sitename>Wikipedia</sitename>
    <dbname>enwiki</dbname>
    <base>https://en.wikipedia.org/wiki/Main_Page</base>
    <generator>MediaWiki 1.45.0</generator>
    <case>first-letter</case>
    <namespaces>
      <namespace key="0" case="first-letter" />
      <namespace key="6" case="first-letter">File</namespace>
      <namespace key="14" case="first-letter">Category</namespace>
    </namespaces>
  </siteinfo>
"""
TAIL = "</mediawiki>\n"


def page(
    number: int, text: str = "", *, title: str = "", ns: str = "0", redirect: str | None = None,
    model: str = "wikitext", more: str = "",
) -> str:  # fmt: skip
    """A page as export 0.11 writes it; its revision's number is its own and 1000."""
    to = "" if redirect is None else f"    <redirect title={quoteattr(redirect)} />\n"
    return f"""\
  <page>
    <title>{escape(title or f"Page {number}")}</title>
    <ns>{ns}</ns>
    <id>{number}</id>
{to}    <revision>
      <id>{1000 + number}</id>
      <timestamp>2026-01-02T03:04:05Z</timestamp>
      <contributor>
        <username>Ada</username>
        <id>77</id>
      </contributor>
      <comment>a comment</comment>
      <origin>{1000 + number}</origin>
      <model>{model}</model>
      <format>text/x-wiki</format>
      <text bytes="{len(text)}" xml:space="preserve">{escape(text)}</text>
{more}    </revision>
  </page>
"""


def dump(*pages: str, head: str = HEAD, tail: str = TAIL) -> bytes:
    return (head + "".join(pages) + tail).encode()


def article(number: int, html: str | None = "<p>text</p>", **more: Any) -> dict[str, Any]:
    """A page as Wikimedia Enterprise has it, the same page as `page(number)`."""
    return {
        "name": f"Page {number}", "identifier": number, "date_modified": "2026-01-02T03:04:05Z",
        "version": {"identifier": 1000 + number, "comment": "a comment", "editor": {"identifier": 77, "name": "Ada"}},
        "url": f"https://en.wikipedia.org/wiki/Page_{number}", "namespace": {"name": "Article", "identifier": 0},
        "in_language": {"name": "English", "identifier": "en"}, "main_entity": {"identifier": f"Q{number}"},
        "is_part_of": {"name": "Wikipedia", "identifier": "enwiki"},
        "article_body": {"html": html, "wikitext": "text"}, "redirects": [{"name": "Another", "url": "https://x"}],
        "license": [{"name": "Creative Commons Attribution Share Alike 4.0", "identifier": "CC-BY-SA-4.0"}],
    } | more  # fmt: skip


def lines(*articles: object) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in articles)


def tar(members: dict[str, bytes], kind: int = tarfile.GNU_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=kind) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def census(data: bytes) -> Census:
    return Wikipedia().scan(io.BytesIO(data))


def kinds(data: bytes) -> list[str]:
    return [item.kind for item in census(data).items]


def shape(data: bytes) -> list[tuple[int, int, str]]:
    return [(item.offset, item.length, item.kind) for item in census(data).items]


def records(data: bytes, settings: Wikipedia | None = None) -> list[Record]:
    """One an item, read in one run."""
    found = census(data)
    file = FileBytes(io.BytesIO(data), seen=found.seen("a dump"), starts=found.starts)
    return list((settings or Wikipedia()).read(file, found.items, found.layout))


def pages(data: bytes, settings: Wikipedia | None = None) -> list[Record]:
    """Those that are no markup and no blank line."""
    return [record for record in records(data, settings) if record.kind in ("page", "gap")]


def ends(data: bytes, settings: Wikipedia | None = None) -> list[str]:
    """The text of each page, or the rule that it broke."""
    found = pages(data, settings)
    return [r.reject.rule if r.reject else r.contents[0].text.partition("\n")[2] for r in found]
