from pathlib import Path

import pytest
import tomli_w

from winnow.pipelines.errors import BadCall
from winnow.pipelines.recipe.file import find, load
from winnow.pipelines.recipe.lock import table_of
from winnow.pipelines.recipe.model import Recipe
from winnow.pipelines.recipe.show import in_language, shown_table

RECIPE = """
name = "r"
[[source]]
name = "web"
[[step]]
use = "language"
keep = ["de", "fr", "xx"]
[[step]]
use = "gopher_quality"
stop_words = []
by_language = ["stop_words", "mean_word_length"]
[step.languages.de.limits]
mean_word_length = { max = 20 }
[step.languages.xx]
stop_words = ["a"]
"""


def loaded(folder: Path, text: str) -> Recipe:
    (folder / "r.toml").write_text(text, encoding="utf-8")
    return load(folder / "r.toml")


def test_that_values_are_the_tables_is_shown_and_not_the_values(tmp_path: Path) -> None:
    recipe = loaded(tmp_path, RECIPE)
    step = shown_table(recipe)["step"][1]
    assert step["by_language"] == ["stop_words", "mean_word_length"]
    assert step["languages"] == {"de": {"limits": {"mean_word_length": {"max": 20}}}, "xx": {"stop_words": ["a"]}}
    again = loaded(tmp_path, tomli_w.dumps(shown_table(recipe)))
    assert (again, again.steps[1].by_language) == (recipe, recipe.steps[1].by_language)


def test_in_one_language(tmp_path: Path) -> None:
    recipe = loaded(tmp_path, RECIPE)
    made = table_of(in_language(recipe, "de"))
    assert made["step"][0]["keep"] == ["de"]
    assert made["step"][1]["limits"]["mean_word_length"] == {"max": 20}
    assert len(made["step"][1]["stop_words"]) == 15
    assert "languages" not in made["step"][1]
    assert loaded(tmp_path, tomli_w.dumps(made)) == in_language(recipe, "de")
    assert table_of(in_language(recipe, "xx"))["step"][1]["stop_words"] == ["a"]


def test_a_language_that_the_recipe_does_not_keep(tmp_path: Path) -> None:
    with pytest.raises(BadCall) as error:
        in_language(loaded(tmp_path, RECIPE), "fre")
    assert str(error.value) == "the recipe 'r' keeps no documents in 'fre'; did you mean 'fr'?"


def test_a_recipe_without_languages_is_shown_as_it_is() -> None:
    recipe = load(find("fineweb"))
    assert shown_table(recipe) == table_of(recipe)
    assert in_language(recipe, "en") == recipe


def test_web_in_every_language_is_a_recipe(tmp_path: Path) -> None:
    recipe = load(find("web"))
    assert loaded(tmp_path, tomli_w.dumps(shown_table(recipe))) == recipe
    for code in ("de", "zh", "sd"):
        made = in_language(recipe, code)
        assert loaded(tmp_path, tomli_w.dumps(table_of(made))) == made
