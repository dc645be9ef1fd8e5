import itertools

import numpy as np
import pytest

from winnow.pipelines.plan.numbers import (
    ITEM_BITS,
    MOST_EARLIER,
    MOST_ITEMS,
    MOST_PARTS,
    PART_BITS,
    base,
    build_of,
    numbers,
    of_build,
    of_records,
)

LAST_ITEM, LAST_PART = MOST_ITEMS - 1, MOST_PARTS - 1


def test_a_number_has_room_for_a_build_its_items_and_their_parts() -> None:
    assert 64 - ITEM_BITS - PART_BITS == 8
    assert (MOST_ITEMS, MOST_PARTS) == (1 << 40, 1 << 16)


@pytest.mark.parametrize(
    ("item", "part", "number"),
    [
        (0, 0, 0), (0, 1, 1), (0, LAST_PART, 0xFFFF), (1, 0, 0x1_0000), (1, LAST_PART, 0x1_FFFF),
        (LAST_ITEM, 0, 0xFF_FFFF_FFFF_0000), (LAST_ITEM, LAST_PART, (1 << 56) - 1),
    ],
)  # fmt: skip
def test_where_the_bits_lie(item: int, part: int, number: int) -> None:
    found = numbers([item], [part])
    assert (found.tolist(), found.dtype.name) == ([number], "uint64")
    assert base(item) + part == number


def test_numbers_are_in_the_order_of_row_keys() -> None:
    keys = list(itertools.product((0, 1, 2, LAST_ITEM - 1, LAST_ITEM), (0, 1, LAST_PART - 1, LAST_PART)))
    found = numbers([item for item, _ in keys], [part for _, part in keys]).tolist()
    assert found == sorted(set(found))
    assert len(found) == len(keys)


def test_the_first_number_of_a_unit_comes_after_the_last_of_the_one_before() -> None:
    first, second = 5, 3
    of_first = (numbers(range(first), [LAST_PART] * first) + base(0)).tolist()
    of_second = (numbers(range(second), [0] * second) + base(first)).tolist()
    assert of_first[-1] + 1 == of_second[0]
    assert of_second == numbers(range(first, first + second), [0] * second).tolist()


def test_no_documents_have_no_numbers() -> None:
    assert (numbers([], []).tolist(), numbers([], []).dtype.name) == ([], "uint64")


def test_all_parts_of_a_record_have_its_number() -> None:
    items = [0, 0, 1, LAST_ITEM, LAST_ITEM]
    found = of_records(numbers(items, [0, LAST_PART, 1, 1, LAST_PART]) + base(0))
    assert (found.tolist(), found.dtype.name) == (numbers(items, [0] * 5).tolist(), "uint64")
    assert of_records(numbers([], [])).tolist() == []


@pytest.mark.parametrize("build", [0, 1, MOST_EARLIER])
def test_builds_stand_apart(build: int) -> None:
    """The numbers of one come after all of those before it."""
    first, last = of_build(build, 0), of_build(build, LAST_ITEM) + LAST_PART
    assert (first, last) == (build << 56, (build << 56) + (1 << 56) - 1)
    assert build_of(np.array([first, last], np.uint64)).tolist() == [build, build]
    assert MOST_EARLIER + 1 == 1 << (64 - ITEM_BITS - PART_BITS)
