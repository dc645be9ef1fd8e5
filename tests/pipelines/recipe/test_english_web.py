"""english-web on pages from public bug reports of the field, and what is right for each."""

from pathlib import Path

import pytest

from winnow.filters.document import Document
from winnow.pipelines.extraction.extract import extract
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.ingest.chain import carefully
from winnow.pipelines.recipe.file import find, load

CASES = Path(__file__).resolve().parents[3] / "../shared/data/field-cases"
pytestmark = pytest.mark.skipif(not CASES.exists(), reason="no shared data here")
CODE = """The function is short and stands here in full:
def total(prices):
    result = []
    best = prices[0]
    for price in prices:
        result.append(price)
    return result
The matrix[5] of the appendix and the interval [1] stay."""
LISTS = """Ingredients
- Flour
- Salt
- Two eggs
Method
Mix it.
Bake it for an hour in a hot oven.
JavaScript is a language of the web that every browser runs, and it is taught in this course of ours."""
LINKS = """You will need these tools:
- A chain breaker of steel
- A bottle of light oil
- An old toothbrush"""


@pytest.mark.parametrize(
    ("name", "stands", "lines"),
    [
        ("c4-lines-eat-code", CODE, 13), ("c4-lines-eat-lists", LISTS, 13), ("list-of-links", LINKS, 10),
        ("wrapped-loose-text", "peel ginger. What I learned in that hour was mostly about fire. The bones are", 5),
    ],
)  # fmt: skip
def test_what_stands_in_the_corpus(name: str, stands: str, lines: int) -> None:
    recipe = load(find("english-web"))
    html = (CASES / name / "page.html").read_text(encoding="utf-8")
    found = extract(html, f"https://{name}.example/p", None, recipe.extract_of("web"))
    assert isinstance(found, Extracted)
    steps = [step for step in recipe.steps_of("web") if step.needs_text]
    done = carefully(Document("0" * 32, found.text, "web", meta=found.meta), steps, {})
    assert (done.end(), stands in done.document.text) == (("", []), True)
    assert len(done.document.text.split("\n")) == lines
