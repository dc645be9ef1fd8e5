from collections.abc import Iterator

import pytest

from winnow.pipelines.engines import progress


@pytest.fixture
def slots(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    monkeypatch.setattr(progress, "_listener", None)
    found = [0] * progress.SLOTS
    progress.listen(found)
    yield found
    monkeypatch.undo()


def test_records_are_counted_and_the_last_is_named(slots: list[int]) -> None:
    progress.record(0, False)
    progress.record(7, False)
    progress.record(7, True)
    progress.record(9, False)
    assert {"records": slots[progress.RECORDS], "kept": slots[progress.KEPT], "offset": slots[progress.OFFSET]} == {
        "records": 3, "kept": 1, "offset": 9
    }  # fmt: skip


def test_without_a_listener_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_listener", None)
    progress.record(1, True)
    assert progress.NOWHERE < 0
