"""Whole builds whose pages are held against the wanted languages before their main text is looked for."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import warc_files
from small_builds import ingested

from winnow.pipelines.annotators.language import Language
from winnow.pipelines.annotators.models import MissingModel, cached_model
from winnow.pipelines.build import Request, build
from winnow.pipelines.display import Display
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.ledger import book
from winnow.pipelines.ledger.check import check
from winnow.pipelines.ledger.guard import Guard
from winnow.pipelines.recipe.file import load
from winnow.pipelines.recipe.model import Recipe
from winnow.pipelines.views.beside import beside
from winnow.pipelines.views.finished import finished
from winnow.pipelines.views.terminal.why import ways

RIVER = "The river rose in the night, and by the morning the lower fields of farm {} were under water. "
FLUSS = "Der Fluss stieg in der Nacht, und am Morgen standen die unteren Felder von Hof {} unter Wasser. "
RECIPE = """
name = "r"
[[source]]
name = "web"
[extract]
engine = "blocks"
screen = 0.1
[[step]]
use = "language"
keep = ["KEPT"]
"""


@pytest.fixture
def crawl(tmp_path: Path) -> Path:
    """Six pages, every second in German."""
    try:
        cached_model(Language().model, Language().sha256)
    except MissingModel as missing:
        pytest.skip(str(missing))
    texts = [(RIVER, FLUSS)[n % 2].format(n) for n in range(6)]
    pages = [{"body": f"<html><body><p>{text * 5}</p></body></html>".encode()} for text in texts]
    (tmp_path / "a.warc.gz").write_bytes(warc_files.write(pages, zipped=True))
    return tmp_path / "a.warc.gz"


def recipe(folder: Path, kept: str = "en", was: str = "", now: str = "") -> Recipe:
    path = folder / "r.toml"
    text = RECIPE.replace("KEPT", kept)
    path.write_text(text.replace(was, now) if was else text)
    return load(path)


def rows(output: Path, table: str) -> list[tuple[object, ...]]:
    columns = ["url", "language"] + (["stage", "rule", "limit", "detail"] if table == "rejected" else [])
    found = [row for path in (output / table).rglob("*.parquet") for row in pq.ParquetFile(path).read().to_pylist()]
    return sorted(tuple(row[name] for name in columns) for row in found)


@pytest.mark.slow
@pytest.mark.usefixtures("swift_beam")
def test_what_becomes_of_them(
    crawl: Path, tmp_path: Path, quiet: Display, promised: Callable[[Path], dict[str, str]]
) -> None:
    one, many = tmp_path / "one", tmp_path / "many"
    build(Request(recipe(tmp_path), (str(crawl),), str(one), workers=1), quiet)
    build(Request(recipe(tmp_path), (str(crawl),), str(many), workers=2, unit_mib=0.0002), quiet)
    assert promised(one) == promised(many)
    assert check(LocalStorage(), str(one), beside) == []
    assert rows(one, "corpus") == [(f"http://example.org/{n}", "en") for n in (0, 2, 4)]
    assert rows(one, "rejected") == [
        (f"http://example.org/{n}", None, "extract", "extract.language", 0.1, "de") for n in (1, 3, 5)
    ]
    made = book.load(LocalStorage(), str(one))
    assert {rule: count.documents for rule, count in made.total.rejected["extract"].items()} == {"extract.language": 3}
    card = " ".join((one / "README.md").read_text().split())
    assert "far from every language that is wanted | 3 | 50.0 % | 3 |" in card
    text, _ = ways(finished(str(one)), "http://example.org/1")
    said = " ".join(text.split())
    assert "REJECTED at extract by extract.language: 0.0" in said
    assert "at least 0.1 (most of the page is de)" in said
    assert said.endswith("(it was dropped before its text was looked for)")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kept", "was", "now", "expected"),
    [
        ("en", "", "", ["extract"]),
        ("de", "", "", ["extract"]),
        ("en", "screen = 0.1", "", ["language"]),
        ("en", "screen = 0.1", "screen = 0.0", ["language"]),
        ("en", "[[step]]", '[[step]]\nlimits = { listed = "off" }', []),
        ("en", '["en"]', "[]", []),
    ],
)
def test_recipes(crawl: Path, tmp_path: Path, kept: str, was: str, now: str, expected: list[str]) -> None:
    """Each in the place of a build by another, whose files are there still."""
    ingested(tmp_path / "out", recipe(tmp_path), [str(crawl)])
    built = ingested(tmp_path / "out", recipe(tmp_path, kept, was, now), [str(crawl)])
    assert [row["stage"] for row in built.rows("rejected")] == expected * 3
    assert len(built.rows("kept")) == 6 - 3 * len(expected)


def test_they_count_as_dropped_by_the_steps(crawl: Path, tmp_path: Path) -> None:
    made = dataclasses.replace(recipe(tmp_path), max_dropped_share=0.4)
    built = ingested(tmp_path / "out", made, [str(crawl)])
    with pytest.raises(BuildFailed, match=r"dropped 50\.0% of the 6 documents .* by extract\.language \(3\)"):
        Guard(made).hold(built.ingested)
