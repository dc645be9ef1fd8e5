"""A report stays small: texts are cut first, then documents are left out."""

import base64
import gzip
import json
import random
from typing import Any

import pytest

from winnow.pipelines.views.report.budget import first, fitted
from winnow.pipelines.views.report.documents import cut, shorter


def document(text: str, **more: Any) -> dict[str, Any]:
    return {**cut(text, [], None, 8_000), **more}


def data(documents: int, characters: int) -> dict[str, Any]:
    letters = random.Random(0)
    texts = ["".join(letters.choices("abcdefghijklmnopqrstuvwxyz ", k=characters)) for _ in range(documents)]
    numbers = [*range(documents)]
    bar = {"low": 0.0, "high": 1.0, "documents": {"kept": numbers, "dropped": [], "another": numbers[:1]}}
    return {
        "documents": [document(text) for text in texts], "edited": numbers[::-1],
        "rules": [{"near": {"min": {"kept": numbers, "dropped": []}}, "groups": [{"bins": [bar]}]}],
        "clusters": [{"members": numbers, "diffs": [{"of": n, "pieces": []} for n in numbers]}],
    }  # fmt: skip


def unpacked(found: bytes) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(gzip.decompress(found))
    return value


@pytest.mark.parametrize(
    ("most", "documents", "characters"),
    [(10_000_000, 40, 8_000), (200_000, 40, 4_000), (100_000, 40, 2_000), (30_000, 40, 500), (1_000, 0, None)],
)
def test_as_much_is_held_as_there_is_room_for(most: int, documents: int, characters: int | None) -> None:
    packed = fitted(data(40, 9_000), most)
    assert len(base64.b64encode(packed)) <= most
    found = unpacked(packed)
    assert [len(of["text"]) for of in found["documents"]] == [characters] * documents
    assert [of["cut"] for of in found["documents"]] == [9_000 - (characters or 0)] * documents


def test_what_is_left_out_is_named_nowhere() -> None:
    found = first(data(5, 10), 2)
    assert (len(found["documents"]), found["edited"]) == (2, [1, 0])
    assert found["rules"][0]["near"]["min"]["kept"] == [0, 1]
    assert found["rules"][0]["groups"][0]["bins"][0]["documents"] == {"kept": [0, 1], "dropped": [], "another": [0]}
    assert (found["clusters"][0]["members"], found["clusters"][0]["diffs"]) == (
        [0, 1], [{"of": 0, "pieces": []}, {"of": 1, "pieces": []}])  # fmt: skip


def test_places_are_counted_as_javascript_counts() -> None:
    made = cut("😀a😀b", [(7, 0, 1), (7, 1, 2), (8, 2, 4), (9, 3, 4)], None, 3)
    assert made == {
        "text": "😀a😀",
        "cut": 1,
        "spans": [[7, 0, 2], [7, 2, 3], [8, 3, 5]],
        "beyond": [[9, 1]],
        "before": None,
    }
    assert shorter(made, 1) == made | {"text": "😀", "cut": 3, "spans": [[7, 0, 2]], "beyond": [[7, 1], [8, 1], [9, 1]]}
    assert shorter(made, 3) == made


def test_cut_to_nothing() -> None:
    assert cut("", [(0, 0, 0)], [], 10) == {"text": "", "cut": 0, "spans": [], "beyond": [[0, 1]], "before": []}


def test_places_of_a_rule_that_overlap_are_one_and_no_more_are_shown_than_can_be_told_apart() -> None:
    spans = [(2, 0, 3), (1, 0, 2), (1, 2, 4), (2, 1, 2), (2, 2, 5), (2, 5, 6)]
    assert cut("abcdefgh", spans, None, 8)["spans"] == [[1, 0, 2], [1, 2, 4], [2, 0, 5], [2, 5, 6]]
    many = cut("x " * 1_000, [(n, 2 * at, 2 * at + 1) for at in range(1_000) for n in (1, 2)], None, 8_000)
    assert (len(many["spans"]), many["beyond"]) == (800, [[1, 600], [2, 600]])
