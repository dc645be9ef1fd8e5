"""Deduplication as Beam graphs: whether it decides what the stages one by one decide, and what travels between workers.

Over the made documents of `benchmarks.dedup_scale`. The jobs run once stage by stage, once as graphs on FnApiRunner,
each in a process of its own; their drop lists and sums must be the same. What travels is counted apart, message by
message, as it would be pickled: of units of a thousand documents, and blocks of a thousand units.

    python -m benchmarks.dedup_in_graph --documents 1000 10000 100000

With --runs N documents lie in N runs and their components in N slices, as those of a build N times four million would:
so links are drawn in turn by turn.
"""

import argparse
import hashlib
import json
import pickle
import subprocess
import sys
import tempfile
from typing import Any

from benchmarks import dedup_scale, kept_texts
from winnow.pipelines.dedup import candidates, link
from winnow.pipelines.dedup.drops import drops_of
from winnow.pipelines.engines import jobs
from winnow.pipelines.engines.meter import Meter
from winnow.pipelines.engines.stage import Sent
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.plan import names, units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.views.tabular import align

SENT = [stage for stage in (*jobs.JOIN, *jobs.DEDUP) if isinstance(stage.after, Sent)]


def in_graphs(work: Work) -> Work:
    """The jobs of deduplication, each as a graph; the work after them."""
    import apache_beam as beam
    from apache_beam.runners.portability.fn_api_runner import FnApiRunner

    from winnow.pipelines.beam.graph import add

    for name, turned in jobs.deduplication(work):
        with beam.Pipeline(runner=FnApiRunner()) as pipeline:
            add(pipeline, turned.job, name)
    return turned


def decided(work: Work) -> str:
    """A digest of all drop lists and of their sums."""
    found = hashlib.sha256(LocalStorage().open(work.job.names.settled(work.job.deduplicated)).read())
    for unit in units.load(work):
        found.update(pickle.dumps([array.tolist() for array in vars(drops_of(work, unit)).values()]))
    return found.hexdigest()


def travels(work: Work) -> dict[str, tuple[int, int, int]]:
    """stage -> (messages, their bytes, those of the largest)."""
    found = {}
    for stage in SENT:
        assert isinstance(stage.after, Sent)
        sizes = [
            len(pickle.dumps(what))
            for sender in stage.after.senders(work)
            for _, what in stage.after.push(work, sender)
        ]
        found[stage.name] = len(sizes), sum(sizes), max(sizes, default=0)
    return found


def run(how: str, root: str, documents: int, runs: int) -> dict[str, Any]:
    """In a process of its own: what was decided, CPU seconds and peak MiB, and what travels."""
    if runs > 1:
        units.BLOCK_PIECES = -(-documents // dedup_scale.UNIT // runs)
        link.MOST_LINKED = candidates.MOST_COMPARED = -(-documents // runs)
        LocalStorage().delete(
            names.Names(root).work(names.PLAN)
        )  # the list of units, of which one block is made where it is written
    work, meter = kept_texts.work_of(root, documents, dedup_scale.DEDUP, dedup_scale.UNIT), Meter()
    work = in_graphs(work) if how == "graphs" else kept_texts.deduplicate(work)
    cost = meter.cost()
    sent = travels(work) if how == "stages" else {}
    return {
        "decided": decided(work),
        "cpu": cost.cpu_seconds,
        "peak": cost.peak_mib,
        "sent": sent,
        "turns": work.job.turn,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--of", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.of:
        how, root, documents = given.of
        print(json.dumps(run(how, root, int(documents), given.runs)))
        return
    names = [stage.name for stage in SENT]
    rows = [["documents", "same", "stages us", "graphs us", "stages MiB", "graphs MiB", "turns",
             *(f"{name} {what}" for name in names for what in ("messages", "bytes"))]]  # fmt: skip
    for documents in given.documents:
        found = {}
        for how in ("stages", "graphs"):
            with tempfile.TemporaryDirectory() as root:
                for module, what, more in (
                    ("dedup_scale", "write", []),
                    ("dedup_in_graph", how, ["--runs", str(given.runs)]),
                ):
                    command = [sys.executable, "-m", f"benchmarks.{module}", *more, "--of", what, root, str(documents)]
                    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            found[how] = json.loads(said)
        same = found["stages"]["decided"] == found["graphs"]["decided"]
        costs = [f"{1e6 * found[how]['cpu'] / documents:.0f}" for how in found]
        peaks = [f"{found[how]['peak']:.0f}" for how in found]
        sent = [found["stages"]["sent"][name] for name in names]
        told = [each for messages, size, _ in sent for each in (f"{messages:,}", f"{size / documents:.0f}")]
        turns = str(found["graphs"]["turns"])
        rows.append([f"{documents:,}", "yes" if same else "NO", *costs, *peaks, turns, *told])
        print(*rows[-1], file=sys.stderr)
    print("\n".join(align(rows, "r" * len(rows[0]))))


if __name__ == "__main__":
    main()
