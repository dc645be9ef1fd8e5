"""The job `dedup` over made documents at several sizes: CPU a document, peak memory, and what was found of the planted.

The set has, in shuffled order, of every hundred documents: 20 of one page that a crawl meets everywhere (the same words
but for one), pairs, triples and fives of edited copies, chains (A like B, B like C, A unlike C), exact copies, and
strangers; and once a book in a thousand editions. Which documents must go is known by how they were made: of a family
all but one, of a chain the middle. Texts lie in unit files beforehand, as a build's ingest leaves them, and are made by
a process of their own; the job runs in one other process, stage by stage.

    python -m benchmarks.dedup_scale --documents 10000 100000 1000000 [--measure containment]
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import kept_texts
from benchmarks.stages import cost_of
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.dedup.settings import NearDuplicates
from winnow.pipelines.engines import jobs
from winnow.pipelines.plan import units
from winnow.pipelines.recipe.model import Dedup
from winnow.pipelines.views.tabular import align

WORDS, UNIT = 120, 1_000
"""Words of a text, but for the book's; documents of a unit."""
EDITIONS = 1_000
STAGES = (*jobs.JOIN, *jobs.DEDUP)
"""Of one run of documents: no link is drawn in."""
DEDUP = Dedup(near=NearDuplicates())
"""The recipe's defaults: 16 bands of 7 rows, 0.75."""


def texts(documents: int) -> Iterator[tuple[str, bool]]:
    """(text, whether it is to go) of so many documents, families one after another; of a family the first stays."""
    made, number = 0, 0
    page = _words(-1, WORDS)
    book = _words(-2, 5_000)
    editions = min(EDITIONS, documents // 10)
    yield from (
        (_edited(book, range(50 * at % 4_000 + 7, 50 * at % 4_000 + 8), f"e{at}"), at > 0) for at in range(editions)
    )
    made += editions
    while made < documents:
        family = _family(number % 10, number + 1, page)[: documents - made]
        number, made = number + 1, made + len(family)
        yield from family


def _family(kind: int, number: int, page: list[str]) -> list[tuple[str, bool]]:
    """Of ten families two hands of the page, six of copies, one chain and one hand of strangers."""
    if kind < 2:
        return [(_edited(page, [WORDS - 1], f"p{number}x{at}"), number > 1 or at > 0) for at in range(5)]
    words = _words(number, WORDS)
    if kind == 2:  # a chain: each differs from the one before by two words, the ends by four
        second = _swapped(words, [30, 60], number)
        return [
            (" ".join(words), False),
            (" ".join(second), True),
            (" ".join(_swapped(second, [80, 100], number)), False),
        ]
    if kind < 6:
        return [
            (_edited(words, [20 + 9 * at], f"c{number}x{at}") if at else " ".join(words), at > 0)
            for at in range(kind - 1)
        ]
    if kind == 6:
        return [(" ".join(words), at > 0) for at in range(3)]
    return [(" ".join(_words(number * 10 + at + 1_000_000_007, WORDS)), False) for at in range(9)]


def _words(seed: int, count: int) -> list[str]:
    return [f"w{number}" for number in random.Random(seed).choices(range(50_000), k=count)]


def _swapped(words: list[str], places: list[int], number: int) -> list[str]:
    return [f"s{number}x{place}" if place in places else word for place, word in enumerate(words)]


def _edited(words: list[str], places: Any, by: str) -> str:
    return " ".join(by if place in places else word for place, word in enumerate(words))


def write(root: str, documents: int) -> None:
    """Leave the units of a set, and how many of its documents are to go."""
    order = list(range(documents))
    random.Random(1).shuffle(order)
    work = kept_texts.work_of(root, documents, DEDUP, UNIT)
    made = list(texts(documents))
    for unit in units.load(work):
        places = order[unit.number : unit.number + unit.items]
        kept_texts.leave(work, unit, [made[place][0] for place in places])
    Path(root, "planted.json").write_text(json.dumps(sum(goes for _, goes in made)))


def run(root: str, documents: int, measure: Any) -> dict[str, Any]:
    """CPU seconds and peak MiB by stage of this process, which must be a new one, and what was found."""
    work = kept_texts.work_of(root, documents, Dedup(near=NearDuplicates(measure=measure)), UNIT)
    costs = {stage.name: cost_of(work, stage) for stage in STAGES}
    found = {name: (cost.cpu_seconds, cost.peak_mib) for name, cost in costs.items()}
    sums = Duplicates.load(work.storage, work.job.names.settled(work.job.deduplicated))
    return {"stages": found, "gone": sums.members - sums.clusters, "comparisons": sums.comparisons,
            "skipped": sums.skipped_pairs}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--measure", choices=("jaccard", "containment"), default="jaccard")
    parser.add_argument("--of", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.of:
        what, root, documents = given.of
        if what == "write":
            write(root, int(documents))
        else:
            print(json.dumps(run(root, int(documents), given.measure)))
        return
    names = [stage.name for stage in STAGES]
    rows = [["documents", *(f"{name} us" for name in names), *(f"{name} MiB" for name in names), "to go", "gone",
             "comparisons", "skipped"]]  # fmt: skip
    for documents in given.documents:
        with tempfile.TemporaryDirectory() as root:
            for what in ("write", "run"):
                command = [sys.executable, "-m", "benchmarks.dedup_scale", "--measure", given.measure,
                           "--of", what, root, str(documents)]  # fmt: skip
                said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            found, planted = json.loads(said), json.loads(Path(root, "planted.json").read_text())
        stages = [found["stages"][name] for name in names]
        rows.append([f"{documents:,}", *(f"{1e6 * cpu / documents:.0f}" for cpu, _ in stages),
                     *(f"{peak:.0f}" for _, peak in stages), f"{planted:,}", f"{found['gone']:,}",
                     f"{found['comparisons']:,}", f"{found['skipped']:,}"])  # fmt: skip
        print(*rows[-1], file=sys.stderr)
    print("\n".join(align(rows, "r" * len(rows[0]))))


if __name__ == "__main__":
    main()
