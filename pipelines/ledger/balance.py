"""The ledger: every record read stands in it once, and it must balance or the build fails.

Three counts are held against one another for each file: the census, made by other code over the raw bytes; the tallies
of the chunks; and the rows that were written. `winnow ledger DIR --check` makes the third one again from the Parquet.
"""

import collections
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from winnow.pipelines.corpus.tables import CORPUS, DEDUP, EXACT, NEAR, REJECTED
from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.files.sealed import read_sealed
from winnow.pipelines.files.storage import Storage, read_json
from winnow.pipelines.ledger.integrity import counted, damage
from winnow.pipelines.plan.job import Job
from winnow.pipelines.plan.units import Chunk, Input
from winnow.pipelines.recipe.model import Recipe
from winnow.pipelines.sources.base import CARRIERS, GAP

FORMAT = 2
TOP = 100
"""Values of a distribution that are listed; the rest are summed."""

Pair = list[int]
"""[documents, characters]."""
Rows = Mapping[str, Mapping[str, Sequence[int]]]
"""file -> rule ("" where kept) -> [documents, characters], as rows were written."""


class Unbalanced(BuildFailed):
    """Something was lost, read twice or written twice; the message names the file and both counts."""


def files(
    storage: Storage, job: Job, inputs: Sequence[Input], chunks: Sequence[Chunk], rows: Rows
) -> dict[str, dict[str, Any]]:
    """source -> file -> what was in it and what became of it; `Unbalanced` unless all counts agree."""
    tallies = collections.defaultdict(list)
    for chunk in chunks:
        tallies[chunk.input].append(read_sealed(storage, f"{job.chunk(chunk)}.json"))
    ledger: dict[str, dict[str, Any]] = {s.name: {} for s in job.recipe.sources}
    for given in inputs:
        census = read_sealed(storage, f"{job.census(given)}.json")
        entry = _file(census, tallies[given])
        _balance(given.path, census, entry, tallies[given], rows.get(given.path, {}))
        ledger[given.source][given.path] = entry
    return ledger


def _file(census: Mapping[str, Any], tallies: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    rejected: dict[str, dict[str, Pair]] = {}
    for tally in tallies:
        for stage, rules in tally["rejected"].items():
            for rule, pair in rules.items():
                _add(rejected.setdefault(stage, {}).setdefault(rule, [0, 0]), pair)
    kinds = census["kinds"]
    return {
        "bytes": census["size"], "sha256": census["sha256"], "layout": census["layout"],
        "records": sum(n for kind, n in kinds.items() if kind in CARRIERS),
        "gaps": kinds.get(GAP, 0), "gap_bytes": census["gap_bytes"],
        "other_records": {k: n for k, n in sorted(kinds.items()) if k not in CARRIERS and k != GAP},
        "kept": [sum(t["kept"][i] for t in tallies) for i in (0, 1)],
        "rejected": rejected,
    }  # fmt: skip


def _balance(
    path: str, census: Mapping[str, Any], entry: dict[str, Any], tallies: Sequence[Mapping[str, Any]],
    rows: Mapping[str, Sequence[int]],
) -> None:  # fmt: skip
    """Hold the counts of one file against one another; move what deduplication dropped from kept to rejected."""
    spans, read = sum(census["kinds"].values()), sum(t["records"] for t in tallies)
    _equal(path, "records and gaps", "in the file by its census", spans, "read", read)
    others = collections.Counter[str]()
    for tally in tallies:
        others.update(tally["others"])
    _equal(path, "records of other types", "by census", entry["other_records"], "read", dict(sorted(others.items())))
    fates = entry["kept"][0] + sum(n for rules in entry["rejected"].values() for n, _ in rules.values())
    _equal(path, "records and gaps", "that must become rows", entry["records"] + entry["gaps"], "that did", fates)
    duplicates = {rule: list(rows[rule]) for rule in (EXACT, NEAR) if rule in rows}
    if duplicates:
        entry["rejected"][DEDUP] = duplicates
    entry["kept"] = [entry["kept"][i] - sum(pair[i] for pair in duplicates.values()) for i in (0, 1)]
    entry["rejected"] = {stage: dict(sorted(rules.items())) for stage, rules in sorted(entry["rejected"].items())}
    compare(path, entry, rows)


def compare(path: str, entry: Mapping[str, Any], rows: Mapping[str, Sequence[int]]) -> None:
    """Hold a file's ledger entry against its rows in corpus/ and rejected/."""
    expected = {rule: pair for rules in entry["rejected"].values() for rule, pair in rules.items()}
    expected |= {"": entry["kept"]} if entry["kept"][0] else {}
    for rule in sorted({*expected, *rows}):
        wanted, found = list(expected.get(rule, [0, 0])), list(rows.get(rule, [0, 0]))
        what = f"rows of rejected/ under {rule}" if rule else "rows of corpus/"
        _equal(path, what, "by the ledger, as [documents, characters]", wanted, "written", found)


def _equal(path: str, what: str, one: str, wanted: Any, other: str, found: Any) -> None:
    if wanted != found:
        raise Unbalanced(f"{path}: {what}: {wanted} {one}, {found} {other}")


class BrokenLedger(BuildFailed):
    """ledger.json is not one that a build wrote."""


class OtherFormat(BadCall):
    """ledger.json is of a version of Winnow that writes it otherwise."""


def load(storage: Storage, root: str) -> dict[str, Any]:
    """A build's ledger.json; `BrokenLedger` where it is damaged, whatever shape it has by now, or `OtherFormat`."""
    path = f"{root}/ledger.json"
    try:
        made = dict(read_json(storage, path))
        if type(made["format"]) is int and made["format"] != FORMAT:
            raise OtherFormat(
                f"{path} has format {made['format']}, this winnow reads {FORMAT}: use the one that wrote it"
            )
        _require_shape(made)
    except (OSError, ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise BrokenLedger(f"{path} is damaged") from error
    return made


def _require_shape(made: Any) -> None:
    """Raise ValueError, KeyError, TypeError or AttributeError unless all that a check asks of a ledger is there."""
    right = [type(made["format"]) is int, type(made["recipe"]["sha256"]) is str]
    right += [type(value) is str for value in made["versions"].values()]
    right += [type(file["bytes"]) is int and type(file["sha256"]) is str for file in made["files"].values()]
    for source in made["sources"].values():
        for entry in source["files"].values():
            pairs = [entry["kept"], *(pair for rules in entry["rejected"].values() for pair in rules.values())]
            numbers = [entry["records"], entry["gaps"], *(number for one, other in pairs for number in (one, other))]
            right += [type(number) is int for number in numbers]
    if not all(right):
        raise ValueError("a value of another type")


def check(storage: Storage, root: str) -> list[str]:
    """What does not hold between a build's ledger and its files, a line each; empty when all does."""
    try:
        ledger = load(storage, root)
    except BrokenLedger as broken:
        return [str(broken)]
    faults = damage(storage, root, ledger)
    damaged = {fault.path for fault in faults}
    whole = [
        path for path in ledger["files"] if path not in damaged and path.startswith((f"{CORPUS}/", f"{REJECTED}/"))
    ]
    rows, unreadable = counted(storage, root, whole)
    wrong = [str(fault) for fault in (*faults, *unreadable)]
    entries = {path: entry for source in ledger["sources"].values() for path, entry in source["files"].items()}
    for path in sorted({*entries, *rows}):
        try:
            if path not in entries:
                raise Unbalanced(f"{path}: has rows, but the ledger does not know it")
            compare(path, entries[path], rows.get(path, {}))
            fates = entries[path]["kept"][0] + sum(n for r in entries[path]["rejected"].values() for n, _ in r.values())
            _equal(path, "records and gaps", "read", entries[path]["records"] + entries[path]["gaps"], "in rows", fates)
        except Unbalanced as found:
            wrong.append(str(found))
    return wrong


def totals(entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The sum of files' entries."""
    total: dict[str, Any] = {
        "files": 0, "bytes": 0, "records": 0, "gaps": 0, "gap_bytes": 0, "other_records": {}, "kept": [0, 0],
        "rejected": {},
    }  # fmt: skip
    for entry in entries:
        total["files"] += entry.get("files", 1)
        for name in ("bytes", "records", "gaps", "gap_bytes"):
            total[name] += entry[name]
        for kind, n in entry["other_records"].items():
            total["other_records"][kind] = total["other_records"].get(kind, 0) + n
        _add(total["kept"], entry["kept"])
        for stage, rules in entry["rejected"].items():
            for rule, pair in rules.items():
                _add(total["rejected"].setdefault(stage, {}).setdefault(rule, [0, 0]), pair)
    return total


def rules(recipe: Recipe, tallies: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every limit of the recipe in its order: how many documents break it, and how many break nothing else."""
    broken: dict[str, Pair] = {}
    for tally in tallies:
        for rule, pair in tally["broken"].items():
            _add(broken.setdefault(rule, [0, 0]), pair)
    return [
        {"rule": f"{s.name}.{r.name}", "min": r.min, "max": r.max, "paper": r.paper,
         "broken": broken.get(f"{s.name}.{r.name}", [0, 0])[0], "alone": broken.get(f"{s.name}.{r.name}", [0, 0])[1]}
        for s in recipe.steps for r in s.rules
    ]  # fmt: skip


def edits(tallies: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """step -> what it did -> how often."""
    found: dict[str, collections.Counter[str]] = {}
    for tally in tallies:
        for step, counts in tally["edits"].items():
            found.setdefault(step, collections.Counter()).update(counts)
    return {step: dict(sorted(counts.items())) for step, counts in sorted(found.items())}


def distribution(counts: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    """The TOP values by documents, and what the others sum to."""
    order = sorted(counts, key=lambda value: (-counts[value][0], value))
    rest = [sum(counts[v][i] for v in order[TOP:]) for i in (0, 1)]
    return {"distinct": len(order), "top": {v: list(counts[v]) for v in order[:TOP]}, "others": rest}


def dropped_share(recipe: Recipe, total: Mapping[str, Any]) -> float:
    """The share of a source's extracted documents that the recipe's steps dropped."""
    steps = {s.name for s in recipe.steps}
    gone = sum(n for stage in steps & set(total["rejected"]) for n, _ in total["rejected"][stage].values())
    copies = sum(n for n, _ in total["rejected"].get(DEDUP, {}).values())
    reached = total["kept"][0] + copies + gone
    return gone / reached if reached else 0.0


def merged_rows(receipts: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Pair]]:
    """The counts of all written parts together."""
    rows: dict[str, dict[str, Pair]] = {}
    for receipt in receipts:
        for path, counts in receipt["counts"].items():
            for rule, pair in counts.items():
                _add(rows.setdefault(path, {}).setdefault(rule, [0, 0]), pair)
    return rows


def _add(total: Pair, pair: Sequence[int]) -> None:
    total[0] += pair[0]
    total[1] += pair[1]
