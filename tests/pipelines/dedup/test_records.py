from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.pipelines.dedup.records import Columns, whole

COLUMNS = ("id", "text", "date", "captured", "characters", "item", "part")


def rows(*records: tuple[int, list[str]]) -> list[tuple[Any, ...]]:
    """Of (item, texts): a document a text, the first of which is part 3."""
    return [
        (f"{item}-{part}", text, f"date {item}.{part}", None, len(text), item, part)
        for item, texts in records
        for part, text in enumerate(texts, 3)
    ]


def batch(of: list[tuple[Any, ...]]) -> Columns:
    return {name: [row[at] for row in of] for at, name in enumerate(COLUMNS)}


def found(batches: list[Columns]) -> list[dict[str, Any]]:
    """The records one by one."""
    return [
        {name: values[at] for name, values in columns.items()}
        for columns in whole(batches)
        for at in range(len(columns["item"]))
    ]


def test_a_record_is_its_texts_and_the_facts_of_its_first_document() -> None:
    assert found([batch(rows((7, ["one two", "", "three"]), (9, ["four"])))]) == [
        {"id": "7-3", "text": "one two\n\n\n\nthree", "date": "date 7.3", "captured": None, "characters": 16, "item": 7,
         "part": 0, "documents": 3},
        {"id": "9-3", "text": "four", "date": "date 9.3", "captured": None, "characters": 4, "item": 9, "part": 0,
         "documents": 1},
    ]  # fmt: skip


@pytest.mark.parametrize("batches", [[], [batch(rows((0, ["a"])))], [batch(rows((0, ["a"]))), batch(rows((1, ["b"])))]])
def test_few(batches: list[Columns]) -> None:
    assert [record["text"] for record in found(batches)] == ["a", "b"][: len(batches)]


def test_a_record_is_held_until_the_next_begins() -> None:
    """So no more than one is, beside a batch."""
    of = rows((0, ["a"] * 5), (1, ["b"]), (2, ["c"]))
    batches = iter([batch(of[:2]), batch(of[2:4]), batch(of[4:6]), batch(of[6:])])
    made = whole(batches)
    assert next(made)["text"] == ["\n\n".join("aaaaa")]
    assert next(batches)["item"] == [2]
    assert [columns["text"] for columns in made] == [["b"]]


@given(st.lists(st.integers(1, 4), max_size=8), st.data())
def test_where_batches_end_changes_nothing(sizes: list[int], data: st.DataObject) -> None:
    of = rows(*((item, [f"text {item} {part}" for part in range(size)]) for item, size in enumerate(sizes)))
    cuts = data.draw(st.sets(st.integers(1, max(1, len(of) - 1))))
    ends = [0, *sorted(cut for cut in cuts if cut < len(of)), len(of)]
    batches = [batch(of[start:end]) for start, end in pairwise(ends) if start < end]
    records = found(batches)
    assert records == found([batch(of)] if of else [])
    assert [record["documents"] for record in records] == sizes
