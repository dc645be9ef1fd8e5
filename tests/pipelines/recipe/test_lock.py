import ast
import dataclasses
import platform
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from winnow.filters.text import DEFINITIONS
from winnow.pipelines.extraction.extract import ExtractSettings
from winnow.pipelines.recipe import lock
from winnow.pipelines.recipe.file import find, load
from winnow.pipelines.recipe.model import Dedup, Extract, Output, Recipe

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
    assert "license" not in source
    assert source["read"]["statuses"] == ["200"]


CHANGED: dict[str, Recipe] = {
    "about": dataclasses.replace(TINY, about="other"),
    "share": dataclasses.replace(TINY, max_dropped_share=0.5),
    "text": dataclasses.replace(TINY, rejected_text="none"),
    "steps": dataclasses.replace(TINY, steps=TINY.steps[1:]),
    "extract": dataclasses.replace(TINY, extract=dataclasses.replace(TINY.extract, tables=False)),
    "source": dataclasses.replace(TINY, sources=(dataclasses.replace(TINY.sources[0], license="CC0-1.0"),)),
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


def test_what_is_for_another_source_names_no_piece_of_this_one() -> None:
    other = dataclasses.replace(TINY.sources[0], name="other")
    both = dataclasses.replace(TINY, sources=(*TINY.sources, other))
    own = dataclasses.replace(TINY.steps[-1], sources=("other",))
    steps = dataclasses.replace(both, steps=(*TINY.steps[:-1], own))
    extract = dataclasses.replace(both, extracts=(Extract(ExtractSettings(favour="recall"), ("other",)),))
    for changed in (steps, extract):
        assert lock.ingest_digest(changed, "other") != lock.ingest_digest(changed, "web")
        assert lock.sha256(changed) != lock.sha256(both)
    assert lock.ingest_digest(steps, "other") == lock.ingest_digest(both, "other")
    assert lock.ingest_digest(steps, "web") == lock.ingest_digest(
        dataclasses.replace(TINY, steps=TINY.steps[:-1]), "web"
    )
    assert lock.ingest_digest(extract, "web") == lock.ingest_digest(both, "web")
    assert lock.ingest_digest(extract, "other") != lock.ingest_digest(both, "other")


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


ROOT = Path(__file__).resolve().parents[3]
WRITES_NO_BYTE = {
    "grpcio": "names an error of Beam's threads",
    "rich": "shows a running build",
    "tomli-w": "writes recipe.lock.toml, whose sha256 the ledger holds",
    "winnow": "the trainer, in the one command that both are parts of; its version is listed by itself",
}
"""What pipelines/ and filters/ import beside `LIBRARIES`."""
BENEATH = {
    "babel": "names of languages, for crawlers",
    "certifi": "network", "filelock": "network", "requests": "network", "requests-file": "network",
    "urllib3": "network", "pybind11": "compiles", "setuptools": "compiles", "six": "Python 2", "tzdata": "Windows",
    "backports-functools-lru-cache": "Python 2",
}  # fmt: skip
"""What libraries of the list require, through which no byte passes."""


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


LISTED = {canonical(name) for name in lock.LIBRARIES}


def test_every_library_that_we_import_is_listed() -> None:
    of = metadata.packages_distributions()
    found: dict[str, str] = {}
    for package in ("pipelines", "filters"):
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
                for top in {name.split(".")[0] for name in names} - {*sys.stdlib_module_names}:
                    found |= {canonical(name): file.name for name in of[top]}
    assert {name: file for name, file in found.items() if name not in LISTED | WRITES_NO_BYTE.keys()} == {}
    assert WRITES_NO_BYTE.keys() <= found.keys()


def test_every_library_beneath_those_is_listed() -> None:
    """But Beam's: of Beam a build uses the graph and the file systems, and its version stands for what it requires."""
    left, required = LISTED - {"apache-beam"}, set[str]()
    while left:
        required |= left
        needs = [need for name in left for need in metadata.requires(name) or [] if "extra ==" not in need]
        names = {canonical(re.match(r"[\w.-]+", need)[0]) for need in needs}  # type: ignore[index]
        left = names - required - BENEATH.keys()
    assert required | {"apache-beam"} == LISTED
