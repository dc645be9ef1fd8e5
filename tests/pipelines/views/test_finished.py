"""A directory without a finished build is told in one line, with the cure."""

import copy
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from finished_builds import card, why, write_build

from winnow.pipelines.errors import BadCall
from winnow.pipelines.ledger.types import FORMAT
from winnow.pipelines.views.terminal.ledger import checked, ledger
from winnow.pipelines.views.terminal.summary import summary


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "holds no build: it has no ledger.json; give the --output of a build"),
        ({"work/build.json": "{}"}, "not finished; run the same winnow build command again and it goes on"),
        ({"ledger.json": "{"}, "ledger.json is damaged; the same winnow build command with --replace builds it again"),
        ({"ledger.json": "[]"}, "ledger.json is damaged; the same winnow build command with --replace builds it again"),
        ({"ledger.json": '{"format": 99}'}, f"has format 99, this winnow reads {FORMAT}: use the one that wrote it"),
    ],
)
def test_not_a_finished_build(tmp_path: Path, files: dict[str, str], message: str) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    for call in (summary, card, ledger, checked, lambda root: why(root, "x")):
        with pytest.raises(BadCall) as caught:
            call(str(tmp_path))
        assert str(caught.value).endswith(message)
        assert len(str(caught.value).splitlines()) == 1


def test_no_directory(tmp_path: Path) -> None:
    with pytest.raises(BadCall, match="there is no such directory"):
        card(str(tmp_path / "none"))
    with pytest.raises(BadCall, match="is not on this machine"):
        card("gs://bucket/out")


Place = tuple[str | int, ...]
EXAMPLE = {"rank": "0", "id": "x", "url": None, "language": "en", "characters": 3, "text": "abc",
           "rule": "duplicate.near", "value": 0.9, "limit": None}  # fmt: skip
CLUSTER = {"cluster": "a", "size": 3, "exact": 1, "near": 1, "least": 0.9, "sources": {"web": 3}, "url": "u",
           "title": "t", "text": "abc"}  # fmt: skip
VALUES: list[Any] = [
    None, "x\n\x1b", 10**30, math.nan, {"a": 1}, ..., [], {}, -1, True, 1.5, math.inf, [1], [[]], 0,
]  # fmt: skip
"""The first of them in the quick tests too."""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small build, with everything in its ledger that one can hold."""
    root = tmp_path_factory.mktemp("build")
    write_build(root)
    made: dict[str, Any] = json.loads((root / "ledger.json").read_text())
    made["edits"] = {"mask": {"emails": 2}}
    made["recipe"]["notes"] = "a\n\n- b"
    made["lengths"] = [{"low": 4, "high": 8, "kept": [1, 5], "dropped": [1, 6]}]
    made["opt_outs"] = {made["rules"][0]["rule"]: {"kept": [1, 5], "dropped": [0, 0], "unknown": 1}}
    made["duplicates"] |= {"clusters": 1, "documents_in_clusters": 2, "largest": 2, "dropped": {"web": {"web": 1}}}
    made["examples"] = {"kept": [EXAMPLE], "rejected": {"duplicate.near": [EXAMPLE]}}
    made["duplicates"] |= {"limit": 0.75, "bands": 16, "rows": 7, "alike_pairs": 1, "compared": [0] * 15 + [1] * 5}
    made["probed"] = {"pairs": [0] * 15 + [2] * 5, "met": [0] * 15 + [1] * 5, "alike": 9, "alike_met": 5}
    made["lost"]["domains"] = [{"domain": "x", "documents": 2, "dropped": 2}]
    made["lost"]["allowed"] |= {"may_lose": ["web"], "max_lost_share_of_domain": 0.5, "domains_may_lose": ["x"]}
    made["examples"]["clusters"] = [CLUSTER]
    made["versions"] = {"python": "3"}
    (root / "sound.json").write_text(json.dumps(made))
    return root


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Of a list the first item and the last: its items are read as one type."""
    yield place
    items = {0, len(value) - 1} if isinstance(value, list) and value else ()
    for key in value if isinstance(value, dict) else items:
        yield from places(value[key], (*place, key))


def changed(ledger: Any, place: Place, value: Any) -> Any:
    """The ledger with another value at `place`; without it where the value is Ellipsis."""
    if not place:
        return None if value is ... else value
    made, key = copy.copy(ledger), place[0]
    if len(place) == 1 and value is ...:
        del made[key]
    else:
        made[key] = changed(made[key], place[1:], value)
    return made


@pytest.mark.parametrize(
    "value", [*VALUES[:3], *(pytest.param(value, marks=pytest.mark.slow) for value in VALUES[3:])], ids=str
)
def test_nothing_in_a_ledger_surprises_the_views(root: Path, value: Any) -> None:
    """What was changed is shown, or told to be damaged."""
    fates, sound = {"shown": 0, "damaged": 0}, json.loads((root / "sound.json").read_text())
    for place in places(sound):
        (root / "ledger.json").write_text(json.dumps(changed(sound, place, value)))
        try:
            card(str(root))
        except BadCall as error:
            assert str(error).startswith(f"{root}/ledger.json ")  # noqa: PT017  some may be read all the same
            fates["damaged"] += 1
            continue
        for call in (summary, ledger, checked):  # the last makes the pictures and croissant.json too
            call(str(root))
        fates["shown"] += 1
    assert sum(fates.values()) == len(list(places(sound)))
    assert fates["damaged"] > 0
