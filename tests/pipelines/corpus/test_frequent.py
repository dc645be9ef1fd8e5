import itertools
import random
from collections.abc import Sequence

import pytest

from winnow.pipelines.corpus.frequent import HASHES, Frequent, frequent, merged
from winnow.pipelines.counts import NONE, Count
from winnow.pipelines.files.typed import from_json, to_json


def counts(documents: dict[str, int]) -> dict[str, Count]:
    return {value: Count(n, 10 * n) for value, n in documents.items()}


@pytest.mark.parametrize("most", [3, 4])
def test_few_values_are_counted_exactly(most: int) -> None:
    found = frequent(counts({"b": 2, "a": 1, "c": 7}), most)
    assert found == Frequent(counts({"a": 1, "b": 2, "c": 7}), Count(10, 100))
    assert list(found.counts) == ["a", "b", "c"]
    assert (found.distinct, found.documents("c"), found.documents("x")) == (3, (7, 7), (0, 0))


def test_of_more_values_the_count_of_the_next_is_taken_off() -> None:
    found = frequent(counts({"b": 2, "a": 1, "c": 7}), 2)
    assert (found.counts, found.whole, found.error) == ({"b": Count(1, 10), "c": Count(6, 60)}, Count(10, 100), 1)
    assert (found.documents("c"), found.documents("a"), len(found.hashes)) == ((6, 7), (0, 1), 3)
    equal = frequent(counts(dict.fromkeys("abc", 5)), 2)
    assert (equal.counts, equal.whole, equal.error) == ({}, Count(15, 150), 5)


def test_characters_go_with_their_documents() -> None:
    found = frequent({"a": Count(3, 100), "b": Count(1, 7)}, 1)
    assert found.counts == {"a": Count(2, 66)}


def test_nothing() -> None:
    assert frequent({}) == merged([]) == merged([Frequent(), Frequent()]) == Frequent()
    assert (Frequent().distinct, Frequent().whole) == (0, NONE)


def parts(most: int, seed: int) -> tuple[dict[str, int], list[Frequent]]:
    """What there is, and 20 parts of it: few values have most."""
    dice = random.Random(seed)
    whole: dict[str, int] = {}
    found = []
    for _ in range(20):
        part: dict[str, int] = {}
        for _ in range(500):
            value = f"v{int(dice.paretovariate(0.6))}"
            part[value], whole[value] = part.get(value, 0) + 1, whole.get(value, 0) + 1
        found.append(frequent(counts(part), most))
    return whole, found


@pytest.mark.parametrize(("most", "seed"), list(itertools.product([1, 10, 100], range(3))))
def test_counts_are_within_their_error(most: int, seed: int) -> None:
    whole, found = parts(most, seed)
    for order in (found, found[::-1]):
        sum_ = merged(order, most)
        assert sum_.whole == Count(10_000, 100_000)
        assert len(sum_.counts) <= most
        assert 0 < sum_.error <= 10_000 / (most + 1)
        held = [least <= whole[value] <= at_most for value in whole for least, at_most in [sum_.documents(value)]]
        assert all(held) is True


def test_few_values_add_up_exactly_in_any_order() -> None:
    whole, found = parts(1 << 20, 1)
    dice = random.Random(1)
    for _ in range(3):
        dice.shuffle(found)
        assert merged(found) == frequent(counts(whole))


@pytest.mark.parametrize("number", [HASHES - 1, HASHES, 2 * HASHES, 50_000])
def test_how_many_values_there_are(number: int) -> None:
    """The hashes are the same in whatever order the parts come; the estimate is 3 % off on average."""
    values = [f"site-{i}.example" for i in range(number)]
    cut: Sequence[Frequent] = [frequent(counts(dict.fromkeys(values[at::3], 1)), 10) for at in range(3)]
    found = [merged(order, 10) for order in itertools.permutations(cut)]
    assert [one.hashes for one in found] == [found[0].hashes] * 6
    assert len(found[0].hashes) == min(number, HASHES)
    assert abs(found[0].distinct - number) <= 0.1 * number


def test_parts_of_which_one_is_exact() -> None:
    cut, exact = frequent(counts({"a": 9, "b": 1}), 1), frequent(counts({"c": 1}), 1)
    assert merged([cut, exact], 1).hashes == merged([exact, cut], 1).hashes
    assert len(merged([cut, exact], 1).hashes) == 3
    assert merged([cut, exact], 1).error == 2


def test_what_a_file_holds_is_read_again() -> None:
    for found in (frequent(counts({"a": 1})), frequent(counts({"\udce4": 2, "b": 1, "ü": 7}), 1)):
        assert from_json(Frequent, to_json(found)) == found
