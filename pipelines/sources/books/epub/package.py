"""The package file of an EPUB (OPF 2 and 3): what is known of the book, and its pages in reading order."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from winnow.pipelines.sources import facts as known
from winnow.pipelines.sources.books import characters
from winnow.pipelines.sources.books.book import Facts, Unreadable
from winnow.pipelines.sources.books.epub.archive import Archive, joined
from winnow.pipelines.sources.books.languages import code_of
from winnow.pipelines.sources.books.markup import tree
from winnow.pipelines.sources.books.markup.roles import name_of

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""Ways to hide fonts, which are no text."""
_OTHERS = {"word/document.xml": "a Word document", "content.xml": "an OpenDocument file"}
"""Zip files that are no EPUB, by an entry of theirs."""
_PAGES = ("application/xhtml+xml", "text/html", "application/xml", "text/xml")
_LICENSES = {
    re.compile(r"creativecommons\.org/publicdomain/zero/1\.0|\bcc0\b", re.IGNORECASE): "CC0-1.0",
    re.compile(r"creativecommons\.org/publicdomain/mark", re.IGNORECASE): "",
}
_CREATIVE = re.compile(r"creativecommons\.org/licenses/(by(?:-(?:nc|nd|sa|nc-sa|nc-nd))?)/(\d\.\d)", re.IGNORECASE)
_CREATIVE_SHORT = re.compile(r"\bCC[ -](BY(?:-(?:NC-SA|NC-ND|NC|ND|SA))?)[ -](\d\.\d)\b", re.IGNORECASE)
_REMAKERS = re.compile(r"project gutenberg|standard ebooks", re.IGNORECASE)
"""Who publishes files of old books: their date is the file's, not the book's."""
_GUTENBERG = re.compile(r"gutenberg\.org/(?:ebooks/|files/|etext/)?(\d{1,6})")
_YEAR = re.compile(r"\d{4}")
_SKIPPED = ("cover", "toc", "title-page", "titlepage", "copyright-page", "colophon", "loi", "lot")
MOST_PAGES = 5_000
_MOST = 300


@dataclass(frozen=True)
class Entry:
    """A page of the book."""

    name: str
    """In the archive."""
    id: str
    skipped: bool
    """Whether the package says that it is navigation, a cover or the like."""


@dataclass(frozen=True)
class Package:
    facts: Facts
    pages: list[Entry]


def read(archive: Archive) -> Package:
    """The package of an EPUB; raise Unreadable where it has none, or names no page that is there."""
    for entry, name in _OTHERS.items():
        if archive.has(entry):
            raise Unreadable("format", detail=f"{name} is not read here: make text of it, as by pandoc")
    _check_encryption(archive)
    name = _package_name(archive)
    root = tree.xml(archive.read(name))
    pages = [*_pages(root, posixpath.dirname(name), archive)]
    if not pages:
        raise Unreadable("no_spine", detail="the package names no page that is in the file")
    return Package(_facts(root), pages)


def _check_encryption(archive: Archive) -> None:
    if archive.has("META-INF/sinf.xml"):
        raise Unreadable("encrypted", detail="protected by FairPlay")
    if not archive.has(_ENCRYPTION):
        return
    for element in tree.xml(archive.read(_ENCRYPTION)).iter():
        of_data = name_of(element) == "encryptionmethod" and name_of(element.getparent()) == "encrypteddata"
        if of_data and element.get("Algorithm") not in _FONTS:
            raise Unreadable("encrypted", detail=f"protected: {element.get('Algorithm')}"[:200])


def _package_name(archive: Archive) -> str:
    """The name of the package file: as the container says, else the only one there is."""
    named = list[str]()
    if archive.has(_CONTAINER):
        container = tree.xml(archive.read(_CONTAINER))
        named = [
            joined("", path)
            for each in container.iter()
            if name_of(each) == "rootfile" and (path := each.get("full-path"))
        ]
    found = [name for name in named if archive.has(name)] or sorted(
        n for n in archive.names() if n.lower().endswith(".opf")
    )
    if not found:
        raise Unreadable("no_spine", detail="a zip file without a package file (.opf): if books are in it, unpack them")
    return found[0]


def _pages(root: Any, folder: str, archive: Archive) -> Iterator[Entry]:
    """The pages of the spine that are there, each once; auxiliary ones only if all are called so."""
    manifest, skipped, spine = dict[str, Any](), set[str](), list[Any]()
    for element in root.iter():
        name = name_of(element)
        if name == "item":
            manifest[element.get("id", "")] = element
        elif name == "itemref":
            spine.append(element)
        elif name == "reference" and element.get("type", "").lower() in _SKIPPED:
            skipped.add(joined(folder, element.get("href", "")))
    linear = [each for each in spine if each.get("linear", "yes") != "no"] or spine
    seen = set[str]()
    for each in linear[:MOST_PAGES]:
        item = manifest.get(each.get("idref", ""))
        if item is None or item.get("media-type", "").lower() not in _PAGES:
            continue
        name = joined(folder, item.get("href", ""))
        if archive.has(name) and name not in seen:
            seen.add(name)
            is_navigation = "nav" in item.get("properties", "").split()
            yield Entry(name, item.get("id", ""), is_navigation or (name in skipped and len(skipped) < len(linear)))


def _facts(root: Any) -> Facts:
    found = dict[str, list[Any]]()
    for element in root.iter():
        if "metadata" in {name_of(parent) for parent in element.iterancestors()}:
            found.setdefault(name_of(element), []).append(element)
    texts = {name: [text for each in elements if (text := _text(each))] for name, elements in found.items()}
    title, language = _first(texts, "title"), _first(texts, "language")
    meta = {name: value for name in ("publisher", "translator") if (value := _first(texts, name))}
    identifiers = [*texts.get("identifier", []), *texts.get("source", [])]
    number = next((match[1] for text in identifiers if (match := _GUTENBERG.search(text))), None)
    if number:
        meta["gutenberg"] = number
    url = next((text for text in texts.get("identifier", []) if text.startswith(("http://", "https://"))), None)
    date = _date(found.get("date", []))
    if date and _REMAKERS.search(meta.get("publisher", "")):
        meta["released"], date = date, None
    rights = _first(texts, "rights", 2000)
    if rights:
        meta["rights"] = rights[:_MOST]
    code = code_of(language)
    if language and language.lower() != code:
        meta["language"] = language
    return Facts(
        title, "; ".join(_creators(found.get("creator", []), root)) or None, code, date, license_of(rights), url, meta
    )


def license_of(rights: str | None) -> str | None:
    """The license that a statement of rights grants, as SPDX spells it; None where it is none of Creative Commons."""
    for form, license in _LICENSES.items():
        if form.search(rights or ""):
            return license or None
    match = _CREATIVE.search(rights or "") or _CREATIVE_SHORT.search(rights or "")
    return f"CC-{match[1].upper()}-{match[2]}" if match else None


def _creators(elements: list[Any], root: Any) -> Iterator[str]:
    """The names of those who wrote it: of creators who have another role none."""
    roles = {each.get("refines", "").lstrip("#"): _text(each) for each in root.iter()
             if name_of(each) == "meta" and each.get("property") == "role"}  # fmt: skip
    seen = set[str]()
    for each in elements:
        role = next((value for name, value in each.attrib.items() if name.rpartition("}")[2] == "role"), None)
        role = role or roles.get(each.get("id", ""))
        name = _text(each)
        if name and role in (None, "aut") and name not in seen:
            seen.add(name)
            yield name


def _date(elements: list[Any]) -> str | None:
    """The date of publication: that which says so, else the first that does not say otherwise."""
    events = [
        (next((v for n, v in each.attrib.items() if n.rpartition("}")[2] == "event"), ""), _text(each))
        for each in elements
    ]
    for wanted in ("original-publication", "publication", ""):
        for event, text in events:
            if event == wanted and text and (found := known.date(text) or _year(text)):
                return found[:10]
    return None


def _year(text: str) -> str | None:
    found = _YEAR.match(text)
    return found[0] if found else None


def _first(texts: dict[str, list[str]], name: str, most: int = _MOST) -> str | None:
    return texts[name][0][:most] if texts.get(name) else None


def _text(element: Any) -> str | None:
    return " ".join(characters.clean("".join(element.itertext())).split())[:2000] or None
