import contextlib

import pytest
from book_files import page

from winnow.pipelines.sources.books.book import Unreadable
from winnow.pipelines.sources.books.markup import tree


def names(data: str) -> list[str]:
    return [
        each.tag.rpartition("}")[2] for each in tree.parse(data.encode(), 1000).root.iter() if isinstance(each.tag, str)
    ]


def test_xhtml_is_read_as_xml_and_the_rest_as_html() -> None:
    assert names(page("<p>a<a id='x'/>b</p><div/><p>c</p>")) == ["html", "head", "title", "body", "p", "a", "div", "p"]
    assert names("<html><body><p>a<p>b<br>c</body></html>") == ["html", "body", "p", "p", "br"]


def test_broken_xhtml_is_read_as_html() -> None:
    assert names(page("<p>a &nbsp; b<br></p>")) == ["html", "head", "title", "body", "p", "br"]
    assert tree.parse(page("<p>a &nbsp; b<br></p>").encode(), 1000).root.find(".//p").text == "a \u00a0 b"


@pytest.mark.parametrize("codec", ["latin-1", "utf-8", "utf-16"])
def test_the_charset(codec: str) -> None:
    made = page("<p>é</p>").replace("utf-8", codec)
    assert tree.parse(made.encode(codec), 99).root.find(".//{*}p").text == "é"


BOMB = """<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">
<!ENTITY x SYSTEM "file:///etc/passwd">]>
<html xmlns="http://www.w3.org/1999/xhtml"><body><p>one &d;&x; two</p></body></html>"""


def test_entities_are_not_expanded_and_nothing_is_loaded() -> None:
    root = tree.parse(BOMB.encode(), 1000).root
    assert sum(len(text) for text in root.itertext() if text and not text.startswith("&")) < 20


@pytest.mark.parametrize(("most", "rule"), [(5, None), (4, "too_many_elements")])
def test_the_cap_on_elements(most: int, rule: str | None) -> None:
    data = page("<p>a</p>").encode()  # html, head, title, body, p
    if rule is None:
        assert tree.parse(data, most).charset == "utf-8"
    else:
        with pytest.raises(Unreadable) as raised:
            tree.parse(data, most)
        assert (raised.value.reject.rule, raised.value.reject.value, raised.value.reject.limit) == (
            "books.too_many_elements",
            5,
            4,
        )


@pytest.mark.parametrize(("attributes", "fails"), [(1999, False), (4000, True)])
def test_the_cap_on_attributes(attributes: int, fails: bool) -> None:
    data = ("<html><body " + " ".join(f"a{n}=1" for n in range(attributes)) + ">x</body></html>").encode()
    if fails:
        with pytest.raises(Unreadable, match="too_many_attributes"):
            tree.parse(data, 10)
    else:
        assert len(tree.parse(data, 10).root.find("body").attrib) == attributes


@pytest.mark.parametrize("data", [b"", b" ", b"<!-- x -->", b"\0\0\0"])
def test_pages_with_nothing_in_them(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        assert "".join(tree.parse(data, 10).root.itertext()).strip() == ""


@pytest.mark.parametrize("data", [b"", b"<a>", b"<a b='&x;'/>", b"no xml"])
def test_a_packages_xml_must_be_xml(data: bytes) -> None:
    with pytest.raises(Unreadable, match="unreadable"):
        tree.xml(data)
    assert tree.xml(b"<?xml version='1.0' encoding='iso-8859-1'?><a>\xe9</a>").text == "é"
