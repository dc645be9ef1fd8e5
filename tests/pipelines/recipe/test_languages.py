from pathlib import Path
from typing import Any

import pytest
import tomli_w

from winnow.filters.families.gopher_quality import GopherQuality
from winnow.pipelines.errors import BadCall
from winnow.pipelines.recipe.file import load
from winnow.pipelines.recipe.lock import table_of
from winnow.pipelines.recipe.model import Recipe, Step

HEAD = 'name = "r"\n[[source]]\nname = "web"\n'
KEEPS = '[[step]]\nuse = "language"\nkeep = ["de", "fr", "xx"]\n'
QUALITY = '[[step]]\nuse = "gopher_quality"\nstop_words = []\n'


def loaded(folder: Path, text: str) -> Recipe:
    (folder / "r.toml").write_text(HEAD + text, encoding="utf-8")
    return load(folder / "r.toml")


def last(folder: Path, text: str) -> Step:
    return loaded(folder, text).steps[-1]


def limit(step: Step, name: str) -> tuple[float | None, float | None]:
    return next((rule.min, rule.max) for rule in step.rules if rule.name == name)


def stop_words(step: Step) -> int:
    settings: Any = step.settings
    return len(settings.stop_words)


def test_without_anything_by_language_a_step_is_one(tmp_path: Path) -> None:
    step = last(tmp_path, KEEPS + QUALITY)
    assert (step.languages, step.by_language) == ((), ())
    assert [step.of(code) is step for code in ("de", "xx", None)] == [True, True, True]


def test_from_the_table(tmp_path: Path) -> None:
    """Of languages that are kept alone."""
    step = last(tmp_path, f"{KEEPS}{QUALITY}by_language = true\nlimits = {{ mean_word_length = {{ min = 1 }} }}\n")
    assert step.by_language == ("stop_words", "mean_word_length", "alphabetic_word_share")
    assert [code for code, _ in step.languages] == ["de", "fr"]
    assert [(stop_words(step.of(code)), limit(step.of(code), "mean_word_length")) for code in ("de", "fr", "xx")] == [
        (15, (None, 16.0)), (18, (2.0, 12.0)), (0, (1, None)),
    ]  # fmt: skip
    assert [limit(step.of(code), "words") for code in ("de", "xx", None)] == [(50, 100_000)] * 3
    assert [(of.name, of.use, of.languages) for _, of in step.languages] == [(step.name, step.use, ())] * 2


def test_some_of_it_from_the_table(tmp_path: Path) -> None:
    step = last(tmp_path, f'{KEEPS}{QUALITY}by_language = ["alphabetic_word_share"]\n').of("fr")
    assert (stop_words(step), limit(step, "mean_word_length"), limit(step, "alphabetic_word_share")) == (
        0, (3, 10), (0.812, None),
    )  # fmt: skip


def test_the_recipe_has_the_last_word(tmp_path: Path) -> None:
    text = """by_language = true
[step.languages.de]
stop_words = ["Der"]
limits = { words = { min = 7 }, mean_word_length = "off" }
[step.languages.xx.limits]
words = { min = 8 }
"""
    step = last(tmp_path, KEEPS + QUALITY + text)
    german, other = step.of("de"), step.of("xx")
    assert german.settings == GopherQuality(stop_words=("Der",))
    assert [limit(german, name) for name in ("words", "mean_word_length", "alphabetic_word_share")] == [
        (7, None), (None, None), (0.774, None),
    ]  # fmt: skip
    assert (limit(other, "words"), other.settings) == ((8, None), step.settings)


def test_written_out_it_is_the_same_recipe(tmp_path: Path) -> None:
    """The lock holds values, so that it is the same recipe beside another table; only where they are from is gone."""
    recipe = loaded(tmp_path, f"{KEEPS}{QUALITY}by_language = true\n[step.languages.xx]\nstop_words = ['a']\n")
    written = table_of(recipe)
    assert "by_language" not in written["step"][1]
    assert written["step"][1]["languages"]["xx"] == {"stop_words": ["a"]}
    (tmp_path / "again.toml").write_text(tomli_w.dumps(written), encoding="utf-8")
    again = load(tmp_path / "again.toml")
    assert (again, again.steps[1].by_language) == (recipe, ())
    assert table_of(again) == written


def test_what_has_nothing_otherwise_still_has_limits_of_its_own(tmp_path: Path) -> None:
    step = last(tmp_path, f"{KEEPS}{QUALITY}[step.languages.de]\n")
    assert [code for code, _ in step.languages] == ["de"]
    assert step.of("de") is not step
    assert step.of("de").settings == step.settings


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[step]]\nuse = "c4_page"\nby_language = true\n', "line 9: the table of languages has nothing of a step "
         "'c4_page', but of gopher_quality, gopher_repetition, fineweb_quality"),
        (f'{QUALITY}variant = "dolma"\nby_language = true\n', "has no values of the variant 'dolma', but of winnow and "
         "datatrove"),
        (f'{QUALITY}by_language = "all"\n', "by_language is 'all', wanted true, false or a list of stop_words"),
        (f"{QUALITY}by_language = []\n", "by_language is [], wanted true, false or a list of stop_words"),
        (f'{QUALITY}by_language = ["stop_word"]\n',
         "by_language: the table has no 'stop_word' of this step; did you mean 'stop_words'?"),
        (f"{QUALITY}languages = 7\n", "languages is 7; write a table [step.languages.CODE]"),
        (f"{QUALITY}languages = {{ de = 7 }}\n", "step 'gopher_quality' in 'de' is 7, wanted a table"),
        (f"{QUALITY}[step.languages.de]\nname = 'x'\n", "line 11: step 'gopher_quality' in 'de' has no setting 'name'"),
        (f"{QUALITY}[step.languages.de]\nstop_word = []\n", "did you mean 'stop_words'?"),
        (f"{QUALITY}[step.languages.de.limits]\nword = 'off'\n", "did you mean 'words'?"),
        (f"{QUALITY}[step.languages.DE]\nstop_words = []\n", "'DE' is no code of a language, as 'de'"),
        (f"{QUALITY}[step.languages.deu]\nstop_words = []\n",
         "step 'gopher_quality' has something of its own for 'deu', and no document in it is kept; did you mean 'de'?"),
        ('[[step]]\nuse = "url"\n[step.languages.de]\n',
         "comes before the text is there, whose language nobody knows yet"),
        ('[[step]]\nuse = "bad_words"\n[step.languages.de]\nwords = "w"\n', "step 'bad_words' in 'de' has no setting "
         "'words'"),
        ('[[step]]\nuse = "language"\nname = "again"\n[step.languages.de]\nkeep = ["de"]\n', "has no setting 'keep'"),
    ],
)  # fmt: skip
def test_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadCall) as error:
        loaded(tmp_path, KEEPS + text)
    assert said in str(error.value)
