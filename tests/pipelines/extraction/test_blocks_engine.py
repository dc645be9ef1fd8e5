"""`engine = "blocks"` in a recipe: whose text a page gets, and what is known of it."""

from dataclasses import replace
from pathlib import Path

import pytest
from test_extract import ARTICLE, CAPTURED, TEXT, real_pages

from winnow.filters.rules import Reject
from winnow.pipelines.extraction import main_text, settings
from winnow.pipelines.extraction.extract import extract
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.extraction.sandbox import Sandbox
from winnow.pipelines.extraction.settings import ExtractSettings
from winnow.pipelines.sources.base import Record
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.warc.read import read
from winnow.pipelines.sources.warc.scan import scan
from winnow.pipelines.sources.warc.settings import WarcSettings

CASES = Path(__file__).resolve().parents[3] / "../shared/data/field-cases"
HOSTILE = CASES.parent / "hostile"
BLOCKS = ExtractSettings(engine="blocks")
CHINESE = (
    "<html><body><article>"
    + "<p>\u6cb3\u6c34\u5728\u591c\u91cc\u4e0a\u6da8\u3002</p>" * 20
    + "</article></body></html>"
)


def run(html: str, **given: object) -> Extracted | Reject:
    wanted = replace(BLOCKS, **given)  # type: ignore[arg-type]
    return extract(html, "https://valley.example/2024/high-water", CAPTURED, wanted)


def who(html: str, **given: object) -> str:
    found = run(html, **given)
    assert isinstance(found, Extracted)
    return found.meta["extractor"]


def test_an_article() -> None:
    found = run(ARTICLE)
    assert isinstance(found, Extracted)
    assert 0.2 < float(found.meta["extraction_confidence"]) <= 1
    assert replace(found, meta={}) == Extracted(
        TEXT, "High water", "2024-04-02", "Ada Miller", "The Valley Paper", "CC BY-SA 4.0"
    )


def test_without_metadata() -> None:
    found = run(ARTICLE, metadata=False)
    assert isinstance(found, Extracted)
    assert (found.text, found.title, found.meta["extractor"]) == (TEXT, None, "blocks")


def test_lxml_never_sees_a_page_that_it_is_sure_of(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = run(ARTICLE)
    monkeypatch.delattr(main_text, "parse")
    assert run(ARTICLE) == expected
    with pytest.raises(AttributeError):
        run(ARTICLE, min_confidence=1.0)


def test_both_engines_read_the_same_facts() -> None:
    ours, theirs = run(ARTICLE), run(ARTICLE, engine="trafilatura", weights="")
    assert isinstance(ours, Extracted)
    assert isinstance(theirs, Extracted)
    assert replace(ours, meta={}) == replace(theirs, meta={})


def test_where_it_is_unsure_trafilatura_decides() -> None:
    assert who(ARTICLE, min_confidence=1.0) == "trafilatura"
    assert who(ARTICLE, min_confidence=0.0) == "blocks"


def test_scripts_it_was_not_fitted_on_are_trafilaturas() -> None:
    assert who(CHINESE, min_confidence=0.0) == "trafilatura"


def test_what_is_too_much_for_trafilatura_is_ours() -> None:
    page = ARTICLE.replace("<head>", '<head><meta name="robots" content="noai">', 1)
    found = run(page, max_nesting=45)
    assert isinstance(found, Extracted)
    assert (found.text, found.title, found.meta["meta_robots"]) == (TEXT, "High water", "noai")


@pytest.mark.parametrize(
    ("html", "given", "expected"),
    [
        ("", {}, Reject("extract.empty")),
        (" \n ", {}, Reject("extract.empty")),
        ("\0", {}, Reject("extract.unparsable")),
        ("<html><body></body></html>", {}, Reject("extract.empty")),
        (ARTICLE, {"max_depth": 2}, Reject("extract.depth", 3, 2)),
        (ARTICLE, {"max_elements": 15}, Reject("extract.elements", 16, 15)),
        (ARTICLE, {"max_bytes": len(ARTICLE) - 1}, Reject("extract.too_large", len(ARTICLE), len(ARTICLE) - 1)),
        ("<div>" * 29_000 + "x", {}, Reject("extract.depth", 29_000, 200)),
    ],
)
def test_rejects(html: str, given: dict[str, int], expected: Reject) -> None:
    assert run(html, **given) == expected


@pytest.mark.parametrize(
    "given",
    [
        {"engine": "other"},
        {"engine": "blocks", "weights": "0" * 64},
        {"engine": "trafilatura", "weights": settings.WEIGHTS},
        {"min_confidence": -0.1},
        {"min_confidence": 1.1},
    ],
)
def test_settings_that_cannot_be(given: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=f"{list(given)[-1]} is "):
        ExtractSettings(**given)  # type: ignore[arg-type]


def test_the_weights_are_locked_with_the_engine() -> None:
    assert (BLOCKS.weights, ExtractSettings().weights) == (settings.WEIGHTS, "")


def test_order_of_pages_changes_nothing() -> None:
    pages = real_pages(30)
    first = {url: extract(html, url, CAPTURED, BLOCKS) for url, html in pages}
    assert {url: extract(html, url, CAPTURED, BLOCKS) for url, html in reversed(pages)} == first


def only(path: Path) -> Record:
    with path.open("rb") as stream:
        census = scan(stream)
        records = read(FileBytes(stream), list(census.items), census.layout, WarcSettings(digest="ignore"))
        return next(record for record in records if record.contents)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("sup-sub", ["10^6", "100^2"]),
        ("code-in-figure", ["\n"]),
        ("list-of-links", []),
        ("math-scripts", ["$"]),
        ("aside-article", []),
        ("wrapped-loose-text", []),
    ],
)
def test_field_cases(name: str, wanted: list[str]) -> None:
    path = CASES / name / f"{name}.warc.gz"
    if not path.exists():
        pytest.skip("the field cases are not here")
    record = only(path)
    found = extract(record.contents[0].text, record.url, record.captured, BLOCKS)
    assert isinstance(found, Extracted)
    assert [part in found.text for part in wanted] == [True] * len(wanted)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["comb-alt-2m", "comb-alt-300k", "id-distinct", "span-29k"])
def test_hostile_pages_end(name: str) -> None:
    path = HOSTILE / f"{name}.warc.gz"
    if not path.exists():
        pytest.skip("the hostile pages are not here")
    record = only(path)
    with Sandbox(replace(BLOCKS, cpu_seconds=10.0)) as sandbox:
        found = sandbox.extract(record.contents[0].text, record.url, record.captured)
    assert isinstance(found, Extracted) or found.rule not in ("extract.cpu_seconds", "extract.memory", "extract.crash")
