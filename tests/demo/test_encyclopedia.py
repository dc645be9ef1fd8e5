import bz2
import xml.etree.ElementTree as ET

from demo.encyclopedia import PAGES_A_STREAM, dump, pages

EXPORT = "{http://www.mediawiki.org/xml/export-0.11/}"


def test_the_dump_is_what_it_is_made_of() -> None:
    data = dump()
    root = ET.fromstring(bz2.decompress(data))
    read = [
        (page.findtext(f"{EXPORT}title"), int(page.findtext(f"{EXPORT}ns") or -1),
         page.findtext(f"{EXPORT}revision/{EXPORT}text"))
        for page in root.iter(f"{EXPORT}page")
    ]  # fmt: skip
    assert read == [(page.title, page.namespace, page.text) for page in pages()]
    ids = [number.text for number in root.iter(f"{EXPORT}id")]
    assert len(set(ids) - {"1"}) == 2 * len(read) - 1  # of pages and revisions; 1 is the contributor's as well
    streams = -(-len(read) // PAGES_A_STREAM)
    assert data.count(b"BZh9") == streams + 2  # the head and the tail have one each


def test_there_is_a_page_of_each_sort() -> None:
    assert len(pages()) == 12
    assert {page.namespace for page in pages()} == {0, 1, 10}
    assert sum(bool(page.target) for page in pages()) == 1
