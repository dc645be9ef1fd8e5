"""What a build comes to: every count held against every other, and the ledger put together."""

import itertools
from collections.abc import Sequence
from typing import Any

from winnow.pipelines.corpus import parts, survey
from winnow.pipelines.errors import BuildFailed, Damaged
from winnow.pipelines.files.sealed import read_sealed
from winnow.pipelines.ingest.tally import Tally
from winnow.pipelines.ledger import balance, integrity
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.names import CORPUS, REJECTED
from winnow.pipelines.plan.unit import Input
from winnow.pipelines.recipe import lock
from winnow.pipelines.views.funnel import errors

LEAST_ERRORS = 10
"""Fewer records with unexpected errors never fail a build, however few it has."""


def reconcile(work: Work, inputs: Sequence[Input], tallies: Sequence[Tally]) -> dict[str, Any]:
    """Hold every count against every other and put the ledger together."""
    storage, job, made = work.storage, work.job, units.load(work)
    receipts = [read_sealed(storage, part.receipt(job)) for part in parts.parts(work, made)] if made else []
    for fault in integrity.short(integrity.sizes(storage, job.root), {r["path"]: r for r in receipts}):
        raise Damaged(f"{job.root}/{fault}")  # the file that its receipt tells of is written again
    for before, after in itertools.pairwise(receipts):
        if before["path"].rsplit("/", 1)[0] == after["path"].rsplit("/", 1)[0] and before["last"] >= after["first"]:
            raise balance.Unbalanced(f"{after['path']}: its first row does not come after the last of {before['path']}")
    rows = balance.merged_rows(receipts)
    files = balance.files(work, inputs, tallies, rows)
    by_source = {source: balance.totals(entries.values()) for source, entries in files.items()}
    for source, total in by_source.items():
        failed, records = errors(total), total["records"] + total["gaps"]
        if failed >= LEAST_ERRORS and failed > job.recipe.max_error_share * records:
            raise BuildFailed(
                f"{failed:,} of {records:,} records of source {source!r} met an unexpected error, and the recipe's "
                f"max_error_share is {job.recipe.max_error_share:.1%}: look in rejected/ for rules that end in .error "
                "or .crash"
            )
    surveys = [(r["path"].split("/", 1)[0], r["survey"]) for r in receipts]
    kept = survey.merge(s for table, s in surveys if table == CORPUS)
    gone = survey.merge(s for table, s in surveys if table == REJECTED)
    return {
        "format": balance.FORMAT,
        "recipe": {"name": job.recipe.name, "about": job.recipe.about, "sha256": lock.sha256(job.recipe)},
        "versions": lock.made_by(job.recipe),
        "sources": {
            s: {"license": job.recipe.source(s).license, "files": files[s], "total": by_source[s]} for s in files
        },
        "total": balance.totals(by_source.values()),
        "steps": [
            {"name": s.name, "use": s.use, "needs_text": s.needs_text, "stops": s.stops} for s in job.recipe.steps
        ],
        "rules": balance.rules(job.recipe, tallies),
        "edits": balance.edits(tallies),
        "duplicates": read_sealed(storage, job.names.settled(job.deduplicated)) if made else {},
        "kept": {name: balance.distribution(counts) for name, counts in kept["counts"].items()},
        "examples": {"kept": kept["examples"].get("", []), "rejected": gone["examples"]},
        "files": {r["path"]: {"rows": r["rows"], "bytes": r["bytes"], "sha256": r["sha256"]} for r in receipts},
    }
