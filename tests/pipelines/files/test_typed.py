"""Dataclasses as JSON and back; whatever is wrong is told with its place."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from winnow.pipelines.counts import Count
from winnow.pipelines.files.typed import WrongShape, from_json, to_json


@dataclass(frozen=True)
class Inner:
    name: str
    limit: float | None


@dataclass(frozen=True)
class Outer:
    count: int
    kept: Count
    rules: Mapping[str, Mapping[str, Count]]
    inner: tuple[Inner, ...]
    key: tuple[str, int]
    note: str | None
    one: Inner | None


MADE = Outer(3, Count(1, 2), {"a": {"a.x": Count(4, 5)}}, (Inner("x", None), Inner("y", 0.5)), ("f", 7), None, None)
JSON: dict[str, Any] = {
    "count": 3, "kept": [1, 2], "rules": {"a": {"a.x": [4, 5]}},
    "inner": [{"name": "x", "limit": None}, {"name": "y", "limit": 0.5}], "key": ["f", 7], "note": None, "one": None,
}  # fmt: skip


def test_there_and_back() -> None:
    assert (to_json(MADE), list(to_json(MADE))) == (JSON, list(JSON))
    assert from_json(Outer, json.loads(json.dumps(JSON))) == MADE
    assert from_json(Outer, JSON | {"more": 1}) == MADE


@dataclass(frozen=True)
class Checked:
    share: float

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ValueError("a share is 0 to 1")


@dataclass(frozen=True)
class Holds:
    of: tuple[Checked, ...]


def test_what_a_dataclass_refuses_is_told_with_its_place() -> None:
    assert from_json(Holds, {"of": [{"share": 1}]}) == Holds((Checked(1),))
    with pytest.raises(WrongShape) as error:
        from_json(Holds, {"of": [{"share": 1}, {"share": 1.5}]})
    assert error.value.place == "of[1]"


@pytest.mark.parametrize("value", [None, [], "x", 1, 1.5, True])
def test_what_is_no_table_is_wrong_as_a_whole(value: Any) -> None:
    with pytest.raises(WrongShape) as error:
        from_json(Outer, value)
    assert error.value.place == ""


@pytest.mark.parametrize("name", JSON)
def test_nothing_may_be_missing(name: str) -> None:
    with pytest.raises(WrongShape) as error:
        from_json(Outer, {key: value for key, value in JSON.items() if key != name})
    assert error.value.place == name


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"count": 0}, None), ({"count": 2**63 - 1}, None), ({"count": 2**63}, "count"), ({"count": -1}, "count"),
        ({"count": True}, "count"), ({"count": 1.0}, "count"), ({"count": "1"}, "count"), ({"count": None}, "count"),
        ({"kept": [1]}, "kept"), ({"kept": [1, 2, 3]}, "kept"), ({"kept": {"documents": 1}}, "kept"),
        ({"kept": [1, -1]}, "kept[1]"), ({"kept": ["1", 2]}, "kept[0]"),
        ({"rules": []}, "rules"), ({"rules": {"a": []}}, "rules.a"),
        ({"rules": {"a": {"x": [None, 1]}}}, "rules.a.x[0]"),
        ({"rules": {}}, None), ({"inner": {}}, "inner"), ({"inner": []}, None), ({"inner": [{}]}, "inner[0].name"),
        ({"inner": [{"name": None, "limit": 1}]}, "inner[0].name"),
        ({"inner": [{"name": "", "limit": 1}]}, None), ({"inner": [{"name": "", "limit": math.inf}]}, None),
        ({"inner": [{"name": "", "limit": 2**63}]}, "inner[0].limit"),
        ({"inner": [{"name": "", "limit": -(2**63) + 1}]}, None),
        ({"inner": [{"name": "", "limit": ""}]}, "inner[0].limit"),
        ({"key": ["f"]}, "key"), ({"key": ["f", "g"]}, "key[1]"), ({"note": ""}, None), ({"note": 1}, "note"),
        ({"one": {"name": "x", "limit": 1.0}}, None), ({"one": {"name": "x"}}, "one.limit"), ({"one": []}, "one"),
    ],
)  # fmt: skip
def test_the_place_of_what_is_wrong(changed: dict[str, Any], place: str | None) -> None:
    if place is None:
        assert to_json(from_json(Outer, JSON | changed)) == JSON | changed
        return
    with pytest.raises(WrongShape) as error:
        from_json(Outer, JSON | changed)
    assert (error.value.place, str(error.value)) == (place, place)
