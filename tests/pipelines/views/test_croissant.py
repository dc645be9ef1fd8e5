import json
from dataclasses import replace
from typing import Any

import mlcroissant
import pytest
from card_ledger import distribution, golden, with_kept

from winnow.pipelines.files.parquet import Written
from winnow.pipelines.ledger.types import Ledger, RuleCount
from winnow.pipelines.views import croissant

NO_DATE = 'Property "https://schema.org/datePublished" is recommended, but does not exist.'


def of(ledger: Ledger) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(croissant.render(ledger))
    return found


def validated(ledger: Ledger) -> list[str]:
    """What the validator warns of; an error is raised."""
    issues = mlcroissant.Dataset(jsonld=of(ledger)).metadata.issues
    assert issues.errors == set()
    return sorted(warning.partition("] ")[2] for warning in issues.warnings)


def test_the_validator_warns_of_the_date_alone() -> None:
    """A build does not know when it will be published."""
    assert validated(golden()) == [NO_DATE]


def test_the_tables_are_named_by_patterns_and_the_files_by_digests() -> None:
    made = golden()
    rules = {"ledger/rules.parquet": Written(3, 12, "ab" * 32)}
    found = of(replace(made, files={**made.files, **rules}))
    assert [(part["@id"], part.get("includes") or part["sha256"]) for part in found["distribution"]] == [
        ("recipe.lock.toml", "d" * 64), ("ledger/rules.parquet", "ab" * 32), ("corpus-files", "corpus/**/*.parquet"),
        ("rejected-files", "rejected/**/*.parquet"),
    ]  # fmt: skip
    assert [table["@id"] for table in found["recordSet"]] == ["corpus", "rejected"]


def test_it_does_not_grow_with_the_corpus() -> None:
    made = golden()
    more = {f"corpus/web/en/part-{n:05d}.parquet": Written(1, 1, "e" * 64) for n in range(1000)}
    assert len(croissant.render(replace(made, files={**made.files, **more}))) == len(croissant.render(made))


def test_a_table_without_files_is_not_described() -> None:
    made = golden()
    files = {path: file for path, file in made.files.items() if not path.startswith("rejected/")}
    found = of(replace(made, files=files))
    assert [table["@id"] for table in found["recordSet"]] == ["corpus"]
    assert validated(replace(made, files={})) == [NO_DATE]


def test_other_bytes_are_another_version() -> None:
    made = golden()
    path, file = next(iter(made.files.items()))
    other = replace(made, files={**made.files, path: replace(file, sha256="0" * 64)})
    assert of(other)["version"] != of(made)["version"]
    assert of(replace(made, identity="x"))["version"] == of(made)["version"]


@pytest.mark.parametrize(
    ("licenses", "expected"),
    [
        ({"MIT": 3}, ["https://spdx.org/licenses/MIT.html"]),
        ({"GPL-3.0-or-later": 3}, ["https://spdx.org/licenses/GPL-3.0-or-later.html"]),
        ({"MIT OR 0BSD": 3, "unknown": 2}, ["MIT OR 0BSD", "unknown"]),
        ({"LicenseRef-house": 3}, ["LicenseRef-house"]),
        ({"CC BY 4.0": 3}, ["https://spdx.org/licenses/CC-BY-4.0.html"]),
        ({}, ["unknown"]),
    ],
)
def test_licenses(licenses: dict[str, int], expected: list[str]) -> None:
    assert of(with_kept(license=distribution(licenses)))["license"] == expected


HOSTILE = [
    '"}]} </script>',
    "\x1b[2J\u202e\0",
    "{\\title}",
    "a b/c%20d#e?f",
    "\u65b0\u805e",
    "@id",
    "cr:name",
    "x" * 100,
]


def test_hostile_names() -> None:
    """Of recipe and steps; a measure's name is letters, digits and underscores."""
    made, said = golden(), " ".join(HOSTILE)
    rules = [RuleCount(f"{text}.words", None, None, text, 0, 0, 0, 0, 0, None) for text in HOSTILE]
    found = replace(made, recipe=replace(made.recipe, name=said, about=said, notes=said), rules=(*made.rules, *rules))
    assert validated(found) == [NO_DATE]
    columns = [field["@id"] for field in of(found)["recordSet"][0]["field"]]
    assert len(set(columns)) == len(columns)
