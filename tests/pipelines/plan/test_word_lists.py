import hashlib
import shutil
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest
from small_builds import LOCAL, Long

from winnow.filters.families.bad_words import BadWords
from winnow.filters.families.url import Url
from winnow.pipelines.errors import BadCall, Damaged
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.plan.word_lists import at_hand, save
from winnow.pipelines.recipe import lock
from winnow.pipelines.recipe.file import load
from winnow.pipelines.recipe.model import Recipe, Step

TEXT = """
name = "r"
[[source]]
name = "web"
[[step]]
use = "url"
domains = "lists/a.txt"
urls = "b"
[[step]]
use = "bad_words"
words = "lists/a.txt"
"""


class Elsewhere(LocalStorage):
    """A storage of other machines: `far://` is a folder that no path of this one names."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.opened = folder, 0

    def _at(self, path: str) -> str:
        return f"{self.folder}/{path.removeprefix('far://')}"

    def open(self, path: str) -> BinaryIO:
        self.opened += 1
        return super().open(self._at(path))

    def create(self, path: str):  # type: ignore[no-untyped-def]
        return super().create(self._at(path))

    def size(self, path: str) -> int | None:
        return super().size(self._at(path))


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    folder = tmp_path / "recipe"
    (folder / "lists").mkdir(parents=True)
    (folder / "lists/a.txt").write_text("bad.org\nvery bad\n", encoding="utf-8")
    (folder / "b").write_text("http://good.org/é\n", encoding="utf-8")
    (folder / "r.toml").write_text(TEXT)
    return load(folder / "r.toml")


def paths(steps: list[Step]) -> list[str]:
    url, words = (step.settings for step in steps)
    assert isinstance(url, Url)
    assert isinstance(words, BadWords)
    return [url.domains, url.urls, words.words]


def test_a_copy_stands_in_place_of_what_the_recipe_names(recipe: Recipe, tmp_path: Path) -> None:
    work = Work(LOCAL, Job(recipe, str(tmp_path / "out"), 1))
    save(work)
    shutil.rmtree(tmp_path / "recipe")
    found = at_hand(work, recipe.steps)
    digests = {path: hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in paths(found)}
    assert paths(found) == [f"{tmp_path}/out/work/plan/list-{digests[p]}/{Path(p).name}" for p in paths(found)]
    assert [Path(path).name for path in paths(found)] == ["a.txt", "b", "a.txt"]
    assert [replace(step, settings=None) for step in found] == [replace(s, settings=None) for s in recipe.steps]  # type: ignore[arg-type]
    assert lock.lists(found) == lock.lists(recipe.steps)
    assert list(map(lock.step_table, found)) == list(map(lock.step_table, recipe.steps))


def test_a_copy_stands_in_what_a_step_is_for_a_language(recipe: Recipe, tmp_path: Path) -> None:
    first = recipe.steps[0]
    made = replace(recipe, steps=(replace(first, languages=(("de", first),)), *recipe.steps[1:]))
    work = Work(LOCAL, Job(made, str(tmp_path / "out"), 1))
    save(work)
    (found,) = at_hand(work, made.steps[:1])
    assert found.of("de").settings == found.settings != first.settings


def test_a_step_without_a_list_is_as_it_was(tmp_path: Path) -> None:
    steps = [Step("long", "long", Long()), Step("url", "url", Url())]
    assert at_hand(Work(LOCAL, Job(Recipe("r", (), ()), str(tmp_path), 1)), steps) == steps
    assert list(tmp_path.iterdir()) == []


def test_lists_that_lie_elsewhere_are_brought_once(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path / "cache"))
    far = Elsewhere(tmp_path / "far")
    work = Work(far, Job(recipe, "far://out", 1))
    save(work)
    for copies in (2, 0):
        before, found = far.opened, at_hand(work, recipe.steps)
        assert far.opened - before == copies
        assert [Path(path).is_relative_to(tmp_path / "cache/lists") for path in paths(found)] == [True] * 3
        assert [Path(path).read_text(encoding="utf-8") for path in paths(found)] == [
            "bad.org\nvery bad\n", "http://good.org/é\n", "bad.org\nvery bad\n"
        ]  # fmt: skip


def test_a_half_brought_list_is_brought_again(recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another process left in the cache is held against the digest."""
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path / "cache"))
    work = Work(Elsewhere(tmp_path / "far"), Job(recipe, "far://out", 1))
    save(work)
    sha256 = recipe.steps[0].lists[1].sha256
    (tmp_path / f"cache/lists/{sha256}").mkdir(parents=True)
    (tmp_path / f"cache/lists/{sha256}/b").write_text("http://go")
    assert Path(paths(at_hand(work, recipe.steps))[1]).read_text(encoding="utf-8") == "http://good.org/é\n"


@pytest.mark.parametrize("far", [False, True])
@pytest.mark.parametrize(("spoil", "told"), [("another", "is not what was written"), (None, "is gone")])
def test_a_copy_that_is_damaged_is_made_again(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, far: bool, spoil: str | None, told: str
) -> None:
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path / "cache"))
    storage, root = (Elsewhere(tmp_path), "far://out") if far else (LOCAL, f"{tmp_path}/out")
    work = Work(storage, Job(recipe, root, 1))
    save(work)
    path = work.job.names.word_list(recipe.steps[1].lists[0].sha256, "a.txt")
    (copy,) = (tmp_path / "out").rglob("a.txt")
    copy.unlink()
    if spoil:
        copy.write_text(spoil)
    with pytest.raises(Damaged, match=rf"/a\.txt: {told}$") as damage:
        at_hand(work, recipe.steps)
    assert damage.value.remove == (path,)
    copy.unlink(missing_ok=True)
    save(work)
    at_hand(work, recipe.steps)


@pytest.mark.parametrize("gone", [False, True])
def test_a_list_that_changed_since_the_recipe_was_read(recipe: Recipe, tmp_path: Path, gone: bool) -> None:
    path = tmp_path / "recipe/b"
    if gone:
        path.unlink()
    else:
        path.write_text("http://other.org/\n")
    with pytest.raises(BadCall, match=rf"^{path} has changed since the recipe was read; run the same command again$"):
        save(Work(LOCAL, Job(recipe, str(tmp_path / "out"), 1)))
    assert [file.name for file in (tmp_path / "out").rglob("*") if file.is_file()] == ["a.txt"]
