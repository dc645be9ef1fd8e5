import bz2
import codecs
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wiki_dumps import HEAD, TAIL, census, dump, kinds, page, shape

from winnow.pipelines.sources.base import GAP
from winnow.pipelines.sources.inflate import PIECE
from winnow.pipelines.sources.wikipedia.layout import Layout, Site
from winnow.pipelines.sources.wikipedia.pages import MOST_SITES
from winnow.pipelines.sources.wikipedia.settings import PAGE
from winnow.pipelines.sources.wikipedia.tiles import MARKUP

P = b"<page></page>"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (P, [(0, 13, PAGE)]),
        (b"<a>" + P, [(0, 3, MARKUP), (3, 13, PAGE)]),
        (b" \n" + P, [(0, 2, MARKUP), (2, 13, PAGE)]),
        (P + b"\n  " + P + b"\n", [(0, 16, PAGE), (16, 14, PAGE)]),
        (P + b"\n</mediawiki>", [(0, 13, PAGE), (13, 13, MARKUP)]),
        (P + b"\n</mediawiki>\n" + P, [(0, 13, PAGE), (13, 14, MARKUP), (27, 13, PAGE)]),
        (b"<page>", [(0, 6, GAP)]),
        (b"<page><page></page>", [(0, 6, GAP), (6, 13, PAGE)]),
        (b"<page><page></page></page>", [(0, 6, GAP), (6, 13, PAGE), (19, 7, GAP)]),
        (P + b"text</text></page>" + P, [(0, 13, PAGE), (13, 18, GAP), (31, 13, PAGE)]),
        (P + b"junk" + P, [(0, 13, PAGE), (13, 4, GAP), (17, 13, PAGE)]),
        (P + b"\0\0" + P, [(0, 13, PAGE), (13, 2, GAP), (15, 13, PAGE)]),
        (P + b"\n<page>cut", [(0, 14, PAGE), (14, 9, GAP)]),
        (b"cut</page>" + P, [(0, 10, GAP), (10, 13, PAGE)]),
        (codecs.BOM_UTF8 + b"<mediawiki>" + P, [(0, 14, MARKUP), (14, 13, PAGE)]),
        (codecs.BOM_UTF8 + P, [(0, 3, MARKUP), (3, 13, PAGE)]),
        (b"<pages><page ><Page>" + P, [(0, 20, MARKUP), (20, 13, PAGE)]),
        (b"<mediawiki>", [(0, 11, MARKUP)]),
    ],
)
def test_where_pages_lie(data: bytes, expected: list[tuple[int, int, str]]) -> None:
    assert shape(data) == expected


_parts = st.sampled_from([b"<page>", b"</page>", b"<page", b"</pa", b"ge>", b"x", b" ", b"\n", b"<b>", b"\0", b"<"])


@given(st.lists(_parts, max_size=30), st.sampled_from([bytes, gzip.compress, bz2.compress]))
def test_every_byte_lies_in_one_item(parts: list[bytes], packing) -> None:  # type: ignore[no-untyped-def]
    data = b"<page></page>" + b"".join(parts)
    found = census(packing(data))
    assert b"".join(data[i.offset : i.offset + i.length] for i in found.items) == data
    counts = found.items.counts()
    begun = sum(data[item.offset :].startswith(b"<page>") for item in found.items if item.kind == GAP)
    assert counts.get(PAGE, 0) + begun == data.count(b"<page>")
    assert found.items == census(data).items


@pytest.mark.parametrize("before", range(PIECE - 14, PIECE + 2))
def test_tags_across_pieces(before: int) -> None:
    data = b"<a>".ljust(before) + P + b"\n" + P
    assert shape(data) == [(0, before, MARKUP), (before, 14, PAGE), (before + 14, 13, PAGE)]


def site(data: bytes, offset: int = 1 << 40) -> Site:
    return Layout.read(census(data).layout).site_at(offset)


ENWIKI = Site(
    "enwiki", "https://en.wikipedia.org/wiki/Main_Page", "en", {"0": "", "6": "File", "14": "Category"}
)  # fmt: skip


def test_the_wiki_is_told() -> None:
    data = dump(page(1, "text"))
    assert (site(data), site(data, 0)) == (ENWIKI, Site())
    assert site(b"\xef\xbb\xbf<?xml version='1.0'?>\n" + data.replace(b"\n", b"\r\n")) == ENWIKI
    assert site(data.replace(b"enwiki", b"")).name == ENWIKI.base
    assert site(P) == Site()


def test_dumps_one_after_the_other() -> None:
    data = dump(page(1, "text")) + dump(page(2, "text")) + dump(page(3), head=HEAD.replace("enwiki", "dewiki"))
    assert kinds(data) == [MARKUP, PAGE] * 3 + [MARKUP]
    sites = Layout.read(census(data).layout).sites
    assert [(each.offset, each.site.name) for each in sites] == [
        (data.index(b"<page>"), "enwiki"), (data.rindex(b"<page>"), "dewiki")
    ]  # fmt: skip


def test_of_more_wikis_than_are_told_pages_are_of_an_unknown_one() -> None:
    many = [dump(page(n), head=HEAD.replace("enwiki", f"w{n}")) for n in range(MOST_SITES + 2)]
    sites = Layout.read(census(b"".join(many)).layout).sites
    assert [each.site.name for each in sites] == [*(f"w{n}" for n in range(MOST_SITES)), ""]


def test_a_siteinfo_of_ten_megabytes() -> None:
    names = "".join(f'<namespace key="{n}">{"x" * 90}</namespace>\n' for n in range(90_000))
    data = dump(page(1, "text"), head=HEAD.replace("    </namespaces>", names + "    </namespaces>"))
    found = census(data)
    assert (len(data) > 10_000_000, len(found.layout) < 40_000) == (True, True)
    assert (site(data).name, kinds(data)) == ("enwiki", [MARKUP, PAGE, MARKUP])


@pytest.mark.parametrize(
    "head",
    [
        HEAD.replace("enwiki", "x" * 300), HEAD.replace("enwiki", "a&#10;b"), HEAD.replace("</siteinfo>", ""),
        "<!DOCTYPE mediawiki [<!ENTITY a 'b'>]>\n" + HEAD.replace("enwiki", "&a;"),
    ],
)  # fmt: skip
def test_what_a_siteinfo_says_ill_is_not_known(head: str) -> None:
    found = site(dump(page(1), head=head))
    assert found.language == "en"
    assert found.name in (found.base, "enwiki")


def test_crowded_tags_take_time_in_proportion() -> None:
    assert len(census(b"</page>x" * 200_000 + P).items) == 2
    assert len(census(b"<page>" * 200_000).items) == 200_000


def test_the_end_of_a_dump_and_what_is_behind_it() -> None:
    data = dump(page(1)) + b"garbage"
    assert kinds(data) == [MARKUP, PAGE, MARKUP]
    assert kinds(dump(page(1), tail="") + b"garbage") == [MARKUP, PAGE, GAP]
    assert kinds(dump(page(1), tail="")) == [MARKUP, PAGE]
    assert TAIL.strip() == "</mediawiki>"
