"""The local driver: what a process that dies costs, and what it may not cost."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.dataset as ds
import pytest

from pipelines import progress
from pipelines.build import Request, build
from pipelines.display import Display
from pipelines.local import Pool
from pipelines.recipe import Recipe

Promised = Callable[[Path], dict[str, str]]


class Assassin:
    """Kills the workers of every pool that is made, when `choose` says so of (offset of the record at work, kills)."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, choose: Callable[[int, int], bool]) -> None:
        self.kills, self.offsets = 0, list[int]()
        self._choose, self._pools = choose, list[Pool]()
        self._over = threading.Event()
        init = Pool.__init__

        def watched(pool: Pool, workers: int) -> None:
            init(pool, workers)
            self._pools.append(pool)

        monkeypatch.setattr(Pool, "__init__", watched)

    def __enter__(self) -> "Assassin":
        self._thread = threading.Thread(target=self._hunt)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _hunt(self) -> None:
        while not self._over.is_set():
            for worker in [w for pool in self._pools for w in list(pool._workers) if w.task is not None]:
                offset, pid = worker.slots[progress.OFFSET], worker.process.pid
                if pid and worker.process.is_alive() and self._choose(offset, self.kills):
                    os.kill(pid, signal.SIGKILL)
                    worker.process.join()
                    self.kills += 1
                    self.offsets.append(offset)
            time.sleep(0.001)


def test_a_worker_that_dies_costs_nothing(
    sample: Path, tiny: Recipe, reference: Path, promised: Promised, tmp_path: Path, quiet: Display,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with Assassin(monkeypatch, lambda offset, kills: offset > 50_000 and kills == 0) as assassin:
        build(Request(tiny, (f"{sample}/*",), str(tmp_path / "out"), 1), quiet)
    assert assassin.kills == 1
    assert promised(tmp_path / "out") == promised(reference)


def test_a_record_that_kills_twice_becomes_a_row(
    tiny: Recipe, tmp_path: Path, quiet: Display, monkeypatch: pytest.MonkeyPatch, slow_page: Callable[[Path], int]
) -> None:
    deadly = slow_page(tmp_path / "pages.warc.gz")
    with Assassin(monkeypatch, lambda offset, kills: offset == deadly and kills < 2) as assassin:
        build(Request(tiny, (str(tmp_path / "pages.warc.gz"),), str(tmp_path / "out"), 1), quiet)
    assert assassin.offsets == [deadly, deadly]
    rejected = ds.dataset(tmp_path / "out/rejected").to_table(columns=["offset", "stage", "rule"]).to_pylist()
    assert [r for r in rejected if r["offset"] == deadly] == [{"offset": deadly, "stage": "read", "rule": "read.crash"}]
    assert len(rejected) == 3  # the other two say the same sentence over and over


@pytest.fixture
def slow_page() -> Callable[[Path], int]:
    """Writes a WARC of three pages, the middle one long to extract; returns its offset."""
    import io

    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    sentence = "<p>The tide comes in twice a day, and the boats of the harbour rise and fall with it, {}.</p>"

    def write(path: Path) -> int:
        offsets = []
        with path.open("wb") as file:
            writer = WARCWriter(file, gzip=True)
            for page, paragraphs in enumerate((20, 9000, 20)):
                body = "<html><body><article>" + "".join(sentence.format(f"{page} {i}") for i in range(paragraphs))
                head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
                offsets.append(file.tell())
                writer.write_record(
                    writer.create_warc_record(
                        f"https://harbour.example/{page}", "response", payload=io.BytesIO(body.encode()),
                        http_headers=head, warc_headers_dict={"WARC-Date": "2026-01-31T00:00:00Z"},
                    )
                )  # fmt: skip
        return offsets[1]

    return write
