"""The table of stages: what a build does, job by job, in the one form that every engine runs.

    scan     inputs -> scan -> list
    payloads units -> hash payloads -> (by slice) match payloads -> (by block of units) list payloads -> count payloads
    ingest   units -> extract -> curate -> (by block of units) add -> total
    join     units -> keys -> (by band) join -> (by run of documents) link -> count
    link     (again, until all components are known) pull -> relink -> recount
    dedup    units -> (by component) settle -> (by block of units) drop -> conclude -> probe
    spans    units -> fingerprint -> (by slice) match -> (by block of units) pick -> units -> mark
             -> (by slice) look -> (by block) suspect -> look again -> judge -> look last -> resolve -> cut -> tell
    write    units -> weigh -> (by block of units) gather -> parts -> write

A stage is a plain function of the work and one element, which leaves files; where they are, it is not run again. What
stands between two stages says how the elements of the second are made, always from the files of the first alone: so a
graph groups where the local engine reads, and both give the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from winnow.pipelines.corpus import parts, weights
from winnow.pipelines.dedup import candidates, drops, join, keys, link, probe, senders, settle
from winnow.pipelines.dedup.payloads import copies, hashes
from winnow.pipelines.dedup.slice import Slice
from winnow.pipelines.dedup.spans import cuts, fingerprints, left, looks, slices, total, verdicts
from winnow.pipelines.engines.stage import Element, Everything, Sent, Stage
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.files.listings import Listings
from winnow.pipelines.ingest import curate, extract, ingested, payload_copies
from winnow.pipelines.plan import census, inputs, units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.unit import Input, Unit
from winnow.pipelines.plan.units import UnitRange


def _input_size(given: Input) -> int:
    return given.size


def _unit_size(unit: Unit) -> int:
    return unit.size


def _everything(_: Work) -> list[Everything]:
    return [Everything()]


def _scanned(work: Work, given: Input) -> tuple[str, ...]:
    return work.job.census(given), work.job.cuts(given)


def _listed(work: Work, _: Everything) -> tuple[str, ...]:
    return (work.job.names.listing(work.job.listed),)


def _never(work: Work, _: Everything) -> bool:
    """What files are cut into can change under one name: it is made of what they hold."""
    return False


def _added(work: Work, block: UnitRange) -> tuple[str, ...]:
    return (work.job.names.added(work.job.ingested, block.first),)


def _totalled(work: Work, _: Everything) -> tuple[str, ...]:
    return (work.job.names.total(work.job.ingested),)


def _hashed(work: Work, unit: Unit) -> tuple[str, ...]:
    return (hashes.path(work, unit),) if work.job.compares_payloads(unit) else ()


def _matched(work: Work, of: Slice) -> tuple[str, ...]:
    return (copies.matches_path(work, of),)


def _copied(work: Work, block: UnitRange) -> tuple[str, ...]:
    return (payload_copies.seal_path(work, block),)


def _compared(work: Work, _: Everything) -> tuple[str, ...]:
    return (copies.total_path(work),)


def _extracted(work: Work, unit: Unit) -> tuple[str, ...]:
    return (work.job.names.reading(work.job.read(unit)),)


def _curated(work: Work, unit: Unit) -> tuple[str, ...]:
    return (work.job.names.curate(work.job.curated(unit)),)


def _keyed(work: Work, unit: Unit) -> tuple[str, ...]:
    return (work.job.names.keys(work.job.keyed(unit)),)


def _joined(work: Work, band: join.Band) -> tuple[str, ...]:
    return (join.buckets_path(work, band),)


def _linked(work: Work, of: link.Range) -> tuple[str, ...]:
    return (work.job.names.links(work.job.deduplicated, work.job.turn, of.place),)


def _pulled(work: Work, of: link.Range) -> tuple[str, ...]:
    return (work.job.names.pulled(work.job.deduplicated, work.job.turn, of.place),)


def _counted(work: Work, _: Everything) -> tuple[str, ...]:
    return (work.job.names.linked(work.job.deduplicated, work.job.turn),)


def _settled(work: Work, of: Slice) -> tuple[str, ...]:
    names, name = work.job.names, work.job.deduplicated
    return names.decided(name, of.place), names.slice_sums(name, of.place)


def _dropped(work: Work, block: UnitRange) -> tuple[str, ...]:
    return (work.job.names.dropped(work.job.deduplicated, block.first),)


def _concluded(work: Work, _: Everything) -> tuple[str, ...]:
    return (work.job.names.settled(work.job.deduplicated),)


def _probed(work: Work, _: probe.Probe) -> tuple[str, ...]:
    return (work.job.names.probed(work.job.deduplicated),)


def _weighed(work: Work, unit: Unit) -> tuple[str, ...]:
    return (weights.weights_path(work, unit),)


def _gathered(work: Work, block: UnitRange) -> tuple[str, ...]:
    return (weights.gathered_path(work, block),)


def _written(work: Work, part: parts.Part) -> tuple[str, ...]:
    return (part.receipt(work.job),)


SCAN = (
    Stage("scan", "taking the census", inputs.load, census.scan, _scanned, size=_input_size),
    Stage("list", "listing units", _everything, units.make, _listed, done=_never, brief=True),
)
PAYLOADS = (
    Stage("hash payloads", "hashing payloads", units.load, hashes.hash_payloads, _hashed, size=_unit_size, alone=True,
          over_units=True),
    Stage("match payloads", "comparing payloads", copies.payload_slices, copies.match, _matched,
          Sent(units.blocks, copies.push, copies.pull)),
    Stage("list payloads", "listing payloads", units.blocks, copies.leave, _copied,
          Sent(copies.payload_slices, copies.push_matches, copies.pull_matches)),
    Stage("count payloads", "adding up", _everything, copies.count, _compared, brief=True),
)  # fmt: skip
INGEST = (
    Stage("extract", "reading, extracting", units.load, extract.extract, _extracted, size=_unit_size, alone=True,
          over_units=True),
    Stage("curate", "judging", units.load, curate.curate, _curated, "each", size=_unit_size, alone=True,
          over_units=True, watched=True),
    Stage("add", "adding up", units.blocks, ingested.add, _added, brief=True),
    Stage("total", "adding up", _everything, ingested.total, _totalled, brief=True),
)  # fmt: skip
JOIN = (
    Stage("keys", "hashing shingles", units.load, keys.make_keys, _keyed, over_units=True),
    Stage("join", "joining bands", join.bands, join.join, _joined, Sent(senders.senders, join.push, join.pull)),
    Stage("link", "linking documents", link.ranges, link.link, _linked,
          Sent(join.bands, link.push_buckets, link.pull_buckets)),
    Stage("count", "counting links", _everything, link.count, _counted, brief=True),
)  # fmt: skip
LINK = (
    Stage("pull", "pulling links in", link.ranges, link.pull_in, _pulled,
          Sent(link.ranges, link.push_links, link.pull_links)),
    Stage("relink", "linking documents", link.ranges, link.link, _linked,
          Sent(link.ranges, link.push_pulled, link.pull_pulled)),
    Stage("recount", "counting links", _everything, link.count, _counted, brief=True),
)  # fmt: skip
DEDUP = (
    Stage("settle", "verifying pairs", candidates.slices, settle.settle, _settled,
          Sent(senders.senders, candidates.push, candidates.pull)),
    Stage("drop", "listing copies", units.blocks, drops.write_drops, _dropped,
          Sent(candidates.slices, drops.push, drops.pull)),
    Stage("conclude", "adding up", _everything, settle.conclude, _concluded, brief=True),
    Stage("probe", "sampling pairs", probe.probes, probe.probe, _probed, Sent(units.blocks, probe.push, probe.pull)),
)  # fmt: skip
SPANS = (
    Stage("fingerprint", "fingerprinting texts", units.load, fingerprints.fingerprint, left.prints, over_units=True),
    Stage("match", "matching fingerprints", slices.slices, fingerprints.match, left.matches,
          Sent(units.blocks, fingerprints.push, fingerprints.pull)),
    Stage("pick", "picking fingerprints", units.blocks, fingerprints.pick, left.Sealed(fingerprints.PICKS),
          Sent(slices.slices, fingerprints.push_matches, fingerprints.pull_matches)),
    Stage("mark", "marking passages", units.load, looks.mark, left.marks, over_units=True),
    Stage("look", "looking for passages", slices.slices, looks.Look(1), left.Found(1),
          Sent(units.blocks, looks.Push(1), looks.Pull(1))),
    Stage("suspect", "weighing documents", units.blocks, verdicts.suspect, left.Sealed(verdicts.SUSPECTS),
          Sent(slices.slices, looks.PushFound(1), looks.PullFound(1))),
    Stage("look again", "looking for passages again", slices.slices, looks.Look(2), left.Found(2),
          Sent(units.blocks, looks.Push(2), looks.Pull(2))),
    Stage("judge", "judging documents", units.blocks, verdicts.judge, left.Sealed(verdicts.JUDGED),
          Sent(slices.slices, looks.PushFound(2), looks.PullFound(2))),
    Stage("look last", "looking for passages once more", slices.slices, looks.Look(3), left.Found(3),
          Sent(units.blocks, looks.Push(3), looks.Pull(3))),
    Stage("resolve", "finding first copies", units.blocks, verdicts.resolve, left.Sealed(verdicts.RESOLVED),
          Sent(slices.slices, looks.PushFound(3), looks.PullFound(3))),
    Stage("cut", "cutting passages", units.load, cuts.cut, left.cuts, over_units=True),
    Stage("tell", "adding up", _everything, total.total, left.totals, brief=True),
)  # fmt: skip
WRITE = (
    Stage("weigh", "weighing units", units.load, weights.weigh, _weighed, over_units=True),
    Stage("gather", "gathering weights", units.blocks, weights.gather, _gathered, brief=True),
    Stage("write", "writing files", parts.parts, parts.write, _written, done=parts.written),
)
JOBS: dict[str, tuple[Stage, ...]] = {
    "scan": SCAN,
    "payloads": PAYLOADS,
    "ingest": INGEST,
    "join": JOIN,
    "link": LINK,
    "dedup": DEDUP,
    "spans": SPANS,
    "write": WRITE,
}
STAGES = {stage.name: stage for job in JOBS.values() for stage in job}


def ingestion(work: Work) -> tuple[str, ...]:
    """The jobs between scan and deduplication, in order."""
    return ("payloads", "ingest") if work.job.recipe.dedup.payloads else ("ingest",)


def deduplication(work: Work) -> Iterator[tuple[str, Work]]:
    """The jobs between ingest and write, each with the work that it is of. The next is to be asked for once one is
    done: how often links are drawn in is found on the way."""
    yield "join", work
    while link.linked(work).open:
        work = replace(work, job=replace(work.job, turn=work.job.turn + 1))
        yield "link", work
    yield "dedup", work
    if work.job.recipe.dedup.passages:
        yield "spans", work


def before(stage: Stage) -> Stage:
    """The stage before this one in its job."""
    names = next(names for names in ([each.name for each in job] for job in JOBS.values()) if stage.name in names)
    return STAGES[names[names.index(stage.name) - 1]]


def require(work: Work, stage: Stage, done: int) -> None:
    """BuildFailed unless so many elements are all that a stage has."""
    there = units.count(work) if stage.over_units else len(stage.elements(work))
    if done != there:
        raise BuildFailed(
            f"{done:,} of {there:,} elements of stage {stage.name!r} were done: the runner lost some; run the same "
            "command again"
        )


def undone(work: Work, stages: Sequence[Stage], elements: Sequence[Element]) -> list[bool]:
    """For each element whether a worker must see to it: a file of one of the stages is not there, or there is more to
    be asked than that."""
    if any(stage.done is not None for stage in stages):
        return [True] * len(elements)
    there = Listings(work.storage)
    return [bool(there.missing(path for stage in stages for path in stage.leaves(work, e))) for e in elements]


def run(work: Work, stage: Stage, element: Element, sent: Iterable[Any] | None = None) -> None:
    """Run a stage on one element if it is not done. What was sent to it is read from files where it is not given."""
    if stage.is_done(work, element):
        return
    if isinstance(stage.after, Sent):
        stage.run(work, element, stage.after.pull(work, element) if sent is None else sent)
    else:
        stage.run(work, element)


def chains(job: Sequence[Stage]) -> list[tuple[Stage, ...]]:
    """Runs of stages that take the same elements one by one, and can be done for each without the others."""
    found: list[tuple[Stage, ...]] = []
    for stage in job:
        if stage.after == "each":
            found[-1] = (*found[-1], stage)
        else:
            found.append((stage,))
    return found
