import dataclasses
import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from winnow.filters.families.gopher_quality import GopherQuality
from winnow.pipelines.annotators.language import Language
from winnow.pipelines.dedup.settings import Losses, NearDuplicates, Spans, Substrings
from winnow.pipelines.errors import BadCall
from winnow.pipelines.extraction.settings import ExtractSettings
from winnow.pipelines.recipe.catalogue import SOURCES, STEPS
from winnow.pipelines.recipe.file import find, load, shipped
from winnow.pipelines.recipe.lock import lists, table_of
from winnow.pipelines.recipe.model import Dedup, Output, Recipe, Source

LEAST = 'name = "r"\n[[source]]\nname = "web"\n'
QUALITY = '[[step]]\nuse = "gopher_quality"\n'


def loaded(folder: Path, text: str) -> Recipe:
    path = folder / "r.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def limits(recipe: Recipe) -> dict[str, tuple[float | None, float | None]]:
    return {rule.name: (rule.min, rule.max) for rule in recipe.steps[0].rules}


def test_the_shipped_recipes() -> None:
    assert {"c4", "english-web", "fineweb", "tiny"} <= set(shipped())
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
        '[[source]]\nname = "a b"\nlicense = "CC0-1.0"\nread = { statuses = ["200", "206"], digest = "note" }\n'
        '[[source]]\nname = "other"\n[extract]\nfavour = "recall"\n'
        f'{QUALITY}name = "first"\nlimits = {{ words = "off", stop_words = {{ min = 0.5 }} }}\n'
        f'{QUALITY}name = "second"\n[dedup]\nexact = false\nnear = "off"\n'
        'order = ["-first.words", "newest", "second.stop_words"]\n'
        'max_lost_share = 0.5\nmay_lose = ["a b"]\nmax_lost_share_of_domain = 0.25\n'
        'domains_may_lose = ["a.example"]\nleast_domain_documents = 7\n[output]\npart_characters = 7\n',
    )
    assert [s.name for s in recipe.sources] == ["a b", "other"]
    assert recipe.source("a b").license == "CC0-1.0"
    assert [(s.name, s.use) for s in recipe.steps] == [("first", "gopher_quality"), ("second", "gopher_quality")]
    assert (recipe.dedup, recipe.output.part_characters) == (
        Dedup(False, None, ("-first.words", "newest", "second.stop_words"),
              Losses(0.5, ("a b",), 0.25, ("a.example",), 7)), 7,
    )  # fmt: skip
    assert recipe.dedup.measures == (("first", "words"), ("second", "stop_words"))
    assert loaded(tmp_path, tomli_w.dumps(table_of(recipe))) == recipe


def test_the_least_recipe_has_the_defaults(tmp_path: Path) -> None:
    recipe = loaded(tmp_path, LEAST)
    assert (recipe.steps, recipe.dedup, recipe.output) == ((), Dedup(True, NearDuplicates()), Output())
    assert (recipe.rejected_text, recipe.max_dropped_share, recipe.about) == ("all", 1.0, "")
    assert recipe.sources[0].license is None


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
        (LEAST + "colour = 1\n", "line 4: a source has no setting 'colour'; valid are: dedup, kind, license, name, "
         "priority, read, synthetic"),
        ("abuot = 1\n" + LEAST, "line 1: a recipe has no setting 'abuot'; did you mean 'about'?"),
        ("about = ['x']\n" + LEAST, "line 1: the recipe, about is ['x'], wanted a string"),
        ("max_dropped_share = [0.5]\n" + LEAST, "line 1: the recipe, max_dropped_share is [0.5], wanted a number"),
        ("max_dropped_share = nan\n" + LEAST, "line 1: the recipe, max_dropped_share is nan, wanted a number"),
        ("max_dropped_share = 98\n" + LEAST, "line 1: the recipe, max_dropped_share is 98.0; allowed is 0 to 1"),
        ("max_dropped_share = -0.1\n" + LEAST, "line 1: the recipe, max_dropped_share is -0.1; allowed is 0 to 1"),
        ("warn_dropped_share = 1.1\n" + LEAST, "line 1: the recipe, warn_dropped_share is 1.1; allowed is 0 to 1"),
        ("warn_dropped_share = -0.1\n" + LEAST, "line 1: the recipe, warn_dropped_share is -0.1; allowed is 0 to 1"),
        ("rejected_text = 'some'\n" + LEAST, "rejected_text is 'some'; did you mean 'sample'?"),
        ("source = 1\nname = 'r'\n", "line 1: write [[source]], with two brackets"),
        ("name = 'r'\n[source]\nname = 'web'\n", "line 2: write [[source]], with two brackets"),
        ("extract = 3\n" + LEAST, "line 1: [extract] is 3, wanted a table"),
        (LEAST + "[[extract]]\nfavour = 'x'\n", "line 5: [extract], favour is 'x'; it is none of precision,"),
        (LEAST + "[output]\npart_characters = 0\n", "line 5: [output], part_characters is 0; allowed is 1 to 1,0"),
        (LEAST + "[output]\nrow_group_characters = -1\n", "line 5: [output], row_group_characters is -1; allowed is 1"),
        (LEAST + "[output]\npart_characters = true\n", "line 5: [output], part_characters is True, wanted a whole"),
        (LEAST + "kind = 'wrac'\n", "line 4: there is no kind of source 'wrac'; did you mean 'warc'?"),
        (LEAST + "kind = ['warc']\n", "line 4: there is no kind of source ['warc']"),
        (LEAST + "read = 3\n", "line 4: [source.read] is 3, wanted a table"),
        (LEAST + "[source.read]\nstatus = ['200']\n", "line 5: [source.read] has no setting 'status'; did you mean"),
        (LEAST + "license = 3\n", "line 4: a source, license is 3, wanted a string"),
        (LEAST + "priority = 1.5\n", "line 4: a source, priority is 1.5, wanted a whole number"),
        (LEAST + "synthetic = 1\n", "line 4: a source, synthetic is 1, wanted true or false"),
        (LEAST + "dedup = 'records'\n", "line 4: a source, dedup is 'records'; did you mean 'record'?"),
        (LEAST + "licence = 'CC0-1.0'\n", "line 4: a source has no setting 'licence'; did you mean 'license'?"),
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
        (LEAST + "[dedup]\norder = 'longest'\n", "line 5: order is 'longest'; write a list, as ['priority', "),
        (LEAST + "[dedup]\norder = ['newst']\n", "line 5: order has 'newst'; did you mean 'newest'? (of a"),
        (LEAST + "[dedup]\norder = [1]\n", "line 5: order has 1; valid are: longest, newest, oldest, "),
        (LEAST + "[dedup]\norder = ['-oldest']\n", "line 5: order has '-oldest'; did you mean 'oldest'?"),
        (LEAST + "[dedup]\norder = ['oldest', 'longest', 'oldest']\n", "line 5: order has 'oldest' twice"),
        (f"{LEAST}{QUALITY}[dedup]\norder = ['gopher_quality.x']\n", "order has 'gopher_quality.x'; did you mean"),
        (LEAST + "[dedup]\nmax_lost_share = 1.5\n", "line 5: [dedup], max_lost_share is 1.5; allowed is 0 to 1"),
        (LEAST + "[dedup]\nmay_lose = ['wbe']\n", "line 5: may_lose: there is no source 'wbe'; did you mean 'web'?"),
        (LEAST + "[dedup]\nmax_lost_share_of_domain = -0.1\n", "[dedup], max_lost_share_of_domain is -0.1; allowed is"),
        (LEAST + "[dedup]\nleast_domain_documents = 0\n", "line 5: [dedup], least_domain_documents is 0; allowed is 1"),
        (LEAST + "[dedup]\ndomains_may_lose = ['A.example']\n", "domains_may_lose is 'A.example'; wanted a registered"),
        (LEAST + "[dedup]\ndomains_may_lose = ['http://a.b']\n", "domains_may_lose is 'http://a.b'; wanted a"),
        (LEAST + "[dedup]\nfuzzy = 1\n", "line 5: [dedup] has no setting 'fuzzy'"),
        (LEAST + "[dedup.near]\nsimilarity = 0\n", "line 5: [dedup.near], similarity is 0.0; allowed is above 0, and"),
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


NEAR, LANGUAGE, C4 = "[dedup.near]", '[[step]]\nuse = "language"', '[[step]]\nuse = "c4_lines"'
SEGMENTS, LINES = (f'[[step]]\nuse = "language_{of}"' for of in ("segments", "lines"))
READ, MC4 = "[source.read]", '[[step]]\nuse = "mc4_page"'
JSONL = 'kind = "jsonl"\n[source.read]'
BOOKS = 'kind = "books"\n[source.read]'
WIKIPEDIA = 'kind = "wikipedia"\n[source.read]'
CODE = 'kind = "code"\n[source.read]'
RANGES: list[tuple[str, str, float, float]] = [
    ("# a source", "priority", -1_000_000, 1_000_000),
    ("[output]", "part_characters", 1, 1 << 40), ("[output]", "row_group_characters", 1, 500_000_000),
    ("[output]", "row_group_rows", 1, 100_000_000),
    (NEAR, "shingle_words", 1, 1000), (NEAR, "bands", 1, 585), ("[dedup.near]\nbands = 1", "rows", 1, 4096),
    (NEAR, "seed", 0, 2**32 - 1), (NEAR, "max_bucket", 2, 100_000), (NEAR, "max_common", 2, 1_000_000),
    (NEAR, "sample_every", 1, 1000),
    ("[extract]", "max_bytes", 1, 10**9), ("[extract]", "max_elements", 1, 10**9),
    ("[extract]", "max_attributes", 1, 10**9), ("[extract]", "max_depth", 1, 255),
    ("[extract]", "max_all_attributes", 1, 10**9), ("[extract]", "max_nesting", 1, 10**9),
    ("[extract]", "max_deep_text", 1, 10**12), ("[extract]", "max_mixture", 1, 10**12),
    ("[extract]", "max_names", 1, 10**12),
    ("[extract]", "screen", 0, 1.0), ("[extract]", "min_confidence", 0, 1.0),
    ("[extract]", "cpu_seconds", 0.001, 86_400.0),
    ("[extract]", "memory_mib", 256, 1 << 20),
    ("[extract]", "recycle_pages", 1, 10**9),
    (READ, "max_payload_bytes", 1, 10**9), (JSONL, "max_line_bytes", 1, 10**9),
    (BOOKS, "part_characters", 0, 10**9), (BOOKS, "max_file_bytes", 1, 10**12), (BOOKS, "max_text_bytes", 1, 10**12),
    (BOOKS, "max_elements", 1, 10**12),
    (WIKIPEDIA, "max_page_bytes", 1, 10**9), ('kind = "parquet"\n[source.read]', "max_row_bytes", 1, 10**9),
    (CODE, "max_file_bytes", 1, 1 << 24), (CODE, "max_notebook_bytes", 1, 1 << 24),
    (LANGUAGE, "max_characters", 1, 10**9), (SEGMENTS, "min_characters", 20, 100_000),
    (SEGMENTS, "stretches", 0, 10_000), (SEGMENTS, "max_characters", 1, 10**9), (LINES, "min_score", 0, 1.0),
    ('[[step]]\nuse = "wikipedia_page"', "longest_verse", 1, 1_000_000),
    (C4, "min_words_per_line", 0, 10**6), (C4, "max_word_length", 1, 10**9), (MC4, "min_characters", 1, 10**9),
]  # fmt: skip
"""Every number of a recipe but limits and shares: its table, name, least and most."""


@pytest.mark.parametrize(("table", "name", "least", "most"), RANGES)
def test_every_number_has_a_range(tmp_path: Path, table: str, name: str, least: float, most: float) -> None:
    for value in (least, most):
        loaded(tmp_path, f"{LEAST}{table}\n{name} = {value}\n")
    step = 1 if type(least) is int else 0.0001
    line = 4 + len(table.splitlines())
    for value in (least - step, most + step, -(10**8), 10**18):
        shown = float(value) if type(least) is float and abs(value) < 2**53 else value
        with pytest.raises(BadCall) as error:
            loaded(tmp_path, f"{LEAST}{table}\n{name} = {value}\n")
        said = str(error.value)
        named = name if name != "rows" or value < 1 or value > 4096 else "bands"
        assert said.startswith(f"{tmp_path / 'r.toml'}, line {line}: ")
        assert f", {named} is {shown}" in said
        assert "allowed is" in said or "wanted a number" in said


def test_no_number_is_without_a_range() -> None:
    numbers = {
        field.name for kind in (ExtractSettings, NearDuplicates, Output, Source, *SOURCES.values(), *STEPS.values())
        for field in dataclasses.fields(kind) if field.type in (int, float, "int", "float")
    }  # fmt: skip
    assert numbers == {name for _, name, _, _ in RANGES} | {"similarity"}


def test_a_signature_has_a_most_length(tmp_path: Path) -> None:
    assert loaded(tmp_path, f"{LEAST}{NEAR}\nbands = 64\nrows = 64\n").dedup == Dedup(
        True, NearDuplicates(bands=64, rows=64)
    )
    with pytest.raises(BadCall, match=r"line 5: \[dedup.near\], bands is 65; with rows, 64, a signature has 4,160 "
                                      r"values; allowed is up to 4,096$"):  # fmt: skip
        loaded(tmp_path, f"{LEAST}{NEAR}\nbands = 65\nrows = 64\n")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("[source.read]\nstatuses = []", "[source.read], statuses is []; wanted statuses of three digits"),
        ("[source.read]\nstatuses = ['2xx']", "[source.read], statuses is '2xx'; wanted statuses of three digits"),
        ("[source.read]\nstatuses = ['2000']", "[source.read], statuses is '2000'; wanted"),
        ("[source.read]\nmimes = ['TEXT/HTML']", "[source.read], mimes is 'TEXT/HTML'; wanted media types in lower"),
        ("[source.read]\nmimes = ['html']", "[source.read], mimes is 'html'; wanted"),
        ("[source.read]\nmimes = []", "[source.read], mimes is []; wanted"),
        ("[extract]\nfavour = 'speed'", "[extract], favour is 'speed'; it is none of precision, balance, recall"),
        ("[[step]]\nmodel = '../x'\nuse = 'language'", "model is '../x'; wanted the name of a file"),
        ("[[step]]\nmodel = ''\nuse = 'language'", "model is ''; wanted the name of a file"),
        ('[[step]]\nmodel = "a\\u0000"\nuse = "language"', "model is 'a\\x00'; wanted the name of a file"),
        (f"[[step]]\nmodel = '{'x' * 101}'\nuse = 'language'", "wanted the name of a file"),
        ("[[step]]\nsha256 = 'abc'\nuse = 'language'", "sha256 is 'abc'; wanted 64 hex digits in lower case"),
        ("[[step]]\nkeep = ['']\nuse = 'language'", "keep is ''; wanted codes of languages"),
        ("[[step]]\nstop_words = ['of the']\nuse = 'gopher_quality'", "stop_words is 'of the'; wanted words without"),
        ("[[step]]\npolicy_phrases = ['']\nuse = 'c4_page'", "policy_phrases is ''; wanted phrases in lower case"),
        ("[[step]]\npolicy_phrases = ['Use']\nuse = 'c4_page'", "policy_phrases is 'Use'; wanted phrases in lower"),
    ],
)
def test_words_that_can_mean_nothing(tmp_path: Path, table: str, said: str) -> None:
    with pytest.raises(BadCall) as error:
        loaded(tmp_path, f"{LEAST}{table}\n")
    assert str(error.value).startswith(f"{tmp_path / 'r.toml'}, line 5: ")
    assert said in str(error.value)


UNPRINTABLE = ["a\nb", "a\x1b[31mb", "a\x00b", "a\u202eb", "a\x85b", "a\u2028b", "\ufeff", " a", "a ", "", "x" * 101]


@pytest.mark.parametrize("name", [*UNPRINTABLE, "é" * 43, 3])
@pytest.mark.parametrize("what", ["source", "step", "recipe", "license"])
def test_a_name_is_printable_and_short(tmp_path: Path, what: str, name: Any) -> None:
    if name == "é" * 43 and what in ("recipe", "license"):
        return  # no folders
    text = {
        "recipe": f'name = {json.dumps(name)}\n[[source]]\nname = "web"\n',
        "source": f'name = "r"\n[[source]]\nname = {json.dumps(name)}\n',
        "license": f'name = "r"\n[[source]]\nname = "web"\nlicense = {json.dumps(name)}\n',
        "step": f"{LEAST}{QUALITY}name = {json.dumps(name)}\n",
    }[what]
    line = {"recipe": 1, "source": 3, "license": 4, "step": 6}[what]
    with pytest.raises(BadCall) as error:
        loaded(tmp_path, text)
    assert str(error.value).startswith(f"{tmp_path / 'r.toml'}, line {line}: ")
    assert str(error.value).isprintable()


@pytest.mark.parametrize("name", ["x" * 100, "é" * 42, "web 2", "日本"])
def test_names_that_may_be(tmp_path: Path, name: str) -> None:
    recipe = loaded(
        tmp_path, f"name = {name!r}\n[[source]]\nname = {name!r}\nlicense = {name!r}\n{QUALITY}name = {name!r}"
    )
    assert (recipe.name, recipe.sources[0].name, recipe.sources[0].license, recipe.steps[0].name) == (name,) * 4


def test_a_list_is_read_before_the_build(tmp_path: Path) -> None:
    text = LEAST + '[[step]]\nuse = "bad_words"\nwords = "bad.txt"\n'
    with pytest.raises(BadCall, match=r"line 6: words: there is no file .*bad\.txt"):
        loaded(tmp_path, text)
    (tmp_path / "bad.txt").write_bytes(b"good\n\xff\n")
    with pytest.raises(BadCall, match=r"line 6: words: .*bad\.txt cannot be read: 'utf-8' codec"):
        loaded(tmp_path, text)
    (tmp_path / "bad.txt").write_text("bad\n")
    assert lists(loaded(tmp_path, text).steps) == {"bad_words.words": hashlib.sha256(b"bad\n").hexdigest()}


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a=b", 3])
def test_a_source_is_called_like_a_folder(tmp_path: Path, name: Any) -> None:
    with pytest.raises(BadCall, match=r"line 3: a source, name is (3, wanted|'.*'; a source needs a name w)"):
        loaded(tmp_path, f'name = "r"\n[[source]]\nname = {json.dumps(name)}\n')


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", 3])
def test_a_step_is_called_like_a_folder(tmp_path: Path, name: Any) -> None:
    with pytest.raises(BadCall, match=r"line 6: a step's name is a string without"):
        loaded(tmp_path, f"{LEAST}{QUALITY}name = {json.dumps(name)}\n")


@pytest.mark.parametrize("name", Recipe.STAGES)
def test_reserved_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadCall, match=f"a step cannot be called '{name}'"):
        loaded(tmp_path, f'{LEAST}{QUALITY}name = "{name}"\n')


def test_what_measures_has_a_column(tmp_path: Path) -> None:
    """Of the step's name, or NAME_measures where a fixed column has that."""
    steps = loaded(
        tmp_path,
        f'{LEAST}{QUALITY}[[step]]\nuse = "language"\nkeep = ["en"]\n{QUALITY}name = "text"\n'
        '[[step]]\nuse = "language"\nname = "tongue"\n[[step]]\nuse = "c4_lines"\n',
    ).steps
    assert [step.column for step in steps] == ["gopher_quality", "language_measures", "text_measures", "tongue", None]
    assert [step.measures for step in steps[:2]] == [
        tuple(rule.name for rule in GopherQuality.RULES), ("listed", "score")
    ]  # fmt: skip


@pytest.mark.parametrize("names", [("language", "language_measures"), ("text_measures", "text")])
def test_two_steps_have_two_columns(tmp_path: Path, names: tuple[str, str]) -> None:
    text = LEAST + "".join(f'{QUALITY}name = "{name}"\n' for name in names)
    said = rf"line 7: the measures of steps '{names[0]}' and '{names[1]}' would both be called '\w+_measures'"
    with pytest.raises(BadCall, match=said):
        loaded(tmp_path, text)


TWO = 'name = "r"\n[[source]]\nname = "web"\n[[source]]\nname = "books"\n'


def test_what_is_for_some_sources(tmp_path: Path) -> None:
    recipe = loaded(
        tmp_path,
        f'{TWO}[[source]]\nname = "wiki"\n{QUALITY}sources = ["web", "wiki"]\n[[step]]\nuse = "c4_lines"\n'
        '[[extract]]\nsources = ["books"]\nfavour = "recall"\n[[extract]]\nfavour = "precision"\n',
    )
    assert {s.name: [step.name for step in recipe.steps_of(s.name)] for s in recipe.sources} == {
        "web": ["gopher_quality", "c4_lines"], "books": ["c4_lines"], "wiki": ["gopher_quality", "c4_lines"]
    }  # fmt: skip
    assert {s.name: recipe.extract_of(s.name).favour for s in recipe.sources} == {
        "web": "precision", "books": "recall", "wiki": "precision"
    }  # fmt: skip
    assert loaded(tmp_path, tomli_w.dumps(table_of(recipe))) == recipe


SCREEN = """
[[extract]]
sources = ["web"]
screen = 0.1
[[step]]
use = "language"
name = "any"
[[step]]
use = "language"
keep = ["en"]
[[step]]
use = "language"
name = "other"
keep = ["de"]
"""


def test_pages_are_held_against_the_first_step_that_drops_languages(tmp_path: Path) -> None:
    recipe = loaded(tmp_path, TWO + SCREEN)
    assert (recipe.screen_of("web"), recipe.screen_of("books")) == (Language(keep=("en",)), None)
    assert loaded(tmp_path, tomli_w.dumps(table_of(recipe))) == recipe
    for was, now, expected in (
        ("0.1", "0.0", None), ("0.1", "1e-9", Language(keep=("en",))), ("0.1", "1", Language(keep=("en",))),
        ('["en"]', "[]", Language(keep=("de",))), ('["en"]', '["en"]\nsources = ["books"]', Language(keep=("de",))),
        ('["en"]', '["en"]\nlimits = { listed = "off" }', Language(keep=("de",))),
    ):  # fmt: skip
        assert loaded(tmp_path, TWO + SCREEN.replace(was, now)).screen_of("web") == expected


@pytest.mark.parametrize(
    ("name", "keep"),
    [("c4", None), ("english-web", ("en",)), ("fineweb", None), ("mixed", None), ("tiny", None), ("web", None)],
)
def test_which_shipped_recipes_screen(name: str, keep: tuple[str, ...] | None) -> None:
    screen = load(find(name)).screen_of("web")
    assert (screen.keep if isinstance(screen, Language) else None) == keep


def test_payloads(tmp_path: Path) -> None:
    """A recipe that does not compare them has no word of them in its lock."""
    on, off = (loaded(tmp_path, f"{LEAST}[dedup]\npayloads = {value}\n") for value in ("true", "false"))
    assert (on.dedup, off.dedup) == (Dedup(payloads=True), Dedup())
    assert (table_of(on)["dedup"]["payloads"], "payloads" in table_of(off)["dedup"]) == (True, False)
    assert loaded(tmp_path, tomli_w.dumps(table_of(on))) == on


@pytest.mark.parametrize("kind", ["wet", "jsonl"])
def test_payloads_of_sources_that_have_none(tmp_path: Path, kind: str) -> None:
    least = f'name = "r"\n[[source]]\nname = "web"\nkind = "{kind}"\n'
    wrong = f"{least}[dedup]\npayloads = true\n"
    with pytest.raises(
        BadCall, match="line 6: payloads = true needs a source of kind 'warc'; no other kind has payloads"
    ):
        loaded(tmp_path, wrong)
    assert loaded(tmp_path, f'{wrong}[[source]]\nname = "other"\n').dedup.payloads
    with pytest.raises(BadCall, match="line 6: payloads is 1, wanted true or false"):
        loaded(tmp_path, f"{least}[dedup]\npayloads = 1\n")


PASSAGES = '[dedup.spans]\nunit = "line"\nsources = ["web"]\n[dedup.substrings]\nwords = 60\nwithin_documents = true\n'


def test_passages(tmp_path: Path) -> None:
    recipe = loaded(tmp_path, TWO + PASSAGES)
    assert (recipe.dedup.spans, recipe.dedup.substrings) == (
        Spans("line", sources=("web",)), Substrings(60, within_documents=True)
    )  # fmt: skip
    assert loaded(tmp_path, tomli_w.dumps(table_of(recipe))) == recipe
    off = loaded(tmp_path, TWO + '[dedup]\nspans = "off"\n')
    assert (off.dedup.spans, off.dedup.substrings, off.dedup.passages) == (None, None, False)
    assert table_of(off)["dedup"].keys() == table_of(loaded(tmp_path, TWO))["dedup"].keys()
    assert loaded(tmp_path, TWO + "[dedup.spans]\n").dedup.spans == Spans()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[dedup]\nspans = true\n", 'line 7: spans is True; write a table [dedup.spans] or "off"'),
        ("[dedup.spans]\nunit = 'word'\n", "line 7: [dedup.spans], unit is 'word'"),
        ("[dedup.spans]\nmin_words = 0\n", "line 7: [dedup.spans], min_words is 0; allowed is 1 to 1,000,000"),
        ("[dedup.spans]\nmin_word = 9\n", "line 7: [dedup.spans] has no setting 'min_word'; did you mean 'min_words'?"),
        ("[dedup.spans]\nsources = ['wbe']\n", "line 7: there is no source 'wbe'; did you mean 'web'?"),
        ("[dedup.substrings]\nwords = 7\n", "line 7: [dedup.substrings], words is 7; allowed is 8 to 10,000"),
        ("[dedup.substrings]\nmax_share = 1.1\n", "line 7: [dedup.substrings], max_share is 1.1; allowed is 0 to 1"),
        ("[dedup.substring]\n", "line 6: [dedup] has no setting 'substring'; did you mean 'substrings'?"),
    ],
)
def test_what_is_wrong_with_passages(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadCall) as error:
        loaded(tmp_path, TWO + text)
    assert said in str(error.value)


@pytest.mark.parametrize("table", ["[[extract]]", "[extract]"])
def test_without_a_table_for_the_rest_they_have_the_defaults(tmp_path: Path, table: str) -> None:
    recipe = loaded(tmp_path, f'{TWO}{table}\nsources = ["books"]\nfavour = "recall"\n')
    assert (recipe.extract_of("books").favour, recipe.extract_of("web")) == ("recall", ExtractSettings())
    assert loaded(tmp_path, tomli_w.dumps(table_of(recipe))) == recipe


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f'{QUALITY}sources = ["wbe"]\n', "line 8: there is no source 'wbe'; did you mean 'web'?"),
        (f'{QUALITY}sources = ["web", 3]\n', "line 8: there is no source 3; valid are: books, web"),
        (f"{QUALITY}sources = []\n", "line 8: step 'gopher_quality', sources is [], wanted a list of sources' names"),
        (f'{QUALITY}sources = "web"\n', "line 8: step 'gopher_quality', sources is 'web', wanted a list"),
        (f'{QUALITY}sources = ["web", "web"]\n', "line 8: step 'gopher_quality', sources names 'web' twice"),
        ('[[extract]]\nsources = ["webb"]\n', "line 7: there is no source 'webb'; did you mean 'web'?"),
        ("[extract]\nsources = []\n", "line 7: [extract], sources is [], wanted a list of sources' names"),
        ('[[extract]]\nsources = ["web"]\n[[extract]]\nsources = ["books", "web"]\n',
         "line 9: two [[extract]] are for source 'web'"),
        ("[[extract]]\ntables = true\n[[extract]]\ntables = false\n",
         "line 8: two [[extract]] name no `sources`: only one can be for the rest"),
        ("[[extract]]\ntabels = true\n", "line 7: [extract] has no setting 'tabels'; did you mean 'tables'?"),
    ],
)  # fmt: skip
def test_mistakes_in_sources_are_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadCall) as error:
        loaded(tmp_path, TWO + text)
    assert said in str(error.value)


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
    [("tinny", "there is no recipe 'tinny'; did you mean 'tiny'?"), ("x" * 300, f"there is no recipe '{'x' * 300}'"),
     (f"{'x' * 300}.toml", f"{'x' * 300}.toml: there is no such recipe file"), ("/dev/zero", "/dev/zero: there is no"),
     ("x.toml", "x.toml: there is no such recipe file"),
     ("a/tiny", "a/tiny: there is no such recipe file"), ("", "there is no recipe ''"),
     (".", "there is no recipe '.'")],
)  # fmt: skip
def test_not_finding(name: str, said: str) -> None:
    with pytest.raises(BadCall) as error:
        find(name)
    assert str(error.value).startswith(said)
