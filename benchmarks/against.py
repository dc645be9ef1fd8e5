"""A build set against an earlier one of as many documents: CPU a document by stage, peak memory, bytes of keys/.

The documents are those of `benchmarks.dedup_scale`, twice as many, shuffled and cut in two, so that most copies of the
second half have theirs in the first. Each half is written, and each job run, by a process of its own.

    python -m benchmarks.against --documents 10000 100000
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from dataclasses import replace
from typing import Any

from benchmarks import kept_texts
from benchmarks.dedup_scale import DEDUP, STAGES, UNIT, texts
from benchmarks.stages import cost_of
from winnow.pipelines.corpus import key_files, parts
from winnow.pipelines.corpus.receipt import Receipt
from winnow.pipelines.dedup.against import find
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.engines import jobs
from winnow.pipelines.files.storage import write_bytes
from winnow.pipelines.plan import names, units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.views.tabular import align

HALVES = ("earlier", "later")


def write(root: str, documents: int) -> None:
    """Leave the units of both halves."""
    made, order = list(texts(2 * documents)), list(range(2 * documents))
    random.Random(1).shuffle(order)
    for half, name in enumerate(HALVES):
        work = kept_texts.work_of(f"{root}/{name}", documents, DEDUP, UNIT)
        for unit in units.load(work):
            first = half * documents + unit.number
            kept_texts.leave(work, unit, [made[place][0] for place in order[first : first + unit.items]])


def earlier(root: str, documents: int) -> dict[str, Any]:
    """Leave a finished build's keys/; bytes a document of its small files, of the shingles and of the corpus."""
    work = kept_texts.work_of(f"{root}/earlier", documents, DEDUP, UNIT)
    for stage in (*STAGES, *jobs.WRITE):
        for element in stage.elements(work):
            jobs.run(work, stage, element)
    receipts = [Receipt.load(work.storage, part.receipt(work.job)) for part in parts.parts(work)]
    key_files.leave(work.storage, work.job.root, work.job.recipe, "earlier", receipts)
    write_bytes(work.storage, work.job.names.ledger, b"{}")
    sizes = {name: work.storage.sizes(work.job.names.path(name)) for name in (names.KEYS, names.CORPUS)}
    shingles = sum(size for path, size in sizes[names.KEYS].items() if path.endswith(".bin"))
    characters = sum(rows.kept.characters for receipt in receipts for rows in receipt.rows.values())
    return {
        "small": (sum(sizes[names.KEYS].values()) - shingles) / documents, "shingles": shingles / documents,
        "corpus": sum(sizes[names.CORPUS].values()) / documents, "characters": characters / documents,
    }  # fmt: skip


def later(root: str, documents: int) -> dict[str, Any]:
    """CPU seconds and peak MiB by stage of this process, which must be a new one, and what was found."""
    work = kept_texts.work_of(f"{root}/later", documents, DEDUP, UNIT)
    against = find(work.storage, work.job.recipe, [f"{root}/earlier"], "")
    compared = documents + against[0].kept
    work = Work(work.storage, replace(work.job, against=against, compared=compared))
    costs = {stage.name: cost_of(work, stage) for stage in STAGES}
    sums = Duplicates.load(work.storage, work.job.names.settled(work.job.deduplicated))
    return {
        "stages": {name: (cost.cpu_seconds, cost.peak_mib) for name, cost in costs.items()},
        "kept": against[0].kept, "gone": sums.members - sums.clusters, "earlier": sums.earlier["texts"]["earlier"],
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--of", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.of:
        what, root, documents = given.of
        print(json.dumps({"write": write, "earlier": earlier, "later": later}[what](root, int(documents))))
        return
    names_of = [stage.name for stage in STAGES]
    rows = [["documents", *(f"{name} us" for name in names_of), "all us", "peak MiB", "kept before", "dropped for it",
             "dropped", "keys B", "shingles B", "corpus B", "characters"]]  # fmt: skip
    for documents in given.documents:
        said = dict[str, Any]()
        with tempfile.TemporaryDirectory() as root:
            for what in ("write", *HALVES):
                command = [sys.executable, "-m", "benchmarks.against", "--of", what, root, str(documents)]
                said[what] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        found, before = said["later"], said["earlier"]
        stages = [found["stages"][name] for name in names_of]
        spent = [seconds for seconds, _ in stages]
        cpu = [f"{1e6 * seconds / documents:.0f}" for seconds in (*spent, sum(spent))]
        rows.append([f"{documents:,}", *cpu, f"{max(peak for _, peak in stages):.0f}", f"{found['kept']:,}",
                     f"{found['earlier']:,}", f"{found['gone']:,}",
                     *(f"{before[name]:,.0f}" for name in ("small", "shingles", "corpus", "characters"))])  # fmt: skip
        print(*rows[-1], file=sys.stderr)
    print("\n".join(align(rows, "r" * len(rows[0]))))


if __name__ == "__main__":
    main()
