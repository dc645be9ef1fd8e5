"""Passages that several documents have: Winnow beside datatrove's sentence deduplication and beside a suffix array, on
one set of texts: CPU seconds, peak memory, and what each takes away.

The set is a folder with documents.jsonl.gz ({"id", "text"}). Each contender runs in a process of its own, one after the
other on the same machine; imports and reading the set are not counted, except for datatrove, which reads and writes
files. Winnow's texts lie in unit files beforehand, as a build's ingest leaves them; counted is its job `spans` as a
build runs it, in one process, with every file between its stages. Nothing is dropped whole (`max_share = 1`), and what
a document says twice is cut too (`within_documents`), as the others do. A contender that is not installed or fails is
left out.

    python -m benchmarks.passages --set DIR [--documents N] [--peers-python PYTHON]

sentences    every three sentences that follow one another, all but the first copy: Winnow, datatrove
substrings   every run of 50 words, all but the first copy: Winnow, and a suffix array of all words with the lengths of
             common prefixes (pydivsufsort), which holds everything at once; what the two cut is compared word by word
"""

import argparse
import gzip
import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from winnow.pipelines.views.tabular import align, count

TEXTS_A_UNIT, WORDS = 350, 50
ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, required=True, metavar="DIR")
    parser.add_argument("--documents", type=int, help="of the set, from its beginning on; all without")
    parser.add_argument("--peers-python", default=sys.executable, help="the interpreter that has the peers' packages")
    parser.add_argument("--run", choices=list(CONTENDERS), help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        texts = _texts(asked.set, asked.documents)
        asked.out.write_text(json.dumps(CONTENDERS[asked.run](texts)))
        return
    rows, cut = [["", "CPU s", "MiB", "cut characters", "cut words, hashed"]], {}
    for name in CONTENDERS:
        found = _in_a_process(name, asked)
        if found:
            cut[name] = found.get("words")
            rows.append([name, f"{found['seconds']:.2f}", f"{found['peak']:,.0f}", count(found["characters"]),
                         str(found.get("words") or "")])  # fmt: skip
    print("\n".join(align(rows, "lrrrr", "")))


def _texts(folder: Path, most: int | None) -> list[str]:
    with gzip.open(folder / "documents.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in islice(file, most)]


def _in_a_process(name: str, asked: argparse.Namespace) -> dict[str, Any] | None:
    python = sys.executable if name.startswith("Winnow") else asked.peers_python
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out.json")
        command = [python, "-m", "benchmarks.passages", "--set", str(asked.set), "--run", name, "--out", str(out)]
        command += ["--documents", str(asked.documents)] if asked.documents else []
        places = os.pathsep.join((str(ROOT), str(ROOT / "src")))
        environment = {**os.environ, "PYTHONPATH": places}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{name}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
            return None
        return dict(json.loads(out.read_text()))


def _winnow(texts: Sequence[str], **tables: Any) -> dict[str, Any]:
    from benchmarks import kept_texts
    from winnow.pipelines.engines import jobs
    from winnow.pipelines.recipe.model import Dedup

    with tempfile.TemporaryDirectory() as folder:
        work = kept_texts.write(Path(folder), texts, Dedup(False, None, (), **tables), TEXTS_A_UNIT)
        work = replace(work, job=replace(work.job, characters=sum(map(len, texts))))
        for name, turned in jobs.deduplication(work):
            begun = time.process_time()
            for stage in jobs.JOBS[name]:
                for element in stage.elements(turned):
                    jobs.run(turned, stage, element)
        spent = {"seconds": time.process_time() - begun, "peak": _peak()}
        characters, words = _covered(work, texts)
    return spent | {"characters": characters, "words": words}


def _peak() -> float:
    """MiB, so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _covered(work: Any, texts: Sequence[str]) -> tuple[int, str]:
    """Characters of the pieces, and a digest of the places of the words that begin in one."""
    from winnow.pipelines.dedup.spans.verdicts import verdicts_of
    from winnow.pipelines.plan import units

    characters, places = 0, list[tuple[int, int, int]]()
    for unit in units.load(work):
        found = verdicts_of(work, unit)
        characters += int((found.ends - found.starts).sum())
        rows = zip(found.documents.tolist(), found.starts.tolist(), found.ends.tolist(), strict=True)
        places += [(unit.number + row, start, end) for row, start, end in rows]
    return characters, _digest(texts, places)


def _digest(texts: Sequence[str], places: Sequence[tuple[int, int, int]]) -> str:
    """Of the words that begin in these places of texts: (text, start, end)."""
    words = _words(texts)
    owner = np.repeat(np.arange(len(texts)), np.diff(words.offsets))
    marks = np.zeros(len(words.hashes) + 1, np.int64)
    keys = owner << 40 | words.starts
    for text, start, end in places:
        marks[np.searchsorted(keys, text << 40 | start)] += 1
        marks[np.searchsorted(keys, text << 40 | end)] -= 1
    return _told(np.cumsum(marks[:-1]) > 0)


def _told(cut: Any) -> str:
    """How many words are cut, and a digest of which."""
    from winnow.pipelines.digest import digest

    return f"{np.count_nonzero(cut):,} {digest('words', np.flatnonzero(cut).tolist())[:8]}"


def _words(texts: Sequence[str]) -> Any:
    """Of all texts, some at a time."""
    from winnow.pipelines.dedup.packed import offsets_of
    from winnow.pipelines.dedup.spans.words import Words, words

    parts = [words(texts[at : at + TEXTS_A_UNIT]) for at in range(0, len(texts), TEXTS_A_UNIT)]
    sizes = np.concatenate([np.diff(part.offsets) for part in parts])
    hashes, starts = (np.concatenate([getattr(part, name) for part in parts]) for name in ("hashes", "starts"))
    return Words(hashes, starts, offsets_of(sizes))


def winnow_sentences(texts: Sequence[str]) -> dict[str, Any]:
    from winnow.pipelines.dedup.settings import Spans

    found = _winnow(texts, spans=Spans("sentences", 1, 1.0, within_documents=True))
    return found | {"words": None}


def winnow_substrings(texts: Sequence[str]) -> dict[str, Any]:
    from winnow.pipelines.dedup.settings import Substrings

    return _winnow(texts, substrings=Substrings(WORDS, max_share=1.0, within_documents=True))


def suffix_array(texts: Sequence[str]) -> dict[str, Any]:
    """Words as numbers, the texts end to end with a number of its own between two; suffixes that share 50 words and
    more are neighbours, and of each such group all but the first place are copies."""
    pydivsufsort = importlib.import_module("pydivsufsort")
    begun = time.process_time()
    words = _words(texts)
    _, numbers = np.unique(words.hashes, return_inverse=True)
    ends = words.offsets[1:]
    joined = np.insert(numbers.astype(np.int64), ends, len(numbers) + np.arange(len(ends)))
    order = pydivsufsort.divsufsort(joined)
    common = pydivsufsort.kasai(joined, order)
    group = np.concatenate(([0], np.cumsum(np.asarray(common)[: len(order) - 1] < WORDS)))
    first = np.full(group[-1] + 1, len(joined))
    np.minimum.at(first, group, order)
    copies = order[first[group] < order]
    covered = np.zeros(len(joined) + 1, np.int64)
    np.add.at(covered, copies, 1)
    np.add.at(covered, copies + WORDS, -1)
    inside = np.delete(np.cumsum(covered[:-1]) > 0, ends + np.arange(len(ends)))
    spent = {"seconds": time.process_time() - begun, "peak": _peak()}
    lengths = words.ends(np.fromiter(map(len, texts), np.int64, len(texts))) - words.starts
    return spent | {"characters": int(lengths[inside].sum()), "words": _told(inside)}


def datatrove_sentences(texts: Sequence[str]) -> dict[str, Any]:
    executor, dedup, readers, writers = (
        importlib.import_module(f"datatrove.{name}")
        for name in ("executor", "pipeline.dedup", "pipeline.readers", "pipeline.writers")
    )
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "in").mkdir()
        lines = (json.dumps({"id": str(place), "text": text}) for place, text in enumerate(texts))
        (root / "in/texts.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        config = dedup.SentDedupConfig(n_sentences=3, min_doc_words=0, min_num_sentences=0)
        read = readers.JsonlReader(f"{root}/in")
        jobs: list[list[Any]] = [
            [read, dedup.SentenceDedupSignature(f"{root}/signatures", config=config, finder_workers=1)],
            [dedup.SentenceFindDedups(f"{root}/signatures", f"{root}/found", config=config)],
            [
                read, dedup.SentenceDedupFilter(f"{root}/found", config=config),
                writers.JsonlWriter(f"{root}/out", compression=None),
            ],
        ]  # fmt: skip
        begun = time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
        for number, job in enumerate(jobs):
            executor.LocalPipelineExecutor(job, tasks=1, workers=1, logging_dir=f"{root}/logs-{number}").run()
        seconds = time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) - begun
        left = 0
        for file in (root / "out").iterdir():
            with file.open(encoding="utf-8") as stream:
                left += sum(len(json.loads(line)["text"]) for line in stream)
    return {"seconds": seconds, "peak": _peak(), "characters": sum(map(len, texts)) - left}


CONTENDERS: dict[str, Callable[[Sequence[str]], dict[str, Any]]] = {
    "Winnow, sentences": winnow_sentences,
    "datatrove, sentences": datatrove_sentences,
    "Winnow, substrings": winnow_substrings,
    "suffix array, substrings": suffix_array,
}


if __name__ == "__main__":
    main()
