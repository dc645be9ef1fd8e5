"""The recipe of a finished build, as far as its steps can be asked here."""

import shutil
from pathlib import Path

import pytest
import tomli_w

from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.recipe import lock
from winnow.pipelines.recipe.file import find, load
from winnow.pipelines.recipe.model import Recipe
from winnow.pipelines.views.report.recipe import recipe_of


def locked(root: Path, made: Recipe) -> None:
    (root / "recipe.lock.toml").write_text(lock.write_lock(made), encoding="utf-8")


def names(root: Path) -> list[str] | None:
    found = recipe_of(LocalStorage(), str(root))
    return None if found is None else [step.name for step in found.steps]


@pytest.mark.parametrize("name", ["c4", "mixed"])
def test_a_shipped_recipe_comes_back(name: str, tmp_path: Path) -> None:
    made = load(find(name))
    locked(tmp_path, made)
    assert recipe_of(LocalStorage(), str(tmp_path)) == made


RECIPE = """
name = "small"
[[source]]
name = "web"
[[step]]
use = "gopher_quality"
[[step]]
use = "bad_words"
words = "words.txt"
[[step]]
use = "c4_page"
"""


def test_a_list_is_found_beside_the_plans_and_without_it_only_its_step_is_lost(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("bad\n")
    (tmp_path / "small.toml").write_text(RECIPE)
    made = load(tmp_path / "small.toml")
    locked(tmp_path, made)
    assert names(tmp_path) == ["gopher_quality", "c4_page"]
    [(_, sha256)] = lock.lists(made.steps).items()
    copy = tmp_path / f"work/plan/list-{sha256}/words.txt"
    copy.parent.mkdir(parents=True)
    shutil.copy(tmp_path / "words.txt", copy)
    assert names(tmp_path) == ["gopher_quality", "bad_words", "c4_page"]
    copy.write_text("others\n")
    assert names(tmp_path) == ["gopher_quality", "c4_page"]


@pytest.mark.parametrize(
    ("step", "left"),
    [
        (
            {"use": "their.module:Filter", "name": "theirs", "limits": {"x": {"max": 1.0}}},
            ["gopher_quality", "c4_page"],
        ),
        ({"use": "their.module:Editor", "name": "theirs"}, ["gopher_quality"]),  # behind it no text is known
    ],
)
def test_a_plugin_that_is_not_installed(step: dict[str, object], left: list[str], tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(RECIPE.replace('use = "bad_words"\nwords = "words.txt"', 'use = "url"'))
    table = lock.lock(load(tmp_path / "small.toml"))
    table["step"][1] = step
    table["dedup"]["order"] = ["theirs.x", "newest"]
    table["source"][0] = {"name": "web", "kind": "their.module:Source", "read": {}}
    (tmp_path / "recipe.lock.toml").write_text(tomli_w.dumps(table), encoding="utf-8")
    assert names(tmp_path) == left


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name = 1",
        "[locked]\n",
        "\udcff",
        'locked = 5\nstep = "x"',
        "[[[",
        "[locked]\nlists = {a = 1}",
        "locked = 5",
    ],
)
def test_what_is_no_lock_file(text: str, tmp_path: Path) -> None:
    (tmp_path / "recipe.lock.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert names(tmp_path) is None


def test_there_is_none(tmp_path: Path) -> None:
    assert names(tmp_path) is None
