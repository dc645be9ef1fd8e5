import gzip
import json
from typing import Any

import pytest
from wiki_dumps import article, dump, lines, page, pages, records, tar

from winnow.filters.rules import Reject
from winnow.pipelines.sources.base import OWN, Record
from winnow.pipelines.sources.wikipedia.content import unpacked
from winnow.pipelines.sources.wikipedia.page import Page
from winnow.pipelines.sources.wikipedia.source import Wikipedia


def only(line: bytes, settings: Wikipedia | None = None) -> Record:
    (record,) = records(line, settings)
    return record


def test_a_page() -> None:
    found = only(lines(article(7)))
    (content,) = found.contents
    assert (found.kind, found.url, found.captured, found.reject) == (
        "page", "https://en.wikipedia.org/wiki/Page_7", None, None
    )  # fmt: skip
    assert found.meta == {"page_id": "7", "revision_id": "1007", "namespace": "0", "site": "enwiki"}
    assert (content.mime, content.title, content.date, content.language, content.license) == (
        OWN, "Page 7", "2026-01-02T03:04:05Z", "en", "CC-BY-SA-4.0"
    )  # fmt: skip
    assert unpacked(content) == ("html", "<p>text</p>", Page("Page 7", "en"))


def test_the_same_page_in_both_dumps_is_the_same_row() -> None:
    (xml,) = pages(dump(page(7, "text")))
    html = only(lines(article(7)))
    assert (html.id, html.url, html.meta) == (xml.id, xml.url, xml.meta)
    for name in ("title", "date", "language", "license", "mime"):
        assert getattr(html.contents[0], name) == getattr(xml.contents[0], name)


@pytest.mark.parametrize("packing", [bytes, gzip.compress])
def test_in_an_archive_and_without(packing) -> None:  # type: ignore[no-untyped-def]
    data = lines(*(article(n) for n in range(5)))
    found = [(r.id, r.contents, r.meta) for r in pages(packing(tar({"enwiki_namespace_0_0.ndjson": data})))]
    assert found == [(r.id, r.contents, r.meta) for r in records(packing(data))]
    assert len(found) == 5


def test_without_html_the_wikitext_is_taken() -> None:
    for body in ({"wikitext": "text"}, {"html": "", "wikitext": "text"}, {"html": None, "wikitext": "text"}):
        found = only(lines(article(1, article_body=body)))
        assert unpacked(found.contents[0])[:2] == ("wikitext", "text")


@pytest.mark.parametrize(
    ("line", "rule", "detail"),
    [
        (b"{", "wikipedia.unparsable", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        (b'{"a": "\xff"}', "wikipedia.encoding", None),
        (b'{"a": ' + b"[" * 200_000, "wikipedia.unparsable", None),
        (b'{"a": ' + b"9" * 5000 + b"}", "wikipedia.unparsable", None),
        (b"[1]", "wikipedia.unparsable", "the line is no JSON object"),
        (b"null", "wikipedia.unparsable", "the line is no JSON object"),
        (b"{}", "wikipedia.unparsable", "the page has no title"),
        (lines(article(1, identifier=None)), "wikipedia.unparsable", "the page has no number"),
        (lines(article(1, name=["a"])), "wikipedia.unparsable", "the page has no title"),
        (lines(article(1, article_body=None)), "wikipedia.no_text", "the text is empty"),
        (lines(article(1, article_body={"html": 5, "wikitext": " "})), "wikipedia.no_text", "the text is empty"),
        (lines(article(1, namespace={"identifier": 14})), "wikipedia.namespace", None),
        (lines(article(1, namespace={"identifier": "Talk"})), "wikipedia.namespace", "Talk"),
    ],
)
def test_rejects(line: bytes, rule: str, detail: str | None) -> None:
    before, found, after = records(lines(article(5)) + line.strip() + b"\n" + lines(article(6)))
    assert found.reject is not None
    assert (found.reject.rule, detail and found.reject.detail) == (rule, detail)
    assert (found.contents, before.reject, after.reject) == ((), None, None)


@pytest.mark.parametrize(("most", "reject"), [(0, None), (1, "wikipedia.too_large")])
def test_the_cap_on_a_line(most: int, reject: str | None) -> None:
    line = lines(article(1))
    found = only(line, Wikipedia(max_page_bytes=len(line) - most))
    assert found.reject == (Reject(reject, len(line), len(line) - 1) if reject else None)


def test_ids_of_lines_that_have_no_numbers_are_of_their_content() -> None:
    one, same, other = records(b"{\n{\n{ \n")
    assert (one.id == same.id, one.id == other.id) == (True, False)
    first, second = records(lines(article(1, version=None), article(1, version=None, name="Other")))
    assert first.id != second.id


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([{"identifier": "CC-BY-SA-3.0"}], "CC-BY-SA-3.0"), ({"identifier": "CC0-1.0"}, "CC0-1.0"),
        ([{"identifier": "GFDL-1.3"}, {"identifier": "CC-BY-SA-4.0"}], "CC-BY-SA-4.0 AND GFDL-1.3"),
        ([], "CC-BY-SA-4.0"), (None, "CC-BY-SA-4.0"), ([{"identifier": "all rights"}, 5], "CC-BY-SA-4.0"),
    ],
)  # fmt: skip
def test_licenses(given: Any, expected: str) -> None:
    assert only(lines(article(1, license=given))).contents[0].license == expected


def test_halves_of_surrogate_pairs_are_no_error() -> None:
    line = json.dumps(article(1, name="a\ud800", html="\udc00", is_part_of={"identifier": "\ud83d"})).encode()
    found = only(line)
    assert (found.reject, len(found.id)) == (None, 32)


def test_what_is_no_date_or_language_is_not_known() -> None:
    found = only(lines(article(1, date_modified="last week", in_language={"identifier": "the text of a page"})))
    assert (found.contents[0].date, found.contents[0].language) == (None, None)
