"""Packing: corpora and a tokenizer in, a pack out (`trainer.pack.index` says what is in it).

    1. Hash every file, and write down what is to be packed and how (plan.json); a command that goes on must agree.
    2. Survey the files: hashes of each document's cluster, record and text (work/NNNNN.survey.parquet).
    3. Split, over all files at once (`trainer.pack.split`).
    4. Tokenise, each file a unit that is whole or not there (work/NNNNN.json).
    5. Check that nothing leaks (`trainer.pack.leaks`), measure what is common all the same (`trainer.pack.overlap`),
       write the manifest, delete work/.

Every step is a pure function of corpora, tokenizer and settings: neither workers nor interruptions show in a pack.
"""

import contextlib
import fcntl
import functools
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from winnow.trainer import aside, reading
from winnow.trainer.errors import BadCall
from winnow.trainer.pack import columns as kept
from winnow.trainer.pack import corpus, index, leaks, tokenizer_files, told
from winnow.trainer.pack.corpus import CorpusFile
from winnow.trainer.pack.documents import SPLITS, write_numbers
from winnow.trainer.pack.index import VERSION, Pack, SourceCounts
from winnow.trainer.pack.overlap import overlap
from winnow.trainer.pack.plan import compare, make, of_manifest
from winnow.trainer.pack.shard import Shard, pack_shard
from winnow.trainer.pack.split import Survey, choose, connected, hashed, read, removed, survey
from winnow.trainer.pack.tokenizer import Loaded, load
from winnow.trainer.pack.workers import Meter, Workers

Task = TypeVar("Task", Survey, Shard)


@dataclass(frozen=True)
class _Job:
    """What the steps of one command have in common."""

    files: list[CorpusFile]
    against: list[Path]
    loaded: Loaded
    plan: dict[str, Any]
    output: Path
    workers: Workers
    say: Callable[[str], None]

    def work(self, number: int, kind: str) -> Path:
        return self.output / f"work/{number:05}.{kind}"


def pack(
    corpora: Sequence[Path], tokenizer: Path, output: Path, *, validation: float = 0.01, seed: int = 1,
    weight: str | None = None, columns: Sequence[str] = (), workers: int = 1, against: Sequence[Path] | None = None,
    source: str | None = None, say: Callable[[str], None],
) -> None:  # fmt: skip
    """Pack `corpora` into `output`, which is new or holds what the same call has begun.

    `validation`: the share of documents kept for it. `weight`: a column of numbers (STRUCT.FIELD too), how often a
    document is trained on in an epoch. `columns`: of the corpus, that the pack keeps. `source`: of all rows,
    whatever their column says. `against`: as `leaks.find` has it.
    BadCall where an argument, a corpus or the tokenizer is wrong or has changed; RunFailed where a file cannot be
    written, a process dies, or validation documents have relatives among the others.
    """
    if not 0 <= validation < 1:
        raise BadCall(f"validation is {validation}; it is a share of the documents, from 0 to below 1")
    if workers < 1:
        raise BadCall(f"workers is {workers}; it takes at least one")
    files = corpus.find(corpora, source)
    for file in files:
        corpus.columns(file.path, weight=weight, names=file.names)
    kept.same([file.path for file in files], columns)
    for path in corpora:
        if output.resolve().is_relative_to(corpus.folder(path).resolve()):
            raise BadCall(f"{output} lies in the corpus {path}, whose files would then change; pack somewhere else")
    loaded = load(tokenizer)
    removed_files = leaks.find(corpora, against)
    settings = {"validation": validation, "seed": seed, "weight": weight, "source": source,
                "columns": list(dict.fromkeys(columns))}  # fmt: skip
    processes = min(workers, len(files))
    with _held(output), Workers(processes, workers // processes) as pool:
        plan = make(files, removed_files, settings, loaded, pool, say)
        job = _Job(files, removed_files, loaded, plan, output, pool, say)
        if _begin(job):
            _finish(job, _shards(job, _split(job)))


@contextlib.contextmanager
def _held(output: Path) -> Iterator[None]:
    """The output directory, made if need be, for this command alone. BadCall where it is not for packing into."""
    if output.exists() and not output.is_dir():
        raise BadCall(f"{output} is a file; give a directory")
    ours = (output / "plan.json").is_file() or (output / "manifest.json").is_file()
    if not ours and output.is_dir() and any(aside.MARK not in path.name for path in output.iterdir()):
        raise BadCall(f"{output} is not empty and no pack was begun there; give a new directory")
    with aside.folder(output):
        with aside.named(output):
            handle = os.open(output, os.O_RDONLY)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BadCall(f"another command is packing into {output}; wait for it, or stop it") from None
            yield
        finally:
            os.close(handle)


def _begin(job: _Job) -> bool:
    """Make ready; False where all is done already. BadCall where something else was begun in `output`."""
    plan, manifest = job.output / "plan.json", job.output / "manifest.json"
    if manifest.is_file():
        compare(of_manifest(Pack.open(job.output).manifest), job.plan, job.output)
        _clean(job)  # should the command that ended it have been killed at that
        job.say(f"{job.output} is packed already")
        return False
    if plan.is_file():
        compare(reading.json_object(plan), job.plan, job.output)
        done = len(list(job.output.glob("work/*.json")))
        job.say(f"going on with {job.output}: {done} of {len(job.files)} files are packed")
    aside.sweep(job.output)
    aside.write_json(plan, job.plan)
    tokenizer_files.write(job.loaded.files, job.output / "tokenizer")
    if job.loaded.begin == job.loaded.end:
        job.say("the tokenizer has no token that begins a text: its end-of-text stands before every document too")
    return True


def _split(job: _Job) -> list[np.ndarray]:
    """For each file, bool [rows]: the documents for validation."""
    settings = job.plan["settings"]
    tasks = [Survey(file, settings["weight"], job.work(n, "survey.parquet")) for n, file in enumerate(job.files)]
    meter = Meter(job.say, "reading", sum(file.path.stat().st_size for file in job.files))
    job.workers.each(survey, _largest_first(tasks), meter)
    tables = [read(task.output) for task in tasks]
    rows = [len(table) for table in tables]
    table = pa.concat_tables([*tables, *map(removed, job.against)])
    groups, packed = connected(table), np.flatnonzero(table["left_out"].is_null())
    if not len(packed):
        raise BadCall(f"{job.files[0].root} and what else was given hold no document to train on")
    named = table["source"].combine_chunks().dictionary_encode()
    cluster, source = table["cluster"].take(packed).to_numpy(), named.indices.to_numpy()[packed]
    corpus.hold(len(np.unique(source)))
    chosen = np.zeros(len(table), bool)
    chosen[packed], none = choose(groups[packed], cluster, source, settings["validation"], settings["seed"])
    for line in told.rows(table["left_out"][: sum(rows)], chosen, [str(named.dictionary[number]) for number in none]):
        job.say(line)
    return np.split(chosen[: sum(rows)], np.cumsum(rows)[:-1])


def _shards(job: _Job, validation: list[np.ndarray]) -> list[dict[str, Any]]:
    """The note of each file's shard."""
    dtype, settings, sha256 = _dtype(job.loaded.vocab).str, job.plan["settings"], job.loaded.sha256
    tasks = [
        Shard(n, file, settings["weight"], sha256, validation[n], dtype, job.output, job.work(n, "json"),
              tuple(settings["columns"]))
        for n, file in enumerate(job.files)
    ]  # fmt: skip
    left = [task for task in tasks if not _whole(task)]
    sizes = [read(job.work(task.number, "survey.parquet"))["bytes"].to_numpy().sum() for task in left]
    meter = Meter(job.say, "packing", int(sum(sizes)))
    job.workers.each(pack_shard, _largest_first(left), meter)
    return [json.loads(task.note.read_bytes()) for task in tasks]


def _dtype(vocab: int) -> "np.dtype[Any]":
    """The narrowest that holds every token, little-endian."""
    return np.dtype("<u2" if vocab <= 1 << 16 else "<u4")


def _whole(task: Shard) -> bool:
    """Whether the shard was packed by a command before this one."""
    if not task.note.is_file():
        return False
    files = json.loads(task.note.read_bytes())["files"]
    sizes = {task.pack / name: of["bytes"] for name, of in files.items()}
    return all(path.is_file() and path.stat().st_size == size for path, size in sizes.items())


def _largest_first(tasks: Sequence[Task]) -> list[Task]:
    """So that no long task begins when the others are at their end."""
    return sorted(tasks, key=lambda task: -task.file.path.stat().st_size)


def _finish(job: _Job, notes: list[dict[str, Any]]) -> None:
    """Check, write the manifest, clean up."""
    loaded, output = job.loaded, job.output
    names = {name: getattr(loaded, name) for name in ("sha256", "vocab", "begin", "end", "mask")}
    files = _stamps(output, (output / "tokenizer").iterdir())
    manifest = {
        "version": VERSION,
        "dtype": _dtype(loaded.vocab).name,
        "tokenizer": {**names, "begins_with": loaded.tokenizer.id_to_token(loaded.begin), "files": files},
        **{name: job.plan[name] for name in ("settings", "corpora", "against")},
        "shards": [{**file, **note} for file, note in zip(job.plan["files"], notes, strict=True)],
    }
    made = index.of_manifest(output, manifest | {"index": {"files": {}}})
    written = [write_numbers(output, split, made.sources, made.sizes(split), len(made.shards)) for split in SPLITS]
    report = leaks.check(made, job.against)
    common = overlap(made, job.workers, job.say)
    counts = {split: [made.counts(split, source) for source in made.sources] for split in SPLITS}
    totals = {split: functools.reduce(SourceCounts.and_, of, SourceCounts())._asdict() for split, of in counts.items()}
    left_out = dict(sum((Counter(note["left_out"]) for note in notes), Counter[str]()))
    manifest |= {"totals": {**totals, "left_out": left_out}, "index": {"files": _stamps(output, written)}}
    manifest |= {"leaks": asdict(report), "overlap": asdict(common)}
    aside.write_json(output / "manifest.json", manifest)
    _clean(job)
    if report.validation:
        job.say(str(report))
        job.say(str(common))
    for line in told.sizes(counts, made.sources):
        job.say(line)


def _stamps(pack: Path, files: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """Size and sha256 of files by their names in the pack."""
    return {path.relative_to(pack).as_posix(): hashed(path) for path in sorted(files)}


def _clean(job: _Job) -> None:
    (job.output / "plan.json").unlink(missing_ok=True)
    shutil.rmtree(job.output / "work", ignore_errors=True)
