"""What `winnow build` prints when a build is done."""

from winnow.pipelines.files.storage import is_remote
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.plan.names import README
from winnow.pipelines.text import clean
from winnow.pipelines.views.finished import finished
from winnow.pipelines.views.funnel import funnel
from winnow.pipelines.views.rejected import command
from winnow.pipelines.views.tabular import align, count, plural, share, size

_DROPS = 5
"""Stages that the summary names."""


def summary(dir: str) -> str:
    """What went in, what stayed, the biggest drops, warnings, and where to look next: some thirty lines at most."""
    if is_remote(dir):
        return f"done: {dir}\nCopy it to this machine to look into it with winnow card, winnow why and winnow ledger."
    build = finished(dir)
    total, root = build.ledger.total, clean(build.root)
    kept = total.kept.documents
    read = plural(total.records, "record") + (f" and {plural(total.gaps, 'gap')}" if total.gaps else "")
    lines = [f"{read} of {plural(total.files, 'file')} ({size(total.bytes)}): {plural(kept, 'document')} kept "
             f"({share(kept, total.documents)}), {plural(total.kept.characters, 'character')}"]  # fmt: skip
    drops = sorted((s for s in funnel(build.ledger, total) if s.dropped), key=lambda s: -s.dropped)[:_DROPS]
    rows = [[clean(s.name), count(s.dropped), share(s.dropped, s.before), f"most by {clean(next(iter(s.rules)))}"]
            for s in drops]  # fmt: skip
    if rows:
        lines += ["", "biggest drops, and of the documents that came so far:", *align(rows, "lrrl", "  ")]
    lines += _nothing_of(build.ledger)
    lines += _languages(build.ledger, build.root)
    lines += ["", *align([
        [f"{root}/{README}", "the data card (winnow card)"],
        [f"winnow why {root} URL", "one document: what was measured, against which limit"],
        [f"winnow ledger {root} --check", "count the rows again and compare them with the ledger"],
    ], "ll")]  # fmt: skip
    return "\n".join(lines)


def _languages(ledger: Ledger, root: str) -> list[str]:
    """Of each language of which one rule dropped much, how many it had, and the command that shows some."""
    told, lines = ledger.dropped_languages, list[str]()
    for one in told.found[:_DROPS]:
        lines.append(f"  {clean(one.language)}: {share(one.dropped, one.documents)} of "
                     f"{plural(one.documents, 'document')} by {clean(one.rule)}; see twenty with")  # fmt: skip
        lines.append(f"    {command(root, one.rule, one.language)}")
    rest = len(told.found) + told.more - _DROPS
    more = [f"  and {count(rest)} more, which the data card names"] if rest > 0 else []
    return ["", "warning: one rule drops much of a language:", *lines, *more] if lines else []


def _nothing_of(ledger: Ledger) -> list[str]:
    """A line for each source of which no document was kept, with the rule that dropped most."""
    lines = []
    for name, source in ledger.sources.items():
        rules = [item for of in source.total.rejected.values() for item in of.items()]
        if rules and not source.total.kept.documents:
            rule, count = max(rules, key=lambda item: item[1].documents)
            lines.append(f"nothing was kept of source {clean(name)}: {plural(count.documents, 'document')} of "
                         f"{source.total.documents:,} by {clean(rule)}")  # fmt: skip
    return ["", *lines[:_DROPS]] if lines else []
