"""Watching a job by its files: what is done is told once, and neither storage that fails nor a surprise ends a job."""

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from small_builds import Built, ingested, recipe, warc

from winnow.pipelines.beam import watch
from winnow.pipelines.beam.graph import add
from winnow.pipelines.beam.storage import StorageFailed
from winnow.pipelines.beam.watch import Watch
from winnow.pipelines.engines.engine import nobody
from winnow.pipelines.errors import Damaged, Gone
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.ledger.guard import TooManyDropped
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.unit import Unit


class Result:
    """Of a job that somebody may cancel."""

    def __init__(self) -> None:
        self.cancelled = 0

    def cancel(self) -> None:
        self.cancelled += 1


class Failing(LocalStorage):
    """Local files, that cannot be listed so many times."""

    def __init__(self, times: float) -> None:
        self.times, self.failed = times, 0

    def files(self, folder: str) -> list[str]:
        if self.failed < self.times:
            self.failed += 1
            raise StorageFailed(f"{folder}: 503")
        return super().files(folder)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "EVERY_SECONDS", 0.01)


@pytest.fixture
def built(tmp_path: Path) -> Built:
    found = ingested(tmp_path / "out", recipe(), [str(warc(tmp_path / "a.warc.gz", ["hello"] * 5))], 1)
    assert len(found.units) == 6
    return found


def tally(built: Built, place: int) -> Path:
    return Path(built.job.names.curate(built.job.curated(built.units[place])))


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_job_of_a_real_runner(built: Built, tmp_path: Path) -> None:
    for place in range(6):
        tally(built, place).unlink()
    told = list[Unit]()
    watching = Watch(built.work, "ingest", told.append)
    pipeline = beam.Pipeline(runner=FnApiRunner())
    add(pipeline, built.job, "ingest")
    with watching.over(pipeline.run()) as result:
        assert result.wait_until_finish() == "DONE"
    watching.end()
    assert told == built.units


def test_what_is_done_is_told_when_it_is_and_once(built: Built) -> None:
    late, told, result = {place: tally(built, place).read_bytes() for place in (0, 4)}, list[Unit](), Result()
    for place in late:
        tally(built, place).unlink()
    watching = Watch(built.work, "ingest", told.append)
    with watching.over(result):
        until(lambda: len(told) == 4)
        for place, content in late.items():
            tally(built, place).write_bytes(content)
            until(lambda place=place: told[-1] == built.units[place])  # type: ignore[misc]
    watching.end()
    assert told == [built.units[place] for place in (1, 2, 3, 5, 0, 4)]
    assert result.cancelled == 0


def test_before_the_elements_are_known_it_waits(built: Built) -> None:
    listed = Path(built.job.names.units(built.job.units))
    content, told = listed.read_bytes(), list[Unit]()
    listed.unlink()
    watching = Watch(built.work, "ingest", told.append)
    with watching.over(Result()):
        time.sleep(0.1)
        assert told == []
        listed.write_bytes(content)
        until(lambda: told == built.units)
    listed.unlink()
    watching.end()
    with pytest.raises(Gone):
        Watch(built.work, "ingest", told.append).end()


def test_so_few_units_are_watched_that_the_driver_reads_no_more_of_a_larger_build(
    built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "MOST_WATCHED", 4)
    told = list[Unit]()
    Watch(built.work, "ingest", told.append).end()
    assert told == built.units[:4]


def alarming(unit: Unit) -> None:
    raise TooManyDropped(f"so far, of {unit.shown}")


def test_too_many_dropped_cancel_the_job(built: Built) -> None:
    watching, result = Watch(built.work, "ingest", alarming), Result()
    with watching.over(result):
        until(lambda: result.cancelled > 0)
        time.sleep(0.05)
    assert result.cancelled == 1
    assert watching.alarm is not None
    with pytest.raises(TooManyDropped, match="so far"):
        watching.end()


def test_a_runner_that_cannot_cancel(built: Built) -> None:
    """As Beam's in-memory one."""
    pipeline = beam.Pipeline(runner=FnApiRunner())
    add(pipeline, built.job, "ingest")
    watching = Watch(built.work, "ingest", alarming)
    with watching.over(pipeline.run()) as result:
        with pytest.raises(NotImplementedError):
            result.cancel()
        until(lambda: watching.alarm is not None)
    with pytest.raises(TooManyDropped):
        watching.end()


@pytest.mark.parametrize("times", [1, 3])
def test_storage_that_fails_is_asked_again(built: Built, times: int) -> None:
    """One listing that failed cancelled the job."""
    storage, told, result = Failing(times), list[Unit](), Result()
    watching = Watch(Work(storage, built.job), "ingest", told.append)
    with watching.over(result):
        until(lambda: len(told) == 6)
    watching.end()
    assert (told, storage.failed, result.cancelled) == (built.units, times, 0)


def test_storage_that_fails_at_the_last_look_is_told(built: Built) -> None:
    storage, result = Failing(float("inf")), Result()
    watching = Watch(Work(storage, built.job), "ingest", alarming)
    with watching.over(result):
        until(lambda: storage.failed > 2)
    assert (watching.alarm, result.cancelled) == (None, 0)
    with pytest.raises(StorageFailed, match="503"):
        watching.end()


@pytest.mark.parametrize("error", [StorageFailed("a: 503"), TimeoutError("a"), Damaged("a", ("a",)), Gone("a", ("a",))])
def test_a_tally_that_cannot_be_read_is_read_again_and_no_other(built: Built, error: Exception) -> None:
    asked = list[Unit]()

    def seen(unit: Unit) -> None:
        asked.append(unit)
        if unit == built.units[2] and asked.count(unit) < 3:
            raise error

    watching, result = Watch(built.work, "ingest", seen), Result()
    with watching.over(result):
        until(lambda: built.units[5] in asked)
    watching.end()
    assert [asked.count(unit) for unit in built.units] == [1, 1, 3, 1, 1, 1]
    assert result.cancelled == 0


def test_what_nobody_expected_is_raised_once_the_job_has_ended(built: Built) -> None:
    """It ended the thread without a word, and with it the guard."""
    watching, result, before = Watch(built.work, "ingest", dict[Any, Any]().pop), Result(), threading.active_count()
    with watching.over(result):
        until(lambda: threading.active_count() == before)
    assert (watching.alarm, result.cancelled) == (None, 0)
    with pytest.raises(KeyError):
        watching.end()


def test_a_job_that_fails_is_no_longer_watched(built: Built) -> None:
    told, before = list[Unit](), threading.active_count()
    with contextlib.suppress(KeyError), Watch(built.work, "ingest", told.append).over(Result()):
        until(lambda: len(told) == 6)
        raise KeyError
    assert threading.active_count() == before


def test_where_nobody_watches_nothing_is_asked(built: Built) -> None:
    storage, before = Failing(float("inf")), threading.active_count()
    watching = Watch(Work(storage, built.job), "ingest", nobody)
    with watching.over(Result()):
        assert threading.active_count() == before
    watching.end()
    assert storage.failed == 0
