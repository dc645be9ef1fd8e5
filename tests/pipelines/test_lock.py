import dataclasses
import platform
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from filters.text import DEFINITIONS
from pipelines import lock
from pipelines.recipe import Dedup, Output, Recipe
from pipelines.recipe_file import find, load

TINY = load(find("tiny"))


def listed(folder: Path, name: str, content: str) -> Recipe:
    """A recipe with a list of domains in a file."""
    folder.mkdir()
    (folder / name).write_text(content)
    (folder / "r.toml").write_text(
        f'name = "r"\n[[source]]\nname = "web"\n[[step]]\nuse = "url"\nname = "block"\ndomains = "{name}"\n'
    )
    return load(folder / "r.toml")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], lock.digest()),
        ([{"b": 1, "a": [2]}], lock.digest({"a": [2], "b": 1})),
        ([("x", 1)], lock.digest(["x", 1])),
    ],
)
def test_a_digest_is_of_the_value(values: list[Any], expected: str) -> None:
    assert lock.digest(*values) == expected
    assert re.fullmatch("[0-9a-f]{32}", expected)


def test_a_digest_tells_values_apart() -> None:
    values: list[list[Any]] = [
        ["ab", "c"],
        ["a", "bc"],
        [["ab", "c"]],
        ["ab", "c", None],
        [1],
        ["1"],
        [1.0],
        [True],
        [""],
    ]
    assert len({lock.digest(*v) for v in values}) == len(values)


def test_the_lock_holds_what_a_build_is_a_function_of() -> None:
    locked = tomllib.loads(lock.write_lock(TINY))
    assert locked.pop("locked") == {"definitions": DEFINITIONS, "versions": lock.versions(), "lists": {}}
    assert locked == lock.table_of(TINY)


def test_versions() -> None:
    versions = lock.versions()
    assert versions.keys() == {"winnow", "python", *lock.LIBRARIES}
    assert versions["python"] == platform.python_version()
    assert re.fullmatch(r"\d+\.\d+\.\d+\+[0-9a-f]{16}", versions["winnow"])


def test_none_is_left_out_and_tuples_are_lists() -> None:
    source = lock.table_of(TINY)["source"][0]
    assert "licence" not in source
    assert source["read"]["statuses"] == ["200"]


CHANGED: dict[str, Recipe] = {
    "about": dataclasses.replace(TINY, about="other"),
    "share": dataclasses.replace(TINY, max_dropped_share=0.5),
    "text": dataclasses.replace(TINY, rejected_text="none"),
    "steps": dataclasses.replace(TINY, steps=TINY.steps[1:]),
    "extract": dataclasses.replace(TINY, extract=dataclasses.replace(TINY.extract, tables=False)),
    "source": dataclasses.replace(TINY, sources=(dataclasses.replace(TINY.sources[0], licence="CC0-1.0"),)),
    "dedup": dataclasses.replace(TINY, dedup=Dedup(near=None)),
    "output": dataclasses.replace(TINY, output=Output(part_characters=1)),
}


@pytest.mark.parametrize("change", CHANGED)
def test_a_piece_of_work_is_named_by_what_concerns_it(change: str) -> None:
    changed = CHANGED[change]
    ingest = lock.ingest_digest(changed, "web") != lock.ingest_digest(TINY, "web")
    dedup = lock.dedup_digest(changed) != lock.dedup_digest(TINY)
    output = lock.output_digest(changed) != lock.output_digest(TINY)
    assert (ingest, dedup, output) == (
        change in ("text", "steps", "extract", "source"),
        change == "dedup",
        change == "output",
    )
    assert lock.sha256(changed) != lock.sha256(TINY)


def test_a_source_is_named_without_the_others() -> None:
    other = dataclasses.replace(TINY.sources[0], name="other")
    both = dataclasses.replace(TINY, sources=(other, *TINY.sources))
    assert lock.ingest_digest(both, "web") == lock.ingest_digest(TINY, "web")
    assert lock.ingest_digest(both, "other") != lock.ingest_digest(TINY, "web")


def test_a_list_counts_by_content_not_by_folder(tmp_path: Path) -> None:
    one, two = listed(tmp_path / "one", "l.txt", "a.org\n"), listed(tmp_path / "two", "l.txt", "a.org\n")
    changed = listed(tmp_path / "three", "l.txt", "b.org\n")
    assert lock.table_of(one)["step"][0]["domains"] == "l.txt"
    assert lock.lists(one).keys() == {"block.domains"}
    assert lock.write_lock(one) == lock.write_lock(two)
    assert lock.ingest_digest(one, "web") == lock.ingest_digest(two, "web")
    assert lock.table_of(one) == lock.table_of(changed)
    assert lock.ingest_digest(one, "web") != lock.ingest_digest(changed, "web")
    assert lock.sha256(one) != lock.sha256(changed)
