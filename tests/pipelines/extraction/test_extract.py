"""The main text of a page: limits on both sides, metadata, and the same answer whatever came before."""

import gzip
import hashlib
import os
import random
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from trafilatura import external
from trafilatura.utils import trim
from warcio.archiveiterator import ArchiveIterator

from winnow.filters.rules import Reject
from winnow.pipelines.extraction import main_text
from winnow.pipelines.extraction.extract import extract
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.extraction.settings import ExtractSettings

ROOT = Path(__file__).resolve().parents[3]
WEB = ROOT / "../shared/data/web"
CAPTURED = "2026-01-31T00:00:00Z"
SENTENCE = "The river rose in the night, and by the morning the lower fields were under water. "
ARTICLE = f"""<html><head><title>High water | The Valley Paper</title>
<meta name="author" content="Ada Miller"><meta property="og:site_name" content="The Valley Paper">
<meta property="article:published_time" content="2024-04-02T08:00:00Z"></head>
<body><nav><a href="/">Home</a></nav><article><h1>High water</h1><p>{SENTENCE * 5}</p><p>{SENTENCE * 4}</p>
<script>var never = "text";</script></article>
<footer><a rel="license" href="https://creativecommons.org/licenses/by-sa/4.0/">CC</a></footer></body></html>"""
DEEP = f"<html><body><article><p>{'word ' * 50}one</p></article></body></html>"
MIXED = f"<html><body><p>{('<i></i>' + 'b' * 5) * 100}</p></body></html>"
NAMED = f"<html><body><p class={'a' * 200}>{SENTENCE * 4}</p><p id={'b' * 100} class={'a' * 200}>b</p></body></html>"
KINDS = {"kinds": "h1 p2"}
TEXT = "\n".join(["High water", (SENTENCE * 5).strip(), (SENTENCE * 4).strip()])


def run(html: str, captured: str | None = CAPTURED, **settings: object) -> Extracted | Reject:
    return extract(html, "https://valley.example/2024/high-water", captured, ExtractSettings(**settings))


def real_pages(count: int, start: int = 0) -> list[tuple[str, str]]:
    archive = WEB / "wcxb-dev-00004.warc.gz"
    if not archive.exists():
        pytest.skip("the shared web pages are not here")
    with archive.open("rb") as stream:
        pages = (
            (r.rec_headers.get_header("WARC-Target-URI"), r.content_stream().read().decode("utf-8", "replace"))
            for r in ArchiveIterator(stream)
            if r.rec_type == "response"
        )
        return list(islice(pages, start, start + count))


def test_an_article() -> None:
    assert run(ARTICLE) == Extracted(
        text=TEXT,
        title="High water",
        date="2024-04-02",
        author="Ada Miller",
        site="The Valley Paper",
        license="CC BY-SA 4.0",
        meta=KINDS,
    )


def test_what_its_meta_tags_ask_is_known() -> None:
    found = run(ARTICLE.replace("<head>", '<head><meta name="robots" content="noai">', 1), metadata=False)
    assert found == Extracted(TEXT, meta={"meta_robots": "noai"} | KINDS)


def test_without_metadata() -> None:
    assert run(ARTICLE, metadata=False) == Extracted(TEXT, meta=KINDS)


@pytest.mark.parametrize("favour", ["precision", "balance", "recall"])
@pytest.mark.parametrize("fallback", [True, False])
def test_every_mode_finds_the_article(favour: str, fallback: bool) -> None:
    found = run(ARTICLE, favour=favour, fallback=fallback)
    assert isinstance(found, Extracted)
    assert found.text == TEXT


@pytest.mark.parametrize(
    ("published", "captured", "date"),
    [
        ("2026-01-31T10:00:00Z", "2026-01-31T00:00:00Z", "2026-01-31"),  # on the day of capture
        ("2026-02-01T00:00:00Z", "2026-01-31T23:59:59Z", None),  # after it
        ("2098-05-06", None, "2098-05-06"),  # nobody knows when it was captured: no limit but `published.LAST`
        ("2098-05-06", "no date", "2098-05-06"),
        ("2100-05-06", None, None),
    ],
)
def test_no_date_after_the_capture(published: str, captured: str | None, date: str | None) -> None:
    page = ARTICLE.replace("2024-04-02T08:00:00Z", published)
    found = extract(page, None, captured, ExtractSettings())
    assert isinstance(found, Extracted)
    assert found.date == date


@pytest.mark.parametrize(
    ("html", "settings", "expected"),
    [
        (ARTICLE, {"max_bytes": len(ARTICLE)}, None),
        (ARTICLE, {"max_bytes": len(ARTICLE) - 1}, Reject("extract.too_large", len(ARTICLE), len(ARTICLE) - 1)),
        (ARTICLE, {"max_elements": 16}, None),
        (ARTICLE, {"max_elements": 15}, Reject("extract.elements", 16, 15)),
        (ARTICLE, {"max_depth": 4}, None),  # html, body, article, p
        (ARTICLE, {"max_depth": 3}, Reject("extract.depth", 4, 3)),
        ("<p " + "a=1 " * 900 + ">" + SENTENCE, {"max_attributes": 900}, None),
        ("<p " + "a=1 " * 900 + ">" + SENTENCE, {"max_attributes": 899}, Reject("extract.attributes", 900, 899)),
        (ARTICLE, {"max_all_attributes": 9}, None),
        (ARTICLE, {"max_all_attributes": 8}, Reject("extract.all_attributes", 9, 8)),
        (ARTICLE, {"max_nesting": 46}, None),
        (ARTICLE, {"max_nesting": 45}, Reject("extract.nesting", 46, 45)),
        (DEEP, {"max_deep_text": 1_012}, None),  # 253 characters four deep
        (DEEP, {"max_deep_text": 1_011}, Reject("extract.deep_text", 1_012, 1_011)),
        (MIXED, {"max_mixture": 50_000}, None),
        (MIXED, {"max_mixture": 49_999}, Reject("extract.mixture", 50_000, 49_999)),
        (NAMED, {"max_names": 340}, None),  # two names of 300 characters
        (NAMED, {"max_names": 339}, Reject("extract.names", 340, 339)),
        ("", {}, Reject("extract.empty")),
        (" \n ", {}, Reject("extract.empty")),
        ("\0", {}, Reject("extract.unparsable")),
        ("<!-- nothing -->", {}, Reject("extract.unparsable")),
        ("<html><body></body></html>", {}, Reject("extract.empty")),
    ],
)
def test_limits_on_both_sides(html: str, settings: dict[str, int], expected: Reject | None) -> None:
    found = run(html, **settings)
    assert (found if isinstance(found, Reject) else None) == expected


def test_bytes_are_counted_as_utf8() -> None:
    assert run("é" * 10, max_bytes=19) == Reject("extract.too_large", 20, 19)


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("caf\u0065\u0301 ", "café"),  # NFC
        ("one\0two ", "onetwo"),
        ("a \ud83d\ude00 b ", "a 😀 b"),  # the halves of a pair, each in its own \u escape
        ("a \ud83d b ", "a � b"),
        ("a &#xD800; b ", "a � b"),
        ("a&#1;b&#x1f;c&#0011 d&#11;\ufffe\uffffe &#12345;", "abc de 〹"),  # what XML knows no way to write
        ("one\r\ntwo ", "one two"),
        ("مرحبا ", "مرحبا"),
        ("x" * 1_000_000, "x" * 1_000_000),
    ],
)
def test_ugly_text(inside: str, text: str) -> None:
    found = run(f"<html><body><article><p>{SENTENCE}{inside}</p><p>{SENTENCE * 3}</p></article></body></html>")
    assert isinstance(found, Extracted)
    assert found.text == f"{SENTENCE}{text}\n{(SENTENCE * 3).strip()}"


def test_spans_give_no_empty_cells() -> None:
    cell = f'<tr><td colspan="9" rowspan="3">{SENTENCE}</td><td>{SENTENCE}</td></tr>'
    table = run(f"<html><body><article><table>{cell * 3}</table></article></body></html>")
    plain = run(f"<html><body><article><table>{cell.replace('colspan', 'x').replace('rowspan', 'y') * 3}</table>")
    assert table == plain


def test_broken_json_ld_costs_no_text() -> None:
    for broken in ('[{"@type": "Person"}]', '{"@type": ["x", 1], "publisher": [[]]}', '{"a":' * 5000):
        script = f'<script type="application/ld+json">{broken}</script></head>'
        found = run(ARTICLE.replace("</head>", script))
        assert isinstance(found, Extracted)
        assert found.text == TEXT


@pytest.mark.parametrize(("beside", "compared"), [(250, False), (251, True)])
def test_nothing_is_compared_where_readability_could_not_win(
    beside: int, compared: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """250 characters of our own, and as many beside them: readability has to find more than twice ours."""
    calls = []
    real = external.compare_extraction

    def counted(*arguments: Any) -> Any:
        calls.append(arguments)
        return real(*arguments)

    run("<p>", metadata=False)  # the shortcuts are in place
    monkeypatch.setattr(external, "compare_extraction", counted)
    own = f"<article><p>{'x' * 10} </p><p>{('word ' * 48)[:239]}</p></article>"
    run(f"<html><body>{own}<div>{'a' * beside}</div></body></html>", metadata=False)
    assert bool(calls) == compared


@pytest.mark.parametrize(("name", "value"), [("favour", "accuracy"), ("max_depth", 256), ("max_depth", 0)])
def test_settings_that_cannot_be(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"{name} is "):
        ExtractSettings(**{name: value})


def test_six_times_the_same_page() -> None:
    repeated = f"<p>{SENTENCE * 3}</p>" * 3
    page = f"<html><body><article>{repeated}<p>{'Other words. ' * 20}</p></article></body></html>"
    assert [run(page) for _ in range(6)] == [run(page)] * 6


@pytest.mark.slow
def test_order_of_pages_changes_nothing() -> None:
    pages = real_pages(30)
    first = {url: extract(html, url, CAPTURED, ExtractSettings()) for url, html in pages}
    shuffled = random.Random(7).sample(pages, len(pages))
    assert {url: extract(html, url, CAPTURED, ExtractSettings()) for url, html in shuffled} == first


def digest_of(pages: list[tuple[str, str]]) -> str:
    """One digest of everything extracted: what a subprocess with another hash seed must print too."""
    results = [extract(html, url, CAPTURED, ExtractSettings()) for url, html in pages]
    return hashlib.sha256(repr(results).encode()).hexdigest()


@pytest.mark.slow
def test_hash_seed_changes_nothing() -> None:
    found = digest_of(real_pages(15))
    program = "import test_extract as t; print(t.digest_of(t.real_pages(15)))"
    paths = os.pathsep.join([str(ROOT / "src"), str(Path(__file__).parent)])
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == found


@pytest.mark.slow
def test_no_real_page_breaks_a_limit() -> None:
    fates = {"extract.empty", "extract.interstitial"}  # of ten pages that have no text
    archives = sorted(WEB.glob("*.warc.gz"))
    if not archives:
        pytest.skip("the shared web pages are not here")
    broken = []
    for archive in archives:
        with gzip.open(archive) as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type == "response":
                    html = record.content_stream().read().decode("utf-8", "replace")
                    found = extract(html, None, CAPTURED, ExtractSettings(fallback=False, metadata=False))
                    if isinstance(found, Reject) and found.rule not in fates:
                        broken.append(found)
    assert broken == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n-\nb", "a\nb"),
        ("- a\n- \n\u2022\n- b\n*", "- a\n- b"),
        ("a\n\nb", "a\n\nb"),  # a blank line is no list item
        ("a -\n-- b\n1", "a -\n-- b\n1"),
    ],
)
def test_a_list_mark_alone_is_no_line(text: str, expected: str) -> None:
    assert main_text.normal(text) == expected


@pytest.mark.parametrize(("size", "remembered"), [(main_text.LARGE, True), (main_text.LARGE + 1, False)])
def test_nothing_is_remembered_of_a_large_page(size: int, remembered: bool) -> None:
    """Sixty such pages in a row took all the memory of a child, and the next page, whichever it was, its life."""
    run(ARTICLE + " " * (size - len(ARTICLE)))
    assert (trim.cache_info().currsize > 0) == remembered
