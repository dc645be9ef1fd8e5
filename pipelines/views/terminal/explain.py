"""What the commands print that look at a finished build: its summary, its card, its ledger, one document's way.

Nothing here writes, and nothing needs Beam.
"""

import json
from collections.abc import Mapping
from typing import Any

from winnow.pipelines.ledger import balance as ledgers
from winnow.pipelines.text import clean
from winnow.pipelines.views.card import page as cards
from winnow.pipelines.views.finished import Finished, finished, is_remote
from winnow.pipelines.views.funnel import funnel
from winnow.pipelines.views.rows import unsound
from winnow.pipelines.views.tabular import align, count, plural, share, size
from winnow.pipelines.views.terminal import why as ways

_DROPS = 5
"""Stages that the summary names."""


def summary(dir: str) -> str:
    """At most fifteen lines after a build: what went in, what stayed, the biggest drops, and where to look next."""
    if is_remote(dir):
        return f"done: {dir}\nCopy it to this machine to look into it with winnow card, winnow why and winnow ledger."
    build = finished(dir)
    total, root = build.ledger["total"], clean(build.root)
    stages = funnel(build.ledger, total)
    given, (kept, characters) = stages[0].before, total["kept"]
    read = plural(total["records"], "record") + (f" and {plural(total['gaps'], 'gap')}" if total["gaps"] else "")
    lines = [f"{read} of {plural(total['files'], 'file')} ({size(total['bytes'])}): "
             f"{plural(kept, 'document')} kept ({share(kept, given)}), {plural(characters, 'character')}"]  # fmt: skip
    drops = sorted((s for s in stages if s.dropped), key=lambda s: -s.dropped)[:_DROPS]
    rows = [[clean(s.name), count(s.dropped), share(s.dropped, s.before), f"most by {clean(next(iter(s.rules)))}"]
            for s in drops]  # fmt: skip
    if rows:
        lines += ["", "biggest drops, and of the documents that came so far:", *align(rows, "lrrl", "  ")]
    lines += ["", *align([
        [f"{root}/README.md", "the data card (winnow card)"],
        [f"winnow why {root} URL", "one document: what was measured, against which limit"],
        [f"winnow ledger {root} --check", "count the rows again and hold them against the ledger"],
    ], "ll")]  # fmt: skip
    return "\n".join(lines)


def card(dir: str) -> str:
    """The data card, made anew from the ledger."""
    return cards.render(finished(dir).ledger)


def ledger(dir: str, check: bool = False, as_json: bool = False) -> tuple[str, bool]:
    """(the ledger, or with `check` what does not hold, as text or JSON; whether all holds)."""
    build = finished(dir)
    if not check:
        return (json.dumps(build.ledger, indent=1, ensure_ascii=False) if as_json else _tables(build)), True
    wrong = unsound(build.storage, build.root) or ledgers.check(build.storage, build.root)
    if as_json:
        return json.dumps({"right": not wrong, "wrong": wrong}, indent=1, ensure_ascii=False), not wrong
    total = build.ledger["total"]
    if wrong:
        return "\n".join(
            [f"{clean(build.root)}: the ledger does not hold:", *(f"  {clean(line)}" for line in wrong)]
        ), False
    gone = sum(n for rules in total["rejected"].values() for n, _ in rules.values())
    read = f"{plural(total['records'], 'record')} and {plural(total['gaps'], 'gap')}"
    rows = f"{plural(total['kept'][0], 'row')} of corpus/ and {plural(gone, 'row')} of rejected/"
    return f"{clean(build.root)}: the ledger holds: {read} of {plural(total['files'], 'file')} are {rows}", True


def _tables(build: Finished) -> str:
    parts = [_files(name, source) for name, source in build.ledger["sources"].items()]
    return "\n\n".join([*parts, _rules(build.ledger)])


def _files(name: str, source: Mapping[str, Any]) -> str:
    """A line a file of one source, and their sum."""
    lines = [["file", "size", "records", "gaps", "other records", "rejected", "kept", "of all", "characters kept"]]
    for path, entry in [*source["files"].items(), ("all files", source["total"])]:
        gone = sum(n for rules in entry["rejected"].values() for n, _ in rules.values())
        lines.append([
            clean(path), size(entry["bytes"]), *map(count, (entry["records"], entry["gaps"])),
            count(sum(entry["other_records"].values())), count(gone), count(entry["kept"][0]),
            share(entry["kept"][0], entry["kept"][0] + gone), count(entry["kept"][1]),
        ])  # fmt: skip
    return "\n".join([f"source {clean(name)}", *align(lines, "lrrrrrrrr", "  ")])


def _rules(made: Mapping[str, Any]) -> str:
    """A line a rule that dropped something, in the order of the funnel."""
    total = made["total"]
    characters = {rule: c for rules in total["rejected"].values() for rule, (_, c) in rules.items()}
    lines = [["stage", "rule", "documents", "of those before", "characters"]]
    for stage in funnel(made, total):
        lines += [[clean(stage.name), clean(rule), count(n), share(n, stage.before), count(characters[rule])]
                  for rule, n in stage.rules.items()]  # fmt: skip
    lines.append(["kept", "", count(total["kept"][0]), "", count(total["kept"][1])])
    return "\n".join(["rejected, by the rule that each document broke first", *align(lines, "llrrr", "  ")])


def why(dir: str, wanted: str) -> tuple[str, bool]:
    """(one document's way through the build, True), or (what comes near to the id or address, False)."""
    return ways.why(finished(dir), wanted)
