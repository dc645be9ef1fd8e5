import dataclasses
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from filters.gopher_quality import GopherQuality
from pipelines.duplicates.near_duplicates import NearDuplicates
from pipelines.errors import BadCall
from pipelines.lock import table_of
from pipelines.recipe import Dedup, Output, Recipe
from pipelines.recipe_file import find, load, shipped

LEAST = 'name = "r"\n[[source]]\nname = "web"\n'
QUALITY = '[[step]]\nuse = "gopher_quality"\n'


def loaded(folder: Path, text: str) -> Recipe:
    path = folder / "r.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def limits(recipe: Recipe) -> dict[str, tuple[float | None, float | None]]:
    return {rule.name: (rule.min, rule.max) for rule in recipe.steps[0].rules}


def test_the_shipped_recipes() -> None:
    assert {"english-web", "fineweb", "tiny"} <= set(shipped())
    assert shipped() == sorted(shipped())


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_recipe_written_out_is_the_same_recipe(name: str, tmp_path: Path) -> None:
    recipe = load(find(name))
    assert recipe.about != ""
    assert loaded(tmp_path, tomli_w.dumps(table_of(recipe))) == recipe


def test_everything_written_out_is_the_same_recipe(tmp_path: Path) -> None:
    recipe = loaded(
        tmp_path,
        'name = "all"\nabout = "é"\nrejected_text = "sample"\nmax_dropped_share = 0.25\n'
        '[[source]]\nname = "a b"\nlicence = "CC0-1.0"\nread = { statuses = ["200", "206"], digest = "note" }\n'
        '[[source]]\nname = "other"\n[extract]\nfavour = "recall"\n'
        f'{QUALITY}name = "first"\nlimits = {{ words = "off", stop_words = {{ min = 0.5 }} }}\n'
        f'{QUALITY}name = "second"\n[dedup]\nexact = false\nnear = "off"\n[output]\npart_characters = 7\n',
    )
    assert [s.name for s in recipe.sources] == ["a b", "other"]
    assert recipe.source("a b").licence == "CC0-1.0"
    assert [(s.name, s.use) for s in recipe.steps] == [("first", "gopher_quality"), ("second", "gopher_quality")]
    assert (recipe.dedup, recipe.output.part_characters) == (Dedup(False, None), 7)
    assert loaded(tmp_path, tomli_w.dumps(table_of(recipe))) == recipe


def test_the_least_recipe_has_the_defaults(tmp_path: Path) -> None:
    recipe = loaded(tmp_path, LEAST)
    assert (recipe.steps, recipe.dedup, recipe.output) == ((), Dedup(True, NearDuplicates()), Output())
    assert (recipe.rejected_text, recipe.max_dropped_share, recipe.about) == ("all", 1.0, "")
    assert recipe.sources[0].licence is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", (50, 100_000)),
        ('limits = { words = "off" }', (None, None)),
        ("limits = { words = { min = 3 } }", (3, None)),
        ("limits = { words = { max = 0 } }", (None, 0)),
        ("limits = { words = { max = -1 } }", (None, -1)),
        ("limits = { words = { min = 3, max = 3 } }", (3, 3)),
        ("[step.limits]\nwords = { min = 0.5 }", (0.5, None)),
    ],
)
def test_limits_stand_in_the_place_of_published_ones(
    tmp_path: Path, text: str, words: tuple[float | None, float | None]
) -> None:
    published = {rule.name: (rule.min, rule.max) for rule in GopherQuality.RULES}
    assert limits(loaded(tmp_path, LEAST + QUALITY + text)) == published | {"words": words}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "a recipe needs a [[source]]"),
        ('[[source]]\nname = "a"\n', "the recipe needs 'name'"),
        (LEAST + "colour = 1\n", "line 4: a source has no setting 'colour'; valid are: kind, licence, name, read"),
        ("abuot = 1\n" + LEAST, "line 1: a recipe has no setting 'abuot'; did you mean 'about'?"),
        ("about = ['x']\n" + LEAST, "line 1: the recipe, about is ['x'], wanted a string"),
        ("max_dropped_share = [0.5]\n" + LEAST, "line 1: the recipe, max_dropped_share is [0.5], wanted a number"),
        ("max_dropped_share = nan\n" + LEAST, "line 1: the recipe, max_dropped_share is nan, wanted a number"),
        ("max_dropped_share = 98\n" + LEAST, "the recipe: max_dropped_share is a share between 0 and 1, not 98.0"),
        ("max_dropped_share = -0.1\n" + LEAST, "the recipe: max_dropped_share is a share between 0 and 1, not -0.1"),
        ("rejected_text = 'some'\n" + LEAST, "rejected_text is 'some'; did you mean 'sample'?"),
        ("source = 1\nname = 'r'\n", "line 1: write [[source]], with two brackets"),
        ("name = 'r'\n[source]\nname = 'web'\n", "line 2: write [[source]], with two brackets"),
        ("extract = 3\n" + LEAST, "line 1: [extract] is 3, wanted a table"),
        (LEAST + "[[extract]]\nfavour = 'x'\n", "line 4: [extract] is [{'favour': 'x'}], wanted a table"),
        (LEAST + "[output]\npart_characters = 0\n", "line 4: [output]: part_characters must be at least 1, not 0"),
        (LEAST + "[output]\nrow_group_characters = -1\n", "row_group_characters must be at least 1, not -1"),
        (LEAST + "[output]\npart_characters = true\n", "line 5: [output], part_characters is True, wanted a whole"),
        (LEAST + "kind = 'wrac'\n", "line 4: there is no kind of source 'wrac'; did you mean 'warc'?"),
        (LEAST + "kind = ['warc']\n", "line 4: there is no kind of source ['warc']"),
        (LEAST + "read = 3\n", "line 4: [source.read] is 3, wanted a table"),
        (LEAST + "[source.read]\nstatus = ['200']\n", "line 5: [source.read] has no setting 'status'; did you mean"),
        (LEAST + "licence = 3\n", "line 4: licence is 3, wanted a string"),
        (LEAST + LEAST.split("\n", 1)[1], "line 4: two sources are called 'web': give one another `name`"),
        (LEAST + QUALITY + QUALITY, "line 6: two steps are called 'gopher_quality': give one another `name`"),
        (LEAST + "[[step]]\nuse = 'gopher_qualty'\n", "line 5: there is no step 'gopher_qualty'; did you mean"),
        (LEAST + "[[step]]\n", "line 4: there is no step None"),
        (LEAST + QUALITY + "min_word = 3\n", "line 6: step 'gopher_quality' has no setting 'min_word'"),
        (LEAST + QUALITY + "limits = 3\n", "line 6: step 'gopher_quality' is 3, wanted a table"),
        (LEAST + QUALITY + "[step.limits]\nword = { min = 1 }\n", "line 7: step 'gopher_quality' has no setting"),
        (LEAST + QUALITY + "limits = { words = { min = 2, max = 1 } }\n", "line 6: words: min lies above max"),
        (LEAST + "[dedup]\nnear = 3\n", "line 5: near is 3; write a table [dedup.near] or \"off\""),
        (LEAST + "[dedup]\nexact = 1\n", "line 5: exact is 1, wanted true or false"),
        (LEAST + "[dedup]\nexact = false\n", "line 5: near duplicates include exact ones"),
        (LEAST + "[dedup]\nfuzzy = 1\n", "line 5: [dedup] has no setting 'fuzzy'"),
        (LEAST + "[dedup.near]\nsimilarity = 0\n", "line 4: [dedup.near]: similarity must be above 0"),
        (LEAST + "[[dedup]]\n", "line 4: [dedup] is [{}], wanted a table"),
    ],
)  # fmt: skip
def test_mistakes_are_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadCall) as error:
        loaded(tmp_path, text)
    assert str(error.value).startswith(f"{tmp_path / 'r.toml'}")
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "limit", ["{ }", "3", "{ min = nan }", "{ max = inf }", "{ min = true }", '{ min = "1" }', "{ mim = 1 }", '"on"',
              "{ min = 1, max = nan }", f"{{ max = 1{'0' * 400} }}"]
)  # fmt: skip
def test_a_limit_is_min_and_max_or_off(tmp_path: Path, limit: str) -> None:
    with pytest.raises(BadCall, match=r"line 6: words is .*; write \{ min = …, max = … \} or \"off\""):
        loaded(tmp_path, f"{LEAST}{QUALITY}limits = {{ words = {limit} }}\n")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a=b", 3])
def test_a_source_is_called_like_a_folder(tmp_path: Path, name: Any) -> None:
    with pytest.raises(BadCall, match=r"line 3: a source needs a name without"):
        loaded(tmp_path, f'name = "r"\n[[source]]\nname = {json.dumps(name)}\n')


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", 3])
def test_a_step_is_called_like_a_folder(tmp_path: Path, name: Any) -> None:
    with pytest.raises(BadCall, match=r"line 6: a step's name is a string without"):
        loaded(tmp_path, f"{LEAST}{QUALITY}name = {json.dumps(name)}\n")


@pytest.mark.parametrize("name", [*Recipe.COLUMNS, *Recipe.STAGES])
def test_reserved_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadCall, match=f"a step cannot be called '{name}'"):
        loaded(tmp_path, f'{LEAST}{QUALITY}name = "{name}"\n')


def test_an_annotator_has_no_column_of_its_own(tmp_path: Path) -> None:
    step = loaded(tmp_path, LEAST + '[[step]]\nuse = "language"\n').steps[0]
    assert (step.name, step.column, step.measures) == ("language", False, ("listed", "score"))


def test_a_filter_has_a_column(tmp_path: Path) -> None:
    step = loaded(tmp_path, LEAST + QUALITY).steps[0]
    assert (step.column, step.measures) == (True, tuple(rule.name for rule in GopherQuality.RULES))


def test_lists_stand_beside_the_recipe(tmp_path: Path) -> None:
    text = LEAST + '[[step]]\nuse = "url"\nname = "block"\ndomains = "bad.txt"\n'
    with pytest.raises(BadCall, match=r"line 7: domains: there is no file .*bad\.txt"):
        loaded(tmp_path, text)
    (tmp_path / "bad.txt").write_text("example.org\n")
    recipe = loaded(tmp_path, text)
    assert dataclasses.asdict(recipe.steps[0].settings)["domains"] == str(tmp_path / "bad.txt")  # type: ignore[call-overload]
    assert loaded(tmp_path, tomli_w.dumps(table_of(recipe))) == recipe
    with pytest.raises(BadCall, match="line 7: step 'block', domains is 3, wanted a string"):
        loaded(tmp_path, text.replace('"bad.txt"', "3"))


def test_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.toml").write_text(LEAST)
    assert find("own.toml") == Path("own.toml")
    assert tomllib.loads(find("tiny").read_text())["name"] == "tiny"


@pytest.mark.parametrize(
    ("name", "said"),
    [("tinny", "there is no recipe 'tinny'; did you mean 'tiny'?"),
     ("x.toml", "x.toml: there is no such recipe file"),
     ("a/tiny", "a/tiny: there is no such recipe file"), ("", "there is no recipe ''"),
     (".", "there is no recipe '.'")],
)  # fmt: skip
def test_not_finding(name: str, said: str) -> None:
    with pytest.raises(BadCall) as error:
        find(name)
    assert str(error.value).startswith(said)
