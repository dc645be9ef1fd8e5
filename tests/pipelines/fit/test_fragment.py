import dataclasses
import tomllib
from typing import Any

import pytest
from fit_texts import RECIPE, fitted

from winnow.filters.families.gopher_quality import GopherQuality
from winnow.filters.rules import Rule
from winnow.pipelines.annotators.language import Language
from winnow.pipelines.fit.fragment import of_one_language, of_several_languages
from winnow.pipelines.recipe.model import Step

RULES = tuple(
    {"words": Rule("words", min=5), "hash_to_word_ratio": Rule("hash_to_word_ratio")}.get(rule.name, rule)
    for rule in GopherQuality.RULES
)
QUALITY = Step("gopher_quality", "gopher_quality", GopherQuality(), RULES)
TABLE: dict[str, Any] = tomllib.loads(RECIPE)["step"][0]
WORDS = ["oko", "eme"]
FITTED = {"mean_word_length": {"min": 3, "max": 9.25}, "stop_words": {"min": 2}}
KEPT = {"words": {"min": 5}, "hash_to_word_ratio": "off"}


def test_one_language() -> None:
    text = of_one_language(fitted(), [(QUALITY, TABLE)])
    assert tomllib.loads(text)["step"] == [
        {"use": "gopher_quality", "stop_words": WORDS, "limits": KEPT | FITTED}
    ]  # fmt: skip
    assert text.startswith("# Limits for documents in 'eo', for a recipe of documents in 'eo' alone.\n")
    assert "mean_word_length = { min = 3, max = 9.25 }    # min stays; max drops 0.5 %, with 12 it was 0.0 %\n" in text


def test_one_language_has_what_the_step_is_for_it() -> None:
    """Of a table of languages, say: nothing of it is left in the recipe."""
    step = dataclasses.replace(QUALITY, settings=GopherQuality("dclm", ("la",)))
    table = TABLE | {"variant": "winnow", "by_language": True, "languages": {"eo": {"variant": "dclm"}}, "limits": {}}
    (found,) = tomllib.loads(of_one_language(fitted(stop_words=()), [(step, table)]))["step"]
    assert found == {"use": "gopher_quality", "variant": "dclm", "stop_words": ["la"], "limits": KEPT | FITTED}


def test_several_languages() -> None:
    text = of_several_languages(fitted(), [(QUALITY, TABLE)])
    own = {"stop_words": WORDS, "limits": FITTED}
    assert tomllib.loads(text)["step"] == [{"use": "gopher_quality", "limits": KEPT, "languages": {"eo": own}}]


def test_what_the_recipe_has_by_language_stays() -> None:
    others = {"fr": {"stop_words": ["le"], "limits": {"words": {"min": 9}}}, "it": {"limits": {"words": "off"}}}
    before = {"stop_words": ["a"], "limits": {"words": {"min": 7}, "mean_word_length": {"max": 99}}}
    table = TABLE | {"by_language": True, "languages": {**others, "eo": before}}
    own = {"stop_words": WORDS, "limits": {"words": {"min": 7}} | FITTED}
    (step,) = tomllib.loads(of_several_languages(fitted(), [(QUALITY, table)]))["step"]
    assert step == {"use": "gopher_quality", "by_language": True, "limits": KEPT, "languages": {**others, "eo": own}}


@pytest.mark.parametrize(
    ("keep", "one", "several"), [((), None, None), (("eo",), None, None), (("en",), ["eo"], ["en", "eo"])]
)
def test_the_language_is_kept(keep: tuple[str, ...], one: Any, several: Any) -> None:
    step = Step("language", "language", Language(keep=keep), Language.RULES)
    steps = [(step, {"use": "language", "keep": list(keep)}), (QUALITY, TABLE)]
    found = [tomllib.loads(write(fitted(), steps))["step"] for write in (of_one_language, of_several_languages)]
    kept = [next((step["keep"] for step in each if step["use"] == "language"), None) for each in found]
    assert kept == [one, several]


def test_steps_of_which_nothing_was_fitted_are_left_out() -> None:
    found = fitted(stop_words=(), rules=())
    assert tomllib.loads(of_one_language(found, [(QUALITY, TABLE)])) == {}
    assert tomllib.loads(of_several_languages(found, [(QUALITY, TABLE)])) == {}


def test_any_setting_is_toml_again() -> None:
    odd = {
        "use": "gopher_quality", "variant": "winnow", "name": 'a "b"\n\x7f\\', "list": ["x", 'y"'], "big": 10_000,
        "real": 0.5, "yes": True, "odd key": {"in": [1.5]},
    }  # fmt: skip
    step = Step("gopher_quality", "gopher_quality", GopherQuality(), GopherQuality.RULES)
    (table,) = tomllib.loads(of_one_language(fitted(), [(step, odd)]))["step"]
    assert {key: table[key] for key in odd} == odd
