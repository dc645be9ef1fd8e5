import random

import pytest

from winnow.pipelines.corpus.clusters import LARGEST, Cluster, Largest, merged


def documents(clusters: int) -> list[Cluster]:
    """One for each document: cluster i has i + 2 of them; one was kept, and two thirds of the rest are exact."""
    return [
        Cluster(f"{i:02}", i + 2, url=f"u{i}", title=None, text=f"text {i}", sources={"web": 1}) if not at
        else Cluster(f"{i:02}", i + 2, exact=int(at % 3 > 0), near=int(at % 3 == 0), least=1.0 - at / 100,
                     sources={"books" if at == 1 else "web": 1})
        for i in range(clusters) for at in range(i + 2)
    ]  # fmt: skip


def largest(found: list[Cluster]) -> tuple[Cluster, ...]:
    held = Largest()
    for one in found:
        if held.takes(one.cluster, one.size):
            held.add(one)
    return held.result()


def test_what_is_said_of_a_cluster_adds_up() -> None:
    assert largest(documents(3)) == (
        Cluster("02", 4, 2, 1, 0.97, {"books": 1, "web": 3}, "u2", None, "text 2"),
        Cluster("01", 3, 2, 0, 0.98, {"books": 1, "web": 2}, "u1", None, "text 1"),
        Cluster("00", 2, 1, 0, 0.99, {"books": 1, "web": 1}, "u0", None, "text 0"),
    )


def test_nothing() -> None:
    assert largest([]) == merged([]) == ()


@pytest.mark.parametrize("clusters", [LARGEST - 1, LARGEST, LARGEST + 1, 30])
def test_the_largest_in_any_order_and_in_any_files(clusters: int) -> None:
    found, dice = documents(clusters), random.Random(clusters)
    expected = largest(found)
    assert [one.size for one in expected] == [clusters + 1 - i for i in range(min(clusters, LARGEST))]
    assert [one.exact + one.near + 1 for one in expected] == [one.size for one in expected]
    for _ in range(5):
        dice.shuffle(found)
        assert largest(found) == expected
        cut = sorted(dice.sample(range(len(found)), 2))
        files = [largest(part) for part in (found[: cut[0]], found[cut[0] : cut[1]], found[cut[1] :])]
        assert merged(one for file in files for one in file) == expected


def test_of_equal_sizes_the_first_by_id() -> None:
    found = [Cluster(f"{i:02}", 2) for i in reversed(range(LARGEST + 1))]
    assert [one.cluster for one in largest(found)] == [f"{i:02}" for i in range(LARGEST)]


def test_of_two_kept_documents_with_one_id_one_speaks() -> None:
    one, other = Cluster("a", 2, text="b", url="x"), Cluster("a", 2, text="a", url="y")
    assert merged([one, other]) == merged([other, one]) == (one,)
