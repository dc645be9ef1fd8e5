"""`winnow ledger DIR`: what was in every input file, what became of it, and what each rule dropped."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

from winnow.pipelines.corpus.finished_files import NotHeld
from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.typed import to_json
from winnow.pipelines.ledger import files, tables
from winnow.pipelines.ledger.check import check
from winnow.pipelines.ledger.types import Entry, Ledger, Total
from winnow.pipelines.plan.names import REJECTED
from winnow.pipelines.text import clean
from winnow.pipelines.views.beside import beside
from winnow.pipelines.views.finished import Finished, finished
from winnow.pipelines.views.funnel import funnel, several
from winnow.pipelines.views.tabular import align, count, plural, share, size


def ledger(dir: str, as_json: bool = False) -> str:
    """The ledger with its entries by file, as text or JSON; docs/ledger.md says what the JSON holds."""
    build = finished(dir)
    by_source: dict[str, list[Entry]] = {name: [] for name in build.ledger.sources}
    for entry in _entries(build):
        by_source.setdefault(entry.source, []).append(entry)
    if as_json:
        return json.dumps(_json(build.ledger, by_source), indent=1)
    parts = [_files(name, by_source[name], source.total) for name, source in build.ledger.sources.items()]
    return "\n\n".join([*parts, _rules(build.ledger)])


def checked(dir: str, as_json: bool = False) -> tuple[str, bool]:
    """(what does not hold between the ledger and the files, as text or JSON; whether all holds)."""
    build = finished(dir)
    wrong = check(build.storage, build.root, beside)
    if as_json:
        return json.dumps({"right": not wrong, "wrong": wrong}, indent=1), not wrong
    total, root = build.ledger.total, clean(build.root)
    if wrong:
        return "\n".join([f"{root}: the ledger does not hold:", *(f"  {clean(line)}" for line in wrong)]), False
    read = f"{plural(total.records, 'record')} and {plural(total.gaps, 'gap')}"
    if REJECTED in build.ledger.left_out:
        return (
            f"{root}: the ledger holds: {plural(total.kept.documents, 'row')} of corpus/; rejected/ is not here",
            True,
        )
    rows = f"{plural(total.kept.documents, 'row')} of corpus/ and {plural(total.dropped.documents, 'row')} of rejected/"
    return f"{root}: the ledger holds: {read} of {plural(total.files, 'file')} are {rows}", True


def _entries(build: Finished) -> Iterator[Entry]:
    """The entries by file. Raises BadCall if they cannot be read."""
    path = f"{build.root}/{tables.FILES.path}"
    with contextlib.ExitStack() as stack:
        try:
            yield from files.read(stack.enter_context(build.storage.open(path)))
        except (NotHeld, OSError) as error:
            said = f"cannot be read: {error.strerror}" if isinstance(error, OSError) else error
            raise BadCall(f"{path}: {said}; build it again with the same command") from error


def _json(made: Ledger, by_source: dict[str, list[Entry]]) -> dict[str, Any]:
    """ledger.json, with the entries in each source."""
    found: dict[str, Any] = to_json(made)
    for name, source in found["sources"].items():
        source["files"] = {entry.file: _entry(entry) for entry in by_source[name]}
    return found


def _entry(entry: Entry) -> dict[str, Any]:
    total = to_json(entry.total)
    return {"sha256": entry.sha256, "layout": entry.layout} | {k: v for k, v in total.items() if k != "files"}


def _files(name: str, entries: list[Entry], total: Total) -> str:
    """A line a file of one source, and their sum."""
    more = several(total)
    head = ["file", "size", "records", "gaps", "other records", *(["documents"] if more else []), "rejected", "kept",
            "of all", "characters kept"]  # fmt: skip
    lines = [head]
    for path, of in [*((entry.file, entry.total) for entry in entries), ("all files", total)]:
        lines.append([
            clean(path), size(of.bytes), count(of.records), count(of.gaps), count(sum(of.other_records.values())),
            *([count(of.documents)] if more else []), count(of.dropped.documents), count(of.kept.documents),
            share(of.kept.documents, of.documents), count(of.kept.characters),
        ])  # fmt: skip
    return "\n".join([f"source {clean(name)}", *align(lines, "l" + "r" * (len(head) - 1), "  ")])


def _rules(made: Ledger) -> str:
    """A line a rule that dropped something, in the order of the funnel."""
    total = made.total
    characters = {rule: of.characters for rules in total.rejected.values() for rule, of in rules.items()}
    lines = [["stage", "rule", "documents", "of those before", "characters"]]
    for stage in funnel(made, total):
        lines += [[clean(stage.name), clean(rule), count(n), share(n, stage.before), count(characters[rule])]
                  for rule, n in stage.rules.items()]  # fmt: skip
    lines.append(["kept", "", count(total.kept.documents), "", count(total.kept.characters)])
    return "\n".join(["rejected, by the rule that each document broke first", *align(lines, "llrrr", "  ")])
