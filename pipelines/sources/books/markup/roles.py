"""What an element of a book's page is for, by its name, classes, epub:type and role."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

_TYPE = "{http://www.idpf.org/2007/ops}type"
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS = HEADINGS | {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dir", "div", "dl", "dt",
    "fieldset", "figure", "footer", "header", "hgroup", "html", "li", "main", "menu", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "tfoot", "thead", "tr", "td", "th", "ul", "caption", "hr",
}  # fmt: skip
_NEVER = frozenset({
    "head", "script", "style", "svg", "math", "audio", "video", "object", "iframe", "nav", "noscript", "template",
    "form", "figcaption", "canvas", "map", "select", "textarea", "button", "embed", "applet", "title", "colgroup",
})  # fmt: skip
_PAGE = {"pagenum", "pageno", "page-num", "pagenumber", "page_number", "page-number", "pgnum", "pagebreak", "pb",
         "doc-pagebreak", "pn", "lnum", "linenum", "linenumber", "line-number"}  # fmt: skip
_NOTE = {"footnote", "footnotes", "fnote", "endnote", "endnotes", "rearnote", "rearnotes", "doc-footnote",
         "doc-endnotes", "doc-endnote", "footnotebox", "fn"}  # fmt: skip
_REFERENCE = {"fnanchor", "noteref", "footnote-ref", "footnoteref", "doc-noteref", "fnref", "backlink", "doc-backlink"}
_MAKER = {
    "tnote",
    "transnote",
    "transcriber",
    "transcribersnote",
    "transcribernote",
    "mynote",
    "tn",
    "tnbox",
    "covernote",
}
_CONTENTS = {"toc", "toc2", "tableofcontents", "table-of-contents", "doc-toc", "landmarks", "page-list", "loi", "lot"}
_PICTURE = {
    "caption",
    "figcaption",
    "figcenter",
    "figleft",
    "figright",
    "illustration",
    "illus",
    "ill",
    "figure",
    "fig",
}
_FURNITURE = frozenset({*_PAGE, *_NOTE, *_REFERENCE, *_MAKER, *_CONTENTS, *_PICTURE, "pagedecoration"})
_STANZA = frozenset({"stanza", "lg", "linegroup", "line-group"})
_LINE = frozenset({"line", "l", "vers", "verseline", "poemline", "poetry-line"})
_SHORT_ITEM = 120
"""Characters of an item in a list that is not one of paragraphs."""
_INDENT = re.compile(r"(?:i|in|indent)(\d{1,2})")
_REFERRED = re.compile(r"[\[({]?(?:\d{1,4}|[*†‡§¶]{1,4}|[a-z]{1,2})[\])}]?", re.IGNORECASE)
_LONGEST_REFERENCE, _MOST_IN_REFERENCE = 12, 8
"""Characters, and elements, of a reference."""
_BRACKETED = re.compile(r"\s*[\[({].{1,6}[\])}]\s*|\s*[*†‡§¶]{1,4}\s*")


def name_of(element: Any) -> str:
    """The tag without its namespace; empty for a comment, an entity and the like."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def roles(element: Any) -> frozenset[str]:
    """Every word of its class, epub:type and role, in lower case."""
    attributes = element.attrib
    given = (attributes.get(name) for name in ("class", _TYPE, "epub:type", "role"))
    return frozenset(word.lower() for value in given if value for word in value.split())


def is_furniture(name: str, element: Any, words: frozenset[str]) -> bool:
    """Whether nothing in it is the book's text: numbers of pages, notes, contents, pictures, scripts."""
    if name in _NEVER or (words & _FURNITURE and name != "body"):
        return True
    if name == "a":
        return _is_reference(element)
    return name == "figure" and next(element.iter("{*}img", "{*}svg"), None) is not None


def indentation(words: frozenset[str]) -> int:
    """By how much a line of verse is indented, as its class says: `i4`."""
    return next((min(int(found[1]), 12) for word in words if (found := _INDENT.fullmatch(word))), 0)


def holds_lines(name: str, element: Any, words: frozenset[str]) -> bool:
    """Whether all that stands in it on a line of its own is one: a stanza, or a list of short items."""
    if name in ("ul", "ol", "dl"):
        items = sum(1 for _ in element.iter("{*}li", "{*}dt", "{*}dd"))
        return sum(len(text) for text in element.itertext() if text) <= _SHORT_ITEM * max(1, items)
    return bool(words & _STANZA)


def is_line(words: frozenset[str]) -> bool:
    return bool(words & _LINE)


def is_contents(name: str, element: Any) -> bool:
    """Whether it is a list of links into the book: all of a paragraph, or nearly all rows of a table or a list."""
    if name == "p":
        links = {*_links(element)}
        return bool(links) and not _words(element, links)
    rows = [*element.iter("{*}tr", "{*}li")]
    linked = sum(next(_links(row), None) is not None for row in rows)
    return linked >= 3 and linked >= 0.8 * len(rows)


def _links(element: Any) -> Iterator[Any]:
    return (each for each in element.iter("{*}a") if _is_inside(each.attrib.get("href")))


def _words(element: Any, without: set[Any]) -> bool:
    """Whether there is a word in it outside of these elements."""
    texts = [
        element.text,
        *(text for child in element for text in ((None if child in without else _text(child)), child.tail)),
    ]
    return any(text and any(letter.isalnum() for letter in text) for text in texts)


def _text(element: Any) -> str:
    return "".join(text for text in element.itertext() if text)


def _is_inside(link: str | None) -> bool:
    return bool(link) and "://" not in (link or "") and not (link or "").startswith("mailto:")


def _is_reference(element: Any) -> bool:
    """A link to a note: a number, a star or a letter, set high or between brackets."""
    if (
        not _is_inside(element.attrib.get("href"))
        or next(islice(element.iter(), _MOST_IN_REFERENCE, None), None) is not None
    ):
        return False
    text = ""
    for piece in element.itertext():
        text += piece or ""
        if len(text) > _LONGEST_REFERENCE:
            return False
    text = text.strip()
    if not _REFERRED.fullmatch(text):
        return False
    parent = element.getparent()
    high = next(element.iter("{*}sup"), None) is not None or (parent is not None and name_of(parent) == "sup")
    return high or bool(_BRACKETED.fullmatch(text))
