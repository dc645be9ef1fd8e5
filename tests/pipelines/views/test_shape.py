"""A ledger.json in which anything was changed is shown, or told to be damaged with the place."""

import copy
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from finished_builds import write_build

from winnow.pipelines.errors import BadCall
from winnow.pipelines.views.shape import wrong
from winnow.pipelines.views.terminal import explain

Place = tuple[str | int, ...]
EXAMPLE = {"id": "x", "url": None, "language": "en", "characters": 3, "text": "abc", "rule": "duplicate.near",
           "value": 0.9, "limit": None}  # fmt: skip
VALUES: list[Any] = [None, [], {}, "x\n\x1b", -1, 10**30, True, 1.5, math.nan, math.inf, [1], {"a": 1}, [[]], 0]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Of a small build, with everything in it that a ledger can hold."""
    root = tmp_path_factory.mktemp("build")
    write_build(root)
    made: dict[str, Any] = json.loads((root / "ledger.json").read_text())
    made["steps"] = [{"name": name, "use": name, "sources": ["web"]} for name in ("language", "gopher_quality")]
    made["edits"] = {"mask": {"emails": 2}}
    made["duplicates"] = {"clusters": 1, "documents_in_clusters": 2, "largest": 2}
    made["examples"] = {"kept": [EXAMPLE], "rejected": {"duplicate.near": [EXAMPLE]}}
    made["versions"] = {"python": "3"}
    return made


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    yield place
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from places(value[key], (*place, key))


def changed(ledger: dict[str, Any], place: Place, value: Any) -> dict[str, Any]:
    """The ledger with another value at `place`; without it where the value is Ellipsis."""
    made = copy.deepcopy(ledger)
    inner: Any = made
    for key in place[:-1]:
        inner = inner[key]
    if value is ...:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    return made


def test_a_sound_ledger(ledger: dict[str, Any]) -> None:
    assert wrong(ledger) is None
    assert wrong({name: value for name, value in ledger.items() if name != "steps"}) is None
    assert wrong(ledger | {"duplicates": {}, "more": 1}) is None


@pytest.mark.parametrize(
    ("place", "value", "expected"),
    [
        (("total", "kept", 0), "1", "total.kept[0]"),
        (("total", "kept"), [1], "total.kept"),
        (("total", "kept"), [1, 2, 3], "total.kept"),
        (("total", "gaps"), -1, "total.gaps"),
        (("total", "gaps"), 0, None),
        (("total", "gaps"), 2**63 - 1, None),
        (("total", "gaps"), 2**63, "total.gaps"),
        (("total", "gaps"), True, "total.gaps"),
        (("total", "gaps"), ..., "total.gaps"),
        (("rules", 1, "min"), None, None),
        (("rules", 1, "min"), math.inf, None),
        (("rules", 1, "min"), 2**63, "rules[1].min"),
        (("rules", 1, "min"), "", "rules[1].min"),
        (("sources", "web", "license"), 3, "sources.web.license"),
        (("sources", "web", "files", "in/a.warc.gz"), [], "sources.web.files.in/a.warc.gz"),
        (("steps", 0, "use"), None, "steps[0].use"),
        (("steps", 1, "sources", 0), 3, "steps[1].sources[0]"),
        (("duplicates", "clusters"), None, "duplicates.clusters"),
        (("recipe",), ..., "recipe"),
    ],
)
def test_the_place_of_what_is_wrong(ledger: dict[str, Any], place: Place, value: Any, expected: str | None) -> None:
    assert wrong(changed(ledger, place, value)) == expected


@pytest.mark.parametrize("value", [*VALUES, ...], ids=str)
def test_nothing_in_a_ledger_surprises_the_views(ledger: dict[str, Any], tmp_path: Path, value: Any) -> None:
    fates = {"shown": 0, "damaged": 0}
    for place in places(ledger):
        text = json.dumps(changed(ledger, place, value) if place else value if value is not ... else None)
        (tmp_path / "ledger.json").write_text(text)
        for call in (explain.card, explain.ledger, explain.summary):
            try:
                call(str(tmp_path))
                fates["shown"] += 1
            except BadCall:
                fates["damaged"] += 1
    assert sum(fates.values()) == 3 * len(list(places(ledger)))
    assert fates["damaged"] > 0
