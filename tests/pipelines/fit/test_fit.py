import io
from pathlib import Path
from typing import Any

import pytest
from fit_texts import RECIPE, lines, reference, text

from winnow.pipelines.display import Display
from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.fit import fit as module
from winnow.pipelines.fit.fit import Request, require_rules, source_of
from winnow.pipelines.fit.fitted import Fitted, StopWord
from winnow.pipelines.fit.rules import Asked
from winnow.pipelines.recipe.file import load
from winnow.pipelines.recipe.model import Recipe

TWO = '[[source]]\nname = "books"\nkind = "books"\n'


def recipe(folder: Path, toml: str = RECIPE) -> Recipe:
    (folder / "small.toml").write_text(toml)
    return load(folder / "small.toml")


def fit(folder: Path, *paths: Path, toml: str = RECIPE, asked: Asked | None = None, sample: int = 1000) -> Fitted:
    request = Request(recipe(folder, toml), tuple(map(str, paths)), "eo", str(folder / "out"), "web",
                      asked or Asked(0.02), sample)  # fmt: skip
    return module.fit(LocalStorage(), request, Display(io.StringIO()))


def sides(found: Fitted) -> dict[str, list[Any]]:
    return {rule.measure: [(side.fitted.value, side.fitted.dropped) for side in rule.sides if side.fitted]
            for rule in found.rules if any(side.fitted for side in rule.sides)}  # fmt: skip


def test_limits_and_stop_words(tmp_path: Path) -> None:
    found = fit(tmp_path, reference(tmp_path / "a.jsonl"))
    assert (found.sample, found.reference.languages, found.reference.files) == (200, {"eo": 200, "io": 3}, 1)
    words = tuple(StopWord(*pair) for pair in (("eme", 200), ("oko", 200), ("aza", 150)))
    (stop_words,) = found.stop_words
    assert stop_words.words[:3] == words
    assert (stop_words.step, stop_words.least, stop_words.holding, stop_words.before) == ("gopher_quality", 2.0, 200, 0)
    assert (found.dropped, found.dropped_before) == (4, 200)
    assert sides(found) == {"mean_word_length": [(3.0, 2), (12.4, 2)], "stop_words": [(2.0, 0)]}


def test_the_same_whatever_the_order_of_files(tmp_path: Path) -> None:
    lines(tmp_path / "b.jsonl", [{"language": "eo", "text": text(number)} for number in range(200, 260)])
    reference(tmp_path / "a.jsonl")
    paths = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    first, second = fit(tmp_path, *paths, sample=150), fit(tmp_path, *paths[::-1], sample=150)
    assert (first.sample, first.rules, first.stop_words) == (150, second.rules, second.stop_words)


def test_only_what_is_asked_for(tmp_path: Path) -> None:
    found = fit(tmp_path, reference(tmp_path / "a.jsonl"), asked=Asked(0.02, ("gopher_quality.mean_word_length",)))
    assert (found.stop_words, list(sides(found))) == ((), ["mean_word_length"])
    assert found.dropped == 200  # the recipe's English stop words drop all


def test_nothing_is_left_beside(tmp_path: Path) -> None:
    path = reference(tmp_path / "a.jsonl")
    fit(tmp_path, path)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.jsonl", "small.toml"]


@pytest.mark.parametrize(
    ("many", "message"),
    [
        (
            99,
            r"99 documents in 'eo', and limits are fitted to 100 or more; found: eo 99, io 3; give more",
        ),
        (0, "0 documents in 'eo', .*; found: io 3; give more"),
    ],
)
def test_too_little(tmp_path: Path, many: int, message: str) -> None:
    with pytest.raises(BadCall, match=message):
        fit(tmp_path, reference(tmp_path / "a.jsonl", many))


def test_enough(tmp_path: Path) -> None:
    assert fit(tmp_path, reference(tmp_path / "a.jsonl", 100)).sample == 100


def test_no_text_and_no_language(tmp_path: Path) -> None:
    with pytest.raises(BadCall, match=r"there is no text in it \(jsonl.no_text 1\); the column of the text is"):
        fit(tmp_path, lines(tmp_path / "a.jsonl", [{"body": "a"}]))
    with pytest.raises(BadCall, match="found: unknown 1; put a step `language` into the recipe"):
        fit(tmp_path, lines(tmp_path / "a.jsonl", [{"text": "a"}]))


def test_many_languages_are_not_all_named(tmp_path: Path) -> None:
    codes = [f"{a}{b}" for a in "abcdefghijkl" for b in "n"]
    with pytest.raises(BadCall, match=r"jn 1 and 2 other languages; give"):
        fit(tmp_path, lines(tmp_path / "a.jsonl", [{"text": "a", "language": code} for code in codes]))


def test_which_source(tmp_path: Path) -> None:
    one, two = recipe(tmp_path), recipe(tmp_path, RECIPE + TWO)
    assert [source_of(one, None), source_of(one, "web"), source_of(two, "books")] == ["web", "web", "books"]
    with pytest.raises(BadCall, match="several sources: say with --source whose steps are meant, web, books"):
        source_of(two, None)
    with pytest.raises(BadCall, match=r"--source book: .* did you mean 'books'"):
        source_of(two, "book")


def test_nothing_to_fit(tmp_path: Path) -> None:
    bare = recipe(tmp_path, 'name = "bare"\n[[source]]\nname = "web"\n[[step]]\nuse = "mask_personal"\n')
    with pytest.raises(BadCall, match="the recipe 'bare' has no step that measures text by a limit for source 'web'"):
        require_rules(bare, "web", Asked(0.01))
    with pytest.raises(BadCall, match=r"--rules gopher_quality\.word: .* did you mean 'gopher_quality.words'"):
        require_rules(recipe(tmp_path), "web", Asked(0.01, ("gopher_quality.word",)))
    with pytest.raises(BadCall, match=r"--rules gopher_quality\.hash_to_word_ratio: "):  # it is off
        require_rules(recipe(tmp_path), "web", Asked(0.01, ("gopher_quality.hash_to_word_ratio",)))
