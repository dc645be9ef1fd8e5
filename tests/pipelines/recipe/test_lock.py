import platform
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from winnow.filters.text import DEFINITIONS
from winnow.filters.words.segmenter import icu_version
from winnow.pipelines.recipe import lock
from winnow.pipelines.recipe.file import find, load
from winnow.pipelines.recipe.model import Recipe, Step

TINY = load(find("tiny"))


def listed(folder: Path, name: str, content: str) -> Recipe:
    """A recipe with a list of domains in a file."""
    folder.mkdir()
    (folder / name).write_text(content)
    (folder / "r.toml").write_text(
        f'name = "r"\n[[source]]\nname = "web"\n[[step]]\nuse = "url"\nname = "block"\ndomains = "{name}"\n'
    )
    return load(folder / "r.toml")


def test_the_lock_holds_what_a_build_is_a_function_of() -> None:
    locked = tomllib.loads(lock.write_lock(TINY))
    assert locked.pop("locked") == {"definitions": DEFINITIONS, "versions": lock.versions(), "lists": {}, "plugins": {}}
    assert locked == lock.table_of(TINY)


def test_versions() -> None:
    versions = lock.versions()
    assert list(versions)[:3] == ["winnow", "python", "icu"]
    assert versions["icu"] == icu_version()
    assert "icu4py" in versions
    assert versions["python"] == platform.python_version()
    assert re.fullmatch(r"\d+\.\d+\.\d+\+[0-9a-f]{16}", versions["winnow"])
    assert lock.made_by(TINY) == versions


def test_a_plug_in_is_among_what_made_a_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "strange_step.py").write_text("import requests\nclass Strange: pass\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    from strange_step import Strange  # type: ignore[import-not-found]

    made_by = lock.made_by(replace(TINY, steps=(*TINY.steps, Step("strange", "strange_step:Strange", Strange()))))
    others = made_by.keys() - lock.versions().keys()
    assert {"requests", "step strange_step:Strange"} <= others
    assert re.fullmatch("strange_step [0-9a-f]{16}", made_by["step strange_step:Strange"])
    assert {name: made_by[name] for name in lock.versions()} == lock.versions()


def test_none_is_left_out_and_tuples_are_lists() -> None:
    source = lock.table_of(TINY)["source"][0]
    assert "license" not in source
    assert source["read"]["statuses"] == ["200"]


def test_a_list_counts_by_content_not_by_folder(tmp_path: Path) -> None:
    one, two = listed(tmp_path / "one", "l.txt", "a.org\n"), listed(tmp_path / "two", "l.txt", "a.org\n")
    changed = listed(tmp_path / "three", "l.txt", "b.org\n")
    assert lock.table_of(one)["step"][0]["domains"] == "l.txt"
    assert lock.lists(one.steps).keys() == {"block.domains"}
    assert lock.write_lock(one) == lock.write_lock(two)
    assert lock.table_of(one) == lock.table_of(changed)
    assert lock.lists(one.steps) != lock.lists(changed.steps)
    assert lock.sha256(one) != lock.sha256(changed)
