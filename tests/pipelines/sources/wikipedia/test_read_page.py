import hashlib

import pytest
from wiki_dumps import HEAD, dump, ends, page, pages

from winnow.filters.rules import Reject
from winnow.pipelines.sources.base import OWN, Record
from winnow.pipelines.sources.inflate import PIECE
from winnow.pipelines.sources.wikipedia.content import unpacked
from winnow.pipelines.sources.wikipedia.page import Page
from winnow.pipelines.sources.wikipedia.revision import MOST_DEPTH
from winnow.pipelines.sources.wikipedia.source import Wikipedia


def only(*made: str, settings: Wikipedia | None = None, head: str = HEAD) -> Record:
    (record,) = pages(dump(*made, head=head), settings)
    return record


def rule(*made: str, settings: Wikipedia | None = None, head: str = HEAD) -> Reject | None:
    return only(*made, settings=settings, head=head).reject


def test_a_page() -> None:
    text = "'''A''' & <ref>b</ref>\r\n\u00e9 ]]> {{c}}"
    found = only(page(7, text, title="Ångström & Co/a?b"))
    (content,) = found.contents
    assert (found.kind, found.url, found.captured, found.reject) == (
        "page", "https://en.wikipedia.org/wiki/%C3%85ngstr%C3%B6m_%26_Co/a%3Fb", None, None
    )  # fmt: skip
    assert found.meta == {"page_id": "7", "revision_id": "1007", "namespace": "0", "site": "enwiki"}
    assert (content.mime, content.title, content.date, content.language, content.license, content.meta) == (
        OWN, "Ångström & Co/a?b", "2026-01-02T03:04:05Z", "en", "CC-BY-SA-4.0", {}
    )  # fmt: skip
    told = Page("Ångström & Co/a?b", "en", {"6": ("File",), "14": ("Category",)})
    assert unpacked(content) == ("wikitext", text.replace("\r\n", "\n"), told)


def test_ids_are_of_wiki_page_and_revision() -> None:
    one, same, text, other = (
        only(made) for made in (page(7, "a"), page(7, "b"), page(7, "a").replace("1007", "1008"), page(8, "a"))
    )
    assert (one.id == same.id, len({one.id, text.id, other.id}), len(one.id)) == (True, 3, 32)
    assert only(page(7, "a"), head=HEAD.replace("enwiki", "dewiki")).id != one.id
    assert only(page(7, "a"), head="").id != only(page(7, "b"), head="").id  # of an unknown wiki


def unparsable(said: str) -> Reject:
    return Reject("wikipedia.unparsable", detail=said)


def no_text(said: str) -> Reject:
    return Reject("wikipedia.no_text", detail=said)


A = page(1, "a")


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (page(1, "#REDIRECT [[B]]", redirect='B <&> "c"'), Reject("wikipedia.redirect", detail='B <&> "c"')),
        (page(1, "a", redirect=""), Reject("wikipedia.redirect")),
        (page(1, "a", ns="14"), Reject("wikipedia.namespace", 14.0)),
        (page(1, "a", ns="-1"), Reject("wikipedia.namespace", -1.0)),
        (page(1, "a", ns="14", redirect="B"), Reject("wikipedia.namespace", 14.0)),
        (page(1, "a", ns="x"), Reject("wikipedia.namespace", detail="x")),
        (page(1, "a", ns="9" * 500), Reject("wikipedia.namespace", detail="9" * 200)),
        (page(1, "a", model="Scribunto"), Reject("wikipedia.model", detail="Scribunto")),
        (page(1, ""), no_text("the text is empty")),
        (page(1, " \n "), no_text("the text is empty")),
        ("<page><title>A</title><ns>0</ns><id>1</id></page>", no_text("there is no revision")),
        ("<page></page>", no_text("there is no revision")),
        (A.replace("<text ", '<text deleted="deleted" '), no_text("the text is hidden")),
        (A.replace("<id>1</id>", ""), unparsable("the page has no number")),
        (A.replace("<title>Page 1</title>", ""), unparsable("the page has no title")),
        (A.replace("</text>", ""), unparsable("mismatched tag: line 17, column 6")),
        (A.replace(">a<", ">a\0b<"), unparsable("not well-formed (invalid token): line 16, column 44")),
        (A.replace(">a<", ">&lol9;<"), unparsable("undefined entity: line 16, column 43")),
        (A.replace("<page>", "<page><!DOCTYPE page [<!ENTITY a 'b'>]>"),
         unparsable("not well-formed (invalid token): line 1, column 8")),
        ("<page>" + "<a>" * MOST_DEPTH + "</page>", unparsable(f"elements lie more than {MOST_DEPTH} deep")),
    ],
)  # fmt: skip
def test_rejects(made: str, expected: Reject) -> None:
    before, found, after = pages(dump(page(5, "before"), made, page(6, "after")))
    assert found.reject == expected
    assert (found.contents, before.reject, after.reject) == ((), None, None)


def test_what_is_known_of_a_page_that_is_none() -> None:
    found = only(page(1, "a\0"))
    assert (found.url, found.meta) == (
        "https://en.wikipedia.org/wiki/Page_1",
        {"page_id": "1", "revision_id": "1001", "namespace": "0", "site": "enwiki"},
    )


def test_bytes_that_are_no_utf_8() -> None:
    data = dump(page(5, "before"), page(1, "a caf\u00e9"), page(6, "after")).replace("\u00e9".encode(), b"\xe9")
    before, found, after = pages(data)
    assert found.reject is not None
    assert (found.reject.rule, found.meta["page_id"], before.reject, after.reject) == (
        "wikipedia.encoding", "1", None, None
    )  # fmt: skip
    assert "invalid continuation byte" in str(found.reject.detail)


@pytest.mark.parametrize(("less", "reject"), [(0, None), (1, "wikipedia.too_large")])
def test_the_cap_on_a_page(less: int, reject: str | None) -> None:
    made = page(1, "text").strip()
    found = only(made, settings=Wikipedia(max_page_bytes=len(made) - less))
    assert found.reject == (Reject(reject, len(made), len(made) - 1) if reject else None)


def test_a_page_that_is_too_large_is_known_by_its_beginning() -> None:
    large = [page(1, "x" * 2 * PIECE + end) for end in "ab"]
    first, other = (only(made, settings=Wikipedia(max_page_bytes=PIECE)) for made in large)
    assert first.reject is not None
    assert (first.reject.rule, first.url, first.meta["page_id"]) == (
        "wikipedia.too_large", "https://en.wikipedia.org/wiki/Page_1", "1"
    )  # fmt: skip
    assert first.id == other.id  # the revision is told before the text


def test_of_several_revisions_the_last_is_taken() -> None:
    made = page(1, "the last")
    revision = made[made.index("    <revision>") : made.index("  </page>")]
    first = revision.replace("the last", "the first").replace("1001", "9").replace("wikitext", "json")
    found = only(made.replace(revision, first + revision))
    assert found.contents[0].text.endswith("\nthe last")
    assert found.meta == {"page_id": "1", "revision_id": "1001", "namespace": "0", "site": "enwiki", "revisions": "2"}


def test_further_slots_of_a_revision_are_no_text() -> None:
    slot = '<content><role>main2</role><model>json</model><text bytes="2">{}</text></content>\n'
    assert ends(dump(page(1, "text", more=slot))) == ["text"]


@pytest.mark.parametrize(("text", "note"), [("text", None), ("texts", "differs"), ("tex", "differs")])
def test_the_digest_of_a_text(text: str, note: str | None) -> None:
    number = int(hashlib.sha1(b"text").hexdigest(), 16)
    digits = "".join("0123456789abcdefghijklmnopqrstuvwxyz"[number // 36**place % 36] for place in range(30, -1, -1))
    assert only(page(1, text, more=f"<sha1>{digits}</sha1>\n")).meta.get("sha1") == note


@pytest.mark.parametrize(
    ("base", "address"),
    [
        ("https://en.wikipedia.org/wiki/Main_Page", "https://en.wikipedia.org/wiki/A_b:c/d"),
        ("https://x.org/wiki/Wikisource:Main/Page", "https://x.org/wiki/A_b:c/d"),
        ("http://x.org/w/index.php/Main", "http://x.org/w/index.php/A_b:c/d"),
        ("http://x.org/index.php?title=Main", "http://x.org/index.php?title=A_b:c/d"),
        ("http://x.org/Main", "http://x.org/A_b:c/d"), ("", None), ("nonsense", None), ("http://x.org", None),
        ("javascript:alert(1)//a/", None),
    ],
)  # fmt: skip
def test_addresses(base: str, address: str | None) -> None:
    head = HEAD.replace("https://en.wikipedia.org/wiki/Main_Page", base)
    assert only(page(1, "a", title="A b:c/d"), head=head).url == address


def test_without_a_siteinfo() -> None:
    found = only(page(1, "text"), head="<mediawiki>")
    assert (found.url, found.meta) == (None, {"page_id": "1", "revision_id": "1001", "namespace": "0"})
    assert found.contents[0].language is None


def test_old_formats_name_the_namespace_in_the_title_only() -> None:
    made = page(1, "a", title="Category:B").replace("<ns>0</ns>", "")
    assert rule(made) == Reject("wikipedia.namespace", 14.0)
    assert rule(made.replace("Category:B", "Star: a film")) is None


@pytest.mark.parametrize(("license", "expected"), [("CC-BY-SA-3.0", "CC-BY-SA-3.0"), ("", None)])
def test_settings(license: str, expected: str | None) -> None:
    settings = Wikipedia(namespaces=("0", "14"), license=license)
    found = only(page(1, "a", ns="14"), settings=settings)
    assert (found.reject, found.contents[0].license) == (None, expected)


@pytest.mark.parametrize("namespaces", [(), ("",), ("00",), ("main",), ("1" * 10,)])
def test_settings_are_checked(namespaces: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="namespaces is"):
        Wikipedia(namespaces=namespaces)
