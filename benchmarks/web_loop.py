"""The functions of a build, called in a plain loop in one process: what web.py holds the engine's cost against.

No Beam, no driver, no queue; the same functions on the same chunks, and the extraction in its child process as in a
build (--direct: in this process, which leaves out what the sandbox costs). The last line of output is JSON: CPU seconds
by piece, the child's apart.

    python -m benchmarks.web_loop --input 'crawl/*.warc.gz' --output DIR
"""

import argparse
import contextlib
import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from winnow.pipelines.ingest.unit import Ingest
from winnow.pipelines.plan.work import receipt_path, weights_path

from winnow.filters.rules import Reject
from winnow.pipelines.corpus.parts import weigh, write
from winnow.pipelines.corpus.tables import ChunkTables
from winnow.pipelines.dedup.buckets import Buckets, joined
from winnow.pipelines.dedup.keys import CONTENT, ChunkKeys, make_keys
from winnow.pipelines.dedup.settle import bands_of, drops_path, join, name_of, settle
from winnow.pipelines.engines.local import parts_of
from winnow.pipelines.extraction.extract import extract
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.extraction.sandbox import Sandbox
from winnow.pipelines.extraction.settings import ExtractSettings
from winnow.pipelines.files.storage import LocalStorage, write_json
from winnow.pipelines.plan.inputs import find_inputs
from winnow.pipelines.plan.job import Job
from winnow.pipelines.plan.units import MIB, Chunk, Input, cut, load_census, save_census
from winnow.pipelines.recipe.file import find, load
from winnow.pipelines.sources.warc.scan import scan


class Direct(Sandbox):
    """No sandbox: extraction in this process."""

    def __init__(self, settings: ExtractSettings) -> None:
        super().__init__(settings)
        self.settings = settings

    def extract(self, html: str, url: str | None, captured: str | None) -> Extracted | Reject:
        return extract(html, url, captured, self.settings)


class Loop:
    """A build without an engine. `cpu` is seconds by piece, of this process."""

    def __init__(self, recipe: str, inputs: list[str], output: str, chunk_mib: float, direct: bool) -> None:
        self.storage = LocalStorage()
        self.job = Job(load(find(recipe)), output, max(1, int(chunk_mib * MIB)))
        self.inputs = find_inputs(self.storage, self.job.recipe, inputs)
        self.sandbox = (Direct if direct else Sandbox)(self.job.recipe.extract)
        self.cpu: dict[str, float] = {}

    def run(self) -> None:
        chunks = [chunk for given in self.inputs for chunk in self._scan(given)]
        with self.sandbox, self._piece("ingest"):
            for chunk in chunks:
                Ingest(self.job, chunk, self.sandbox).run(self.storage, _nothing)
        with self._piece("keys"):
            for chunk in chunks:
                make_keys(self.storage, self.job, chunk)
        self._dedup(chunks)
        with self._piece("write"):
            self._write(chunks)

    def _scan(self, given: Input) -> Iterator[Chunk]:
        path = self.job.census(given)
        with self._piece("scan"), self.storage.open(given.path) as stream:
            save_census(self.storage, path, scan(stream))
        census = load_census(self.storage, path)
        yield from cut(given, census, self.job.chunk_bytes, self.job.ingest_digest(given.source))

    def _dedup(self, chunks: list[Chunk]) -> None:
        found: dict[int, Buckets] = {}
        with self._piece("join"):
            for band in bands_of(self.job.recipe.dedup):
                found[band] = join(ChunkKeys(self.storage, self.job, chunk).entries(band) for chunk in chunks)
        with self._piece("settle"):
            copies = found.pop(CONTENT, joined([]))
            settle(self.storage, self.job, chunks, copies, list(found.values()))

    def _write(self, chunks: list[Chunk]) -> None:
        name = name_of(self.job, chunks)
        for chunk in chunks:
            drops = drops_path(self.job, name, chunk)
            tables = ChunkTables(self.storage, self.job, chunk, drops)
            weights = weigh(tables, self.job.recipe.output.part_characters)
            write_json(self.storage, weights_path(self.job, chunk, drops), weights)
        for part in parts_of(self.storage, self.job, chunks):
            write(self.storage, self.job, part, receipt_path(self.job, part))

    @contextlib.contextmanager
    def _piece(self, name: str) -> Iterator[None]:
        began = time.process_time()
        yield
        self.cpu[name] = self.cpu.get(name, 0.0) + time.process_time() - began


def _nothing(_offset: int, _kept: bool) -> None:
    pass


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", default="fineweb", metavar="NAME", help="default: %(default)s")
    parser.add_argument("--input", action="append", required=True, metavar="PATTERN", help="may be repeated")
    parser.add_argument("--output", required=True, metavar="DIR", help="is emptied first")
    parser.add_argument("--chunk-mib", type=float, default=8.0, metavar="N")
    parser.add_argument("--direct", action="store_true", help="extract in this process, without the sandbox")
    given = parser.parse_args()
    shutil.rmtree(given.output, ignore_errors=True)
    Path(given.output).mkdir(parents=True)
    started = time.process_time()
    loop = Loop(given.recipe, given.input, given.output, given.chunk_mib, given.direct)
    loop.run()
    pages = sum(np.load(path)["spans"].shape[0] for path in Path(given.output, "work", "scan").glob("*.npz"))
    report = {"start": started, **loop.cpu, "extract": loop.sandbox.cpu_seconds, "spans": pages}
    print(json.dumps(report))


if __name__ == "__main__":
    main()
