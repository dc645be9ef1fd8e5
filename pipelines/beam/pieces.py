"""The pieces of the jobs' graphs that the local driver runs, each as a small pipeline on the in-memory FnApiRunner.

The runner is named: Beam's default one would download another engine when it is online, and its modes of several
threads or processes lose elements without a word (docs/engine.md).
"""

from collections.abc import Sequence
from typing import Any

import apache_beam as beam
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from winnow.pipelines.beam.dedup import JoinBand, MakeKeys, Settle
from winnow.pipelines.beam.ingest import IngestChunk, Scan
from winnow.pipelines.beam.write import Weigh, WritePart
from winnow.pipelines.plan.job import Job

PIECES: dict[str, type[beam.DoFn]] = {
    "scan": Scan,
    "ingest": IngestChunk,
    "keys": MakeKeys,
    "join": JoinBand,
    "settle": Settle,
    "weigh": Weigh,
    "write": WritePart,
}


def run_piece(name: str, job: Job, elements: Sequence[Any]) -> None:
    """Run one piece over `elements`; what it makes are files."""
    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        _ = pipeline | "elements" >> beam.Create(elements, reshuffle=False) | name >> beam.ParDo(PIECES[name](job))
