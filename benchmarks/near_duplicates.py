"""Near duplicates: Winnow beside datasketch, rensa, datatrove, text-dedup and fastdedup on one set, CPU seconds as
ratios, and quality.

The set is a folder with documents.jsonl.gz ({"id", "text"}) and pairs.jsonl.gz ({"a", "b", "jaccard"}: the exact
Jaccard similarity of the sets of lower-case word 5-grams, of every pair at or above 0.5). Each contender runs in a
process of its own, one after the other on the same machine. Imports are not counted, nor reading the set, except for
datatrove, text-dedup and fastdedup, which read and write files. Winnow's texts lie in unit files beforehand, as a
build's ingest leaves them; counted is its job `dedup` as a build runs it: reading the texts, content keys, signatures,
bands, join, verification, decisions, and writing every file between them and the drop lists. A contender that is not
installed or fails is left out; fastdedup (https://github.com/wapplewhite4/fastdedup) is looked for on the PATH.

    python -m benchmarks.near_duplicates --set DIR [--peers-python PYTHON] [--seeds 5]

recall@T     share of the pairs with exact similarity >= T that are candidates: of Winnow those that share a band, whose
             clusters are stars; of the others those that stand in one cluster
lost         removed documents to which no document of their cluster is 0.7 similar
unsupported  removed documents to which no document that stayed is 0.75 similar
left         pairs of kept documents that are 0.8 similar
"""

import argparse
import functools
import gzip
import importlib
import itertools
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from winnow.pipelines.views.tabular import align

Row = dict[str, Any]
Clustering = dict[str, tuple[str, bool]]
"""Of each document: its cluster, and whether it is kept."""
Pairs = set[tuple[int, int]]
"""Of places in the set, the smaller first."""
ROOT = Path(__file__).resolve().parents[1]
WORD = re.compile(r"\w+")
REFERENCE = "datasketch"
TEXTS_A_UNIT = 350
"""About as many pages as a build's unit of 8 MiB has, where a compressed page takes 25 KB."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, required=True, metavar="DIR")
    parser.add_argument("--peers-python", default=sys.executable, help="the interpreter that has the peers' packages")
    parser.add_argument("--seeds", type=int, default=1, help="run Winnow with the seeds 1 to this")
    parser.add_argument("--only", choices=[*CONTENDERS, "winnow"], action="append", help="may be repeated")
    parser.add_argument("--run", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        contend(asked.run, asked.set, asked.out)
        return
    names = [f"winnow {bands} {seed}" for bands in ("16x7", "14x8") for seed in range(1, asked.seeds + 1)]
    names = [*CONTENDERS, *names]
    if asked.only:
        names = [name for name in names if name.split()[0] in asked.only]
    results = {name: measured(name, asked.set, asked.peers_python) for name in names}
    print(table({name: result for name, result in results.items() if result}, asked.set))


def measured(name: str, folder: Path, peers_python: str) -> Row | None:
    """Runs one contender in a process of its own: {"cpu": seconds, "clusters": …, "candidates": …}, or None."""
    python = sys.executable if name.startswith("winnow") else peers_python
    with tempfile.TemporaryDirectory() as held:
        out = Path(held) / "result.json"
        command = [python, "-m", "benchmarks.near_duplicates", "--set", str(folder), "--run", name, "--out", str(out)]
        places = os.pathsep.join((str(ROOT), str(ROOT / "src")))
        child = subprocess.run(command, check=False, env={**os.environ, "PYTHONPATH": places}, stdout=sys.stderr)
        if child.returncode:
            print(f"{name} failed and is left out", file=sys.stderr)
            return None
        result: Row | None = json.loads(out.read_text())
    return result


def contend(name: str, folder: Path, out: Path) -> None:
    """The child's side: the work, its CPU time and its clusters to `out`; null if the package is not installed."""
    try:
        prepare = functools.partial(prepared_winnow, name) if name.startswith("winnow") else CONTENDERS[name]
        work = prepare(folder, out.parent)
    except ModuleNotFoundError as missing:
        print(f"{name} is left out: no module {missing.name}", file=sys.stderr)
        out.write_text("null")
        return
    documents = read(folder / "documents.jsonl.gz")
    before = cpu_seconds()
    clusters = work(documents)
    spent = cpu_seconds() - before
    met = work.met() if isinstance(work, Winnow) else set()
    candidates = sorted([documents[a]["id"], documents[b]["id"]] for a, b in met)
    out.write_text(json.dumps({"cpu": spent, "clusters": clusters, "candidates": candidates}))


def cpu_seconds() -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def read(path: Path) -> list[Row]:
    with gzip.open(path, "rt") as lines:
        return [json.loads(line) for line in lines]


def prepared_winnow(name: str, folder: Path, scratch: Path) -> "Winnow":
    """name: "winnow BANDSxROWS SEED". Its job `dedup` as a build runs it, on texts that lie in unit files already."""
    for module in ("datasketch", "pyarrow.parquet"):  # imported on first use otherwise
        importlib.import_module(module)
    from benchmarks import kept_texts
    from winnow.pipelines.dedup.settings import NearDuplicates
    from winnow.pipelines.recipe.model import Dedup

    bands, rows = name.split()[1].split("x")
    near = NearDuplicates(bands=int(bands), rows=int(rows), seed=int(name.split()[2]))
    texts = [document["text"] for document in read(folder / "documents.jsonl.gz")]
    return Winnow(kept_texts.write(scratch, texts, Dedup(near=near), TEXTS_A_UNIT))


class Winnow:
    """A build's job `dedup`, and which documents it held against one another."""

    def __init__(self, work: Any) -> None:
        self._work = work

    def __call__(self, documents: list[Row]) -> Clustering:
        from benchmarks import kept_texts

        kept_texts.deduplicate(self._work)
        kept = {place: place for place in range(len(documents))}
        kept |= {place: survivor for place, survivor, _, _ in kept_texts.survivors(self._work)}
        return {documents[i]["id"]: (documents[survivor]["id"], i == survivor) for i, survivor in kept.items()}

    def sums(self) -> Any:
        """What the job says of itself."""
        from winnow.pipelines.dedup.duplicates import Duplicates

        names = self._work.job.names
        return Duplicates.load(self._work.storage, names.settled(self._work.job.deduplicated))

    def met(self) -> Pairs:
        """The documents that share a band, or have one text."""
        from winnow.pipelines.dedup.join import bands, load
        from winnow.pipelines.plan import numbers, units

        firsts = np.array([numbers.base(unit.number) for unit in units.load(self._work)], np.uint64)
        found: Pairs = set()
        for buckets in (load(self._work, band) for band in bands(self._work)):
            unit = np.searchsorted(firsts, buckets.numbers, side="right") - 1
            items = (buckets.numbers - firsts[unit]) >> np.uint64(numbers.PART_BITS)
            places = (items + np.array([each.number for each in units.load(self._work)], np.uint64)[unit]).tolist()
            for start, end in itertools.pairwise(buckets.offsets.tolist()):
                found.update(itertools.combinations(sorted(places[start:end]), 2))
        return found


def prepared_datasketch(_folder: Path, _scratch: Path) -> Callable[[list[Row]], Clustering]:
    datasketch = importlib.import_module("datasketch")

    def work(documents: list[Row]) -> Clustering:
        index, forest = datasketch.MinHashLSH(num_perm=112, params=(14, 8)), Forest()
        for document in documents:
            sketch = datasketch.MinHash(num_perm=112)
            sketch.update_batch([shingle.encode() for shingle in shingles(document["text"])])
            for other in index.query(sketch):
                forest.join(document["id"], other)
            index.insert(document["id"], sketch)
        return forest.clusters(documents)

    return work


def prepared_rensa(_folder: Path, _scratch: Path) -> Callable[[list[Row]], Clustering]:
    rensa = importlib.import_module("rensa")

    def work(documents: list[Row]) -> Clustering:
        index, forest = rensa.RMinHashLSH(threshold=0.8, num_perm=112, num_bands=14), Forest()
        for number, document in enumerate(documents):
            sketch = rensa.RMinHash(num_perm=112, seed=42)
            sketch.update(list(shingles(document["text"])))
            for other in index.query(sketch):
                forest.join(document["id"], documents[other]["id"])
            index.insert(number, sketch)
        return forest.clusters(documents)

    return work


def prepared_datatrove(folder: Path, scratch: Path) -> Callable[[list[Row]], Clustering]:
    """Its four jobs with one worker, 14 x 8 of 5 words and 64 bits, the reading and writing of files included."""
    dedup = importlib.import_module("datatrove.pipeline.dedup")
    minhash = importlib.import_module("datatrove.pipeline.dedup.minhash")
    hashing = importlib.import_module("datatrove.utils.hashing")
    readers, writers = (importlib.import_module(f"datatrove.pipeline.{name}.jsonl") for name in ("readers", "writers"))
    run_local = importlib.import_module("datatrove.executor.local").LocalPipelineExecutor
    config = minhash.MinhashConfig(
        hash_config=hashing.HashConfig(hash_fc="sha1", precision=64), num_buckets=14, hashes_per_bucket=8, n_grams=5
    )
    paths = {name: str(scratch / name) for name in ("signatures", "buckets", "removals", "kept", "removed", "logs")}

    def stage(name: str, tasks: int, *steps: Any) -> None:
        run_local(pipeline=list(steps), tasks=tasks, workers=1, logging_dir=f"{paths['logs']}/{name}").run()

    def work(documents: list[Row]) -> Clustering:
        source = readers.JsonlReader(str(folder), glob_pattern="documents.jsonl.gz")
        stage("1", 1, source, dedup.MinhashDedupSignature(output_folder=paths["signatures"], config=config))
        stage("2", 14, minhash.MinhashDedupBuckets(paths["signatures"], paths["buckets"], config=config))
        cluster = dedup.MinhashDedupCluster(paths["buckets"], paths["removals"], config=config, save_cluster_id=True)
        stage("3", 1, cluster)
        removed = writers.JsonlWriter(paths["removed"])
        drop = dedup.MinhashDedupFilter(paths["removals"], exclusion_writer=removed, load_cluster_ids=True)
        stage("4", 1, source, drop, writers.JsonlWriter(paths["kept"]))
        clusters: Clustering = {}
        for kept in (True, False):
            for path in sorted(Path(paths["kept" if kept else "removed"]).glob("*.gz")):
                for row in read(path):
                    of = row["metadata"].get("minhash_cluster_id")
                    clusters[row["id"]] = (row["id"] if of in (None, -1) else str(of), kept)
        return clusters

    return work


def prepared_text_dedup(folder: Path, scratch: Path) -> Callable[[list[Row]], Clustering]:
    """Its command `minhash`, with one process, 14 x 8 of 5 words and its 64 bits, its reading and writing included."""
    minhash = importlib.import_module("text_dedup.minhash")
    arguments = {
        "path": "json", "data_files": str(folder / "documents.jsonl.gz"), "split": "train", "column": "text",
        "cache_dir": str(scratch / "cache"), "output": str(scratch / "kept"), "num_proc": 1, "hash_bits": 64,
        "ngram": 5, "min_length": 0, "num_perm": 112, "b": 14, "r": 8,
    }  # fmt: skip

    def work(documents: list[Row]) -> Clustering:
        given = [part for name, value in arguments.items() for part in (f"--{name}", str(value))]
        minhash.main(given, standalone_mode=False)
        roots = [minhash.uf.find(place) for place in range(len(documents))]
        return {
            each["id"]: (str(root), root == place)
            for place, (each, root) in enumerate(zip(documents, roots, strict=True))
        }

    return work


def prepared_fastdedup(folder: Path, scratch: Path) -> Callable[[list[Row]], Clustering]:
    """Its command `fuzzy-dedup`, 14 x 8 of 5 words, its reading and writing included."""
    command = shutil.which("fastdedup")
    if command is None:
        raise ModuleNotFoundError(name="fastdedup")
    settings = {
        "threshold": 0.75,
        "field": "text",
        "shingle-size": 5,
        "num-hashes": 112,
        "bands": 14,
        "rows-per-band": 8,
    }
    flags = [part for name, value in settings.items() for part in (f"--{name}", str(value))]

    def work(documents: list[Row]) -> Clustering:
        files = ["--input", str(folder / "documents.jsonl.gz"), "--output", str(scratch / "kept.jsonl")]
        subprocess.run([command, "fuzzy-dedup", *files, *flags, "--word-shingles"], check=True, stdout=sys.stderr)
        forest = Forest()
        with (scratch / "kept.removed.jsonl").open() as lines:
            for row in map(json.loads, lines):
                forest.join(documents[row["row_id"]]["id"], documents[row["duplicate_of_row_id"]]["id"])
        return forest.clusters(documents)

    return work


CONTENDERS = {
    REFERENCE: prepared_datasketch,
    "rensa": prepared_rensa,
    "datatrove": prepared_datatrove,
    "text-dedup": prepared_text_dedup,
    "fastdedup": prepared_fastdedup,
}


def shingles(text: str) -> set[str]:
    words = WORD.findall(text.lower())
    return {" ".join(words[start : start + 5]) for start in range(max(1, len(words) - 4))}


class Forest:
    """Clusters by union-find over ids; the smallest id is the root and is kept."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def root(self, node: str) -> str:
        while (parent := self._parent.setdefault(node, node)) != node:
            self._parent[node] = node = self._parent[parent]
        return node

    def join(self, a: str, b: str) -> None:
        low, high = sorted((self.root(a), self.root(b)))
        self._parent[high] = low

    def clusters(self, documents: list[Row]) -> Clustering:
        roots = {document["id"]: self.root(document["id"]) for document in documents}
        return {id_: (root, root == id_) for id_, root in roots.items()}


COLUMNS = ("CPU s", "ratio", "recall@0.7", "recall@0.8", "removed", "lost", "unsupported", "left")


def table(results: dict[str, Row], folder: Path) -> str:
    pairs = read(folder / "pairs.jsonl.gz")
    reference = results.get(REFERENCE, {"cpu": float("nan")})["cpu"]
    rows = [["", *COLUMNS]]
    for name, result in results.items():
        clusters = {id_: (cluster, kept) for id_, (cluster, kept) in result["clusters"].items()}
        met = {frozenset(pair) for pair in result["candidates"]}
        found = score(clusters, pairs, met if name.startswith("winnow") else None)
        recalls = [f"{found[recall]:.4f}" for recall in ("recall@0.7", "recall@0.8")]
        counts = [f"{found[count]:.0f}" for count in ("removed", "lost", "unsupported", "left")]
        rows.append([name, f"{result['cpu']:.2f}", f"{result['cpu'] / reference:.3f}", *recalls, *counts])
    return "\n".join(align(rows, "l" + "r" * len(COLUMNS)))


def score(clusters: Clustering, pairs: list[Row], met: set[frozenset[str]] | None = None) -> dict[str, float]:
    """`met`: the candidates, where clusters do not tell which pairs were found."""
    together = [pair for pair in pairs if clusters[pair["a"]][0] == clusters[pair["b"]][0]]
    candidates = together if met is None else [pair for pair in pairs if {pair["a"], pair["b"]} in met]
    removed = {id_ for id_, (_, kept) in clusters.items() if not kept}
    ends = [(pair[of], pair[other], pair["jaccard"]) for pair in pairs for of, other in (("a", "b"), ("b", "a"))]
    supported = {pair[end] for pair in together if pair["jaccard"] >= 0.7 for end in ("a", "b")}
    by_kept = {id_ for id_, other, jaccard in ends if jaccard >= 0.75 and clusters[other][1]}
    left = [p for p in pairs if p["jaccard"] >= 0.8 and clusters[p["a"]][1] and clusters[p["b"]][1]]
    found = {
        f"recall@{limit}": sum(p["jaccard"] >= limit for p in candidates) / sum(p["jaccard"] >= limit for p in pairs)
        for limit in (0.7, 0.8)
    }
    return {**found, "removed": len(removed), "lost": len(removed - supported),
            "unsupported": len(removed - by_kept), "left": len(left)}  # fmt: skip


if __name__ == "__main__":
    main()
