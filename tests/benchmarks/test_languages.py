"""What the recipe `web` makes of the Declaration of Human Rights, and of bad documents made of its words."""

import pytest

from benchmarks.languages import Fates, fates, lines
from tests.filters.languages.marked import BAD, GOOD, LANGUAGES, MADE, SHARED, UDHR, declaration, marked
from winnow.filters.document import Document
from winnow.filters.languages.table import table
from winnow.pipelines.recipe.file import find, load
from winnow.pipelines.recipe.model import Recipe

needs_texts = pytest.mark.skipif(not SHARED.exists(), reason="no shared data here")
NOT_KNOWN = {"so"}
"""lid.176 takes Somali for English and Finnish, with a probability of a tenth."""


@pytest.fixture(scope="module")
def web() -> Recipe:
    return load(find("web"))


@needs_texts
@pytest.mark.slow
def test_good_ones_are_kept_and_bad_ones_dropped(web: Recipe) -> None:
    found = fates(web, marked((UDHR, MADE)))
    dropped = {language: (found.get((language, GOOD)), found[language, BAD]) for language in LANGUAGES}
    assert {
        language for language, (good, _) in dropped.items() if good and len(good.dropped) > 0.15 * good.all
    } == set()
    assert {language for language, (_, bad) in dropped.items() if len(bad.dropped) < 0.8 * bad.all} == set()


@needs_texts
@pytest.mark.slow
def test_the_declaration_is_kept_in_every_language_of_the_table(web: Recipe) -> None:
    """In documents of ten paragraphs."""
    documents = [
        (language, GOOD, f"{file}:{at}", Document("0" * 32, "\n".join(all_[at : at + 10]), "udhr"))
        for language, files in declaration().items() if language in table()
        for file, all_ in files.items() for at in range(0, len(all_) - 9, 5)
    ]  # fmt: skip
    found = fates(web, documents)
    assert len(found) == 70
    bad = {language: of.rules for (language, _), of in found.items() if len(of.dropped) > 0.15 * of.all}
    assert bad.keys() - NOT_KNOWN == set()


def test_the_table() -> None:
    good, bad = Fates(["a"], {"b": "x.y, x.z", "c": "x.y"}), Fates([], {"d": "x.z"})
    assert list(lines({("de", GOOD): good, ("de", BAD): bad})) == [
        "    good  dropped  bad  dropped  good ones dropped by  bad ones dropped by",
        "de     3   66.7 %    1  100.0 %  x.y 2                 x.z 1",
    ]
