from winnow.pipelines.dedup.duplicates import Duplicates, merged
from winnow.pipelines.dedup.stars import BINS
from winnow.pipelines.recipe.model import Dedup


def test_slices_add_up() -> None:
    parts = [
        Duplicates(members=5, clusters=2, largest=3, dropped={"b": {"b": 2}, "a": {"b": 1}}, earlier={"b": {"j": 1}}),
        Duplicates(members=4, clusters=1, largest=4, dropped={"a": {"b": 2, "a": 1}}, earlier={"b": {"i": 2, "j": 3}}),
    ]
    found = merged(Dedup(), parts)
    assert (found.members, found.clusters, found.largest, found.compared) == (9, 3, 4, (0,) * BINS)
    assert (found.dropped, found.earlier) == ({"a": {"a": 1, "b": 3}, "b": {"b": 2}}, {"b": {"i": 2, "j": 4}})
    assert found.lost == {"a": 4, "b": 8}
    assert [list(of) for of in found.dropped.values()] == [["a", "b"], ["b"]]


def test_nothing_was_found() -> None:
    assert merged(Dedup(), []) == Duplicates.of(Dedup())
    assert Duplicates().lost == {}
