"""From what the jobs left to the ledger: every count is held against every other, then all are summed."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace

import pyarrow as pa

from winnow.pipelines.corpus import clusters, frequent, gathering, key_files, overlaps, parts, sampled
from winnow.pipelines.corpus.clusters import Cluster
from winnow.pipelines.corpus.overlaps import Overlaps, overlaps_in
from winnow.pipelines.corpus.receipt import Receipt, Rows, merged
from winnow.pipelines.corpus.statistics import Statistics
from winnow.pipelines.corpus.statistics_table import statistics_in
from winnow.pipelines.corpus.surveyed import Surveyed, merge
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.dedup.probe import Probed, probes
from winnow.pipelines.dedup.spans.total import Passages, total_path
from winnow.pipelines.errors import Damaged
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.ingest.ingested import Ingested
from winnow.pipelines.ingest.tally import Fates
from winnow.pipelines.ledger import shares, sums, tables
from winnow.pipelines.ledger.balance import Unbalanced, agree_on_copies, agree_on_keys, balanced
from winnow.pipelines.ledger.damage import short, sizes
from winnow.pipelines.ledger.dropped_languages import dropped_languages
from winnow.pipelines.ledger.languages import without_limits
from winnow.pipelines.ledger.lengths import lengths_of
from winnow.pipelines.ledger.lost import hold_domains, lost_of
from winnow.pipelines.ledger.opt_outs import opt_outs_of
from winnow.pipelines.ledger.rules import rows_of
from winnow.pipelines.ledger.statistics import Spread, gathered
from winnow.pipelines.ledger.types import (
    FORMAT,
    EarlierBuild,
    Entry,
    Examples,
    Kept,
    Ledger,
    Met,
    RecipeName,
    SourceTotal,
    StepName,
    Total,
)
from winnow.pipelines.plan import census
from winnow.pipelines.plan.census import Counted
from winnow.pipelines.plan.earlier import Earlier
from winnow.pipelines.plan.inputs import without_input
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.names import CORPUS, REJECTED
from winnow.pipelines.plan.unit import Input
from winnow.pipelines.recipe import lock
from winnow.pipelines.recipe.model import Recipe, Source


@dataclass(frozen=True)
class Left:
    """What the jobs of a build left, read, and not yet held against anything."""

    inputs: Sequence[tuple[Input, Counted]]
    """By source and path, each with what its census counted."""
    ingested: Ingested
    receipts: Sequence[Receipt]
    """In the order of their paths, their surveys summed in the next two."""
    kept: Surveyed
    rejected: Surveyed
    statistics: Statistics
    """Of all rows, as what follows."""
    samples: pa.Table
    overlaps: Overlaps
    duplicates: Duplicates
    probed: Probed
    against: Sequence[Earlier] = ()
    passages: Passages | None = None


def left_by(work: Work, inputs: Sequence[Input], found: Ingested) -> Left:
    """What the jobs of a build left."""
    return left_of(work, [(given, census.agreed(work, given)) for given in inputs], found)


def left_of(work: Work, inputs: Sequence[tuple[Input, Counted]], found: Ingested) -> Left:
    """What the jobs left after ingest, of inputs that were counted so."""
    storage, job = work.storage, work.job
    paths = [part.receipt(job) for part in parts.parts(work)]
    receipts, kept, rejected = _receipts(storage, paths)

    def load(name: str) -> Iterator[pa.Table]:
        for path, receipt in zip(paths, receipts, strict=True):
            if receipt.gathered:
                yield gathering.load(storage, path, name, receipt.gathered)

    return Left(
        inputs=inputs,
        ingested=found,
        receipts=receipts,
        kept=kept,
        rejected=rejected,
        statistics=gathered(map(statistics_in, load(gathering.STATISTICS))),
        samples=sampled.merged(load(gathering.SAMPLES)),
        overlaps=overlaps.merged(map(overlaps_in, load(gathering.OVERLAPS))),
        duplicates=Duplicates.load(storage, job.names.settled(job.deduplicated)),
        probed=Probed.load(storage, job.names.probed(job.deduplicated)) if probes(work) else Probed(),
        against=job.against,
        passages=Passages.load(storage, total_path(work)) if job.recipe.dedup.passages else None,
    )


def _receipts(storage: Storage, paths: Iterable[str]) -> tuple[list[Receipt], Surveyed, Surveyed]:
    """Receipts without their surveys, and the sums of these over corpus/ and rejected/: they are the larger part, and
    only two are held at a time."""
    receipts, sums = list[Receipt](), {CORPUS: merge(()), REJECTED: merge(())}
    for path in paths:
        receipt = Receipt.load(storage, path)
        if receipt.table in sums:
            sums[receipt.table] = merge((sums[receipt.table], receipt.survey))
        receipts.append(replace(receipt, survey=Surveyed()))
    return receipts, sums[CORPUS], sums[REJECTED]


def account(
    storage: Storage, root: str, recipe: Recipe, identity: str, left: Left, *, hold: bool = True
) -> Ledger:  # fmt: skip
    """Write the tables of DIR/ledger/ and the lists of DIR/keys/, and return the ledger that names them.

    Unbalanced where counts differ, BuildFailed where a share that the recipe sets is passed, Damaged where a written
    file is gone or cut: its piece is made again. Without `hold` no share is looked at.
    """
    files = {path: file for receipt in left.receipts for path, file in receipt.files.items()}
    for fault in short(sizes(storage, root), files):
        raise Damaged(f"{root}/{fault}")  # the file that its receipt tells of is written again
    in_order(left.receipts)
    entries = entries_of(recipe, left)
    skipped = without_input(recipe, {given.source for given, _ in left.inputs})
    by_source = {
        source.name: sums.total_of(entry.total for entry in entries if entry.source == source.name)
        for source in recipe.sources if source.name not in skipped
    }  # fmt: skip
    domains = left.kept.counts["domain"], left.rejected.copies
    if hold:
        for name, total in by_source.items():
            shares.require(recipe, name, total)
        hold_domains(recipe.dedup.losses, domains)
    agree_on_copies(left.duplicates, by_source, left.passages)
    if recipe.dedup.exact:
        agree_on_keys(left.receipts, sums.total_of(by_source.values()))
        files |= key_files.leave(storage, root, recipe, identity, left.receipts)
    spread = Spread(left.statistics)
    rules = rows_of(recipe, left.ingested.sources, spread)
    written = tables.write(storage, root, tables.Agreed(entries, rules, left.statistics, left.samples, left.overlaps))
    steps = tuple(StepName(step.name, step.use, step.needs_text, step.stops, step.sources) for step in recipe.steps)
    judged = tuple(row.count for row in rules)
    return Ledger(
        format=FORMAT,
        identity=identity,
        recipe=RecipeName(recipe.name, recipe.about, lock.sha256(recipe), recipe.notes.text if recipe.notes else ""),
        versions=lock.made_by(recipe),
        sources={name: _source(recipe.source(name), total) for name, total in by_source.items()},
        skipped=tuple(skipped),
        total=sums.total_of(by_source.values()),
        steps=steps,
        rules=judged,
        edits=sums.edits(left.ingested.sources.values(), left.passages),
        duplicates=left.duplicates,
        probed=left.probed,
        lost=lost_of(recipe.dedup.losses, domains),
        against=tuple(EarlierBuild(each.path, each.identity, each.kept) for each in left.against),
        kept=_kept(left.kept),
        met=_met(left.kept, left.rejected),
        examples=Examples(left.kept.examples.get("", ()), left.rejected.examples, _clusters(left)),
        files=files | written,
        dropped_languages=dropped_languages(recipe, left.kept, left.rejected),
        without_limits=without_limits(recipe, spread),
        lengths=lengths_of(spread),
        opt_outs=opt_outs_of(steps, judged, spread),
        passages=left.passages,
    )


def _source(source: Source, total: Total) -> SourceTotal:
    return SourceTotal(source.kind, source.license, source.synthetic, total, source.dedup)


def _clusters(left: Left) -> tuple[Cluster, ...]:
    """The largest; a cluster has one document kept, or was dropped whole for one of another build."""
    return clusters.merged((*left.kept.clusters, *left.rejected.clusters))


def in_order(receipts: Sequence[Receipt]) -> None:
    """Unbalanced unless the rows of each folder ascend from file to file."""
    for before, after in itertools.pairwise(receipts):
        if before.folder != after.folder or before.last is None or after.first is None:
            continue
        if before.last >= after.first:
            raise Unbalanced(f"{after.path}: its first row does not come after the last of {before.path}")


def entries_of(recipe: Recipe, left: Left) -> list[Entry]:
    """The entry of every input; Unbalanced unless all counts agree."""
    fates = {path: of for source in left.ingested.sources.values() for path, of in source.files.items()}
    rows = merged(left.receipts)
    entries = [
        balanced(
            given,
            counted,
            recipe.source(given.source).read.CARRIERS,
            fates.get(given.path, Fates()),
            rows.pop(given.path, Rows()),
        )
        for given, counted in left.inputs
    ]
    for path in rows:
        raise Unbalanced(f"{path}: has rows, but is no input")
    return entries


def _kept(found: Surveyed) -> Kept:
    return Kept(**{name: sums.distribution(counts) for name, counts in found.counts.items()})


def _met(kept: Surveyed, rejected: Surveyed) -> Met:
    every = {of.name: frequent.merged((kept.counts[of.name], rejected.counts[of.name])) for of in fields(Met)}
    return Met(**{name: sums.distribution(counts) for name, counts in every.items()})
