from collections.abc import Iterator

import pytest

from winnow.pipelines import progress


@pytest.fixture
def slots(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    monkeypatch.setattr(progress, "_listener", None)
    found = [0] * progress.SLOTS
    progress.listen(found)
    yield found
    monkeypatch.undo()


def test_records_are_counted_and_the_last_is_named(slots: list[int]) -> None:
    progress.begin(0)
    progress.begin(7)
    progress.kept()
    progress.begin(9)
    assert slots == [3, 1, 9]
    progress.at(7)
    assert slots == [3, 1, 7]
    progress.between()
    assert slots == [3, 1, progress.NOWHERE]


def test_what_children_spent_is_summed() -> None:
    before = progress.child_cpu_seconds()
    progress.spent(0.5)
    progress.spent(0.25)
    assert progress.child_cpu_seconds() == before + 0.75


def test_without_a_listener_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_listener", None)
    progress.begin(1)
    progress.kept()
    assert progress.NOWHERE < 0
