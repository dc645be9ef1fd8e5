"""Forgetting, from the call to the card:  rows -> records -> units -> join, link, dedup -> moves -> write -> ledger.

A build is made beside the old one, of its own rows and keys, and put in its place as --replace does: so one of the two
is always whole, and nothing of the old texts is left, in work/ neither.
"""

import contextlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from winnow.pipelines.clock import Clock
from winnow.pipelines.corpus.finished_rows import FinishedRows
from winnow.pipelines.corpus.finished_units import rows_of
from winnow.pipelines.dedup import against
from winnow.pipelines.dedup.build_keys import FORMAT, About
from winnow.pipelines.display import Display
from winnow.pipelines.engines.alone import Alone
from winnow.pipelines.engines.jobs import deduplication
from winnow.pipelines.engines.local import LocalEngine
from winnow.pipelines.engines.pool import Pool
from winnow.pipelines.errors import BadCall, BuildFailed, Damaged
from winnow.pipelines.files.parquet import Written
from winnow.pipelines.files.storage import LocalStorage, is_remote, read_json, write_bytes, write_json
from winnow.pipelines.forget import counts, moves, records, units
from winnow.pipelines.forget.asked import Asked, Matches
from winnow.pipelines.forget.editing import Editing
from winnow.pipelines.forget.moves import Moved
from winnow.pipelines.forget.recipe import recipe_of
from winnow.pipelines.forget.records import Record
from winnow.pipelines.ledger import book
from winnow.pipelines.ledger.account import account, left_of
from winnow.pipelines.ledger.damage import damage
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.output import swap
from winnow.pipelines.output.folder import Folder
from winnow.pipelines.output.path import resolved
from winnow.pipelines.plan import names
from winnow.pipelines.plan.earlier import Earlier
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.recipe.model import Recipe
from winnow.pipelines.views.beside import beside, write_beside
from winnow.pipelines.views.finished import finished
from winnow.pipelines.views.report import written as report

_IDENTITY = "forget"
"""Of a directory in which this is not done: no build takes it for its own."""


@dataclass(frozen=True)
class Request:
    """What the user asked for."""

    output: str
    """The directory of a finished build."""
    asked: Asked
    dry: bool = False
    """Whether it is only to be told what would go."""
    workers: int = 1


@dataclass(frozen=True)
class Outcome:
    """What came of it."""

    gone: records.Forgotten
    unknown_ids: tuple[str, ...]
    moved: Moved | None
    """None where nothing was changed."""


def forget(request: Request, display: Display) -> Outcome:
    """Make a build forget. BadCall and BuildFailed say what is wrong; the build stands then as it did."""
    if is_remote(request.output):
        raise BadCall(f"{request.output}: whole directories are swapped, which it cannot; copy it here, forget, and "
                      "put the result in its place")  # fmt: skip
    path, storage = resolved(request.output), LocalStorage()
    swap.recover(path)
    finished(path)  # nothing is locked where no build is
    with swap.locked(path, request.output):
        ledger = finished(path).ledger
        recipe = recipe_of(path, request.output)
        _require(storage, path, request.output, ledger, recipe)
        matches = Matches(request.asked)
        with display.stage("looking for records", 1):
            found = records.find(FinishedRows(storage, path), matches)
        unknown = tuple(matches.unknown_ids)
        if not found:
            return Outcome(records.Forgotten(), unknown, None)
        earlier = _earlier(storage, recipe, path, request.output, ledger)
        with _beside(path, request) as new:
            work = Work(storage, Job(recipe, new, 1, earlier, path))
            _carry_lists(path, new)
            editing = Editing(work)
            gone = records.count(rows_of(work), recipe, editing, found)
            if request.dry:
                return Outcome(gone, unknown, None)
            asked = {kind: len(named) for kind, named in matches.found.items()}
            moved = _make(work, found, gone, asked, ledger, editing, request.workers, display)
            swap.end(path)
    return Outcome(gone, unknown, moved)


def _make(
    work: Work, found: Mapping[Record, str], gone: records.Forgotten, asked: Mapping[str, int], old: Ledger,
    editing: Editing, workers: int, display: Display,
) -> Moved:  # fmt: skip
    """The build without these records, beside the old one; its ledger last."""
    root, storage, recipe, clock = work.job.finished, work.storage, work.job.recipe, Clock()
    inputs, ingested = counts.counted(storage, root, recipe, old, gone)
    try:
        with contextlib.ExitStack() as held:
            engine = LocalEngine(held.enter_context(Pool(workers)), display) if workers > 1 else Alone(display)
            with clock.job("dedup"):
                work = units.make(work, list(found))
                for job, turned in deduplication(work):
                    engine.run(turned, job)
                work = turned
            with clock.job("edit"):
                moved = moves.move(work, editing)
            with clock.job("write"):
                engine.run(work, "write")
        made = account(storage, work.job.root, recipe, old.identity, left_of(work, inputs, ingested), hold=False)
    except Damaged as error:
        raise BuildFailed(f"{error}; give the same command again") from error
    made = replace(
        made, recipe=old.recipe, versions=old.versions, forgotten=counts.added(old.forgotten, gone, asked)
    )  # fmt: skip
    _link_same(root, work.job.root, old.files, made.files)
    _leave(work, made, clock)
    return moved


def _require(storage: LocalStorage, path: str, shown: str, ledger: Ledger, recipe: Recipe) -> None:
    """BadCall where the build does not hold what forgetting needs, BuildFailed where it is damaged."""
    anew = "build it again with its winnow build command and --replace, without these documents among the inputs"
    if recipe.rejected_text != "all":
        raise BadCall(f"{shown}: its recipe has rejected_text = {recipe.rejected_text!r}, so that what comes back has "
                      f"no text; {anew}")  # fmt: skip
    if recipe.dedup.passages:
        raise BadCall(f"{shown}: its recipe cuts passages, and what was cut of other documents as a copy of these "
                      f"cannot be put back; {anew}")  # fmt: skip
    if recipe.dedup.payloads:
        raise BadCall(f"{shown}: its recipe reads one of several records with the same payload ([dedup] payloads = "
                      f"true), and those that were not read could not come back without it; {anew}")  # fmt: skip
    if recipe.dedup.contains:
        raise BadCall(f"{shown}: its recipe looks for excerpts (measure = \"containment\"), whose new words cannot be "
                      f"counted again; {anew}")  # fmt: skip
    if recipe.dedup.exact:
        if storage.size(f"{path}/{names.ABOUT}") is None:
            raise BadCall(f"{shown} has no {names.ABOUT}, without which nobody knows what comes back; {anew}")
        if recipe.dedup.near and not recipe.output.shingles:
            raise BadCall(f"{shown}: its recipe's [output] has shingles = false, without which nobody knows what comes "
                          f"back; {anew}")  # fmt: skip
    for fault in damage(storage, path, ledger, beside)[:1]:
        raise BuildFailed(f"{shown} is damaged: {fault}; {anew}")
    if recipe.dedup.exact and (of := About.load(storage, f"{path}/{names.ABOUT}").format) != FORMAT:
        raise BadCall(f"{shown}: its keys/ have format {of}, this winnow reads {FORMAT}; {anew}")
    Folder(storage, path, recipe, (), beside).require_replaceable()


def _earlier(
    storage: LocalStorage, recipe: Recipe, path: str, shown: str, ledger: Ledger
) -> tuple[Earlier, ...]:  # fmt: skip
    """The builds that this one was set against, as they are now: what they keep must not come back."""
    try:
        found = against.find(storage, recipe, [each.path for each in ledger.against], path)
    except BadCall as error:
        raise BadCall(f"{shown} was set against a build that cannot be read now: {error}") from error
    if [each.identity for each in found] != [each.identity for each in ledger.against]:
        raise BadCall(f"{shown} was set against {', '.join(each.path for each in ledger.against)}, where other builds "
                      "are now; put those back")  # fmt: skip
    return found


@contextlib.contextmanager
def _beside(path: str, request: Request) -> Iterator[str]:
    """An empty directory for the new build; it goes where it is not put in place of the old one."""
    new = swap.begin(path)
    with swap.locked(new, request.output):
        swap.mark(new)
        _empty(new)
        write_json(LocalStorage(), f"{new}/{names.BUILD}", {"identity": _IDENTITY})
        try:
            yield new
        finally:
            if os.path.lexists(new):
                shutil.rmtree(new)


def _empty(new: str) -> None:
    """Remove what a build or another command left there that was given up; it may hold texts."""
    keep = {Path(new, names.HELD), Path(new, names.MARK)}
    for place in (*Path(new).iterdir(), *Path(new, names.WORK).iterdir()):
        if place in keep or place.name == names.WORK:
            continue
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
        else:
            place.unlink()


def _carry_lists(path: str, new: str) -> None:
    """The lists that the recipe's steps read, for the next time: they are no texts."""
    for place in Path(path, names.WORK, names.PLAN).glob("list-*"):
        shutil.copytree(place, Path(new, names.WORK, names.PLAN, place.name))


def _link_same(old: str, new: str, before: Mapping[str, Written], after: Mapping[str, Written]) -> None:
    """Files that came out as they were take no room twice."""
    for path, file in after.items():
        if before.get(path) == file:
            aside = f"{new}/{path}.linked"
            with contextlib.suppress(OSError):  # a file system without such links
                os.link(f"{old}/{path}", aside)
                os.replace(aside, f"{new}/{path}")


def _leave(work: Work, made: Ledger, clock: Clock) -> None:
    """Remove what was in between; write lock, card, what belongs to it, report, run.json and, last, the ledger."""
    storage, old, of = work.storage, work.job.finished, work.job.names
    for name in (*names.REUSED, *(name for name in names.ONCE if name != names.PLAN)):
        storage.delete(of.work(name))
    storage.delete(f"{work.job.root}/{names.BUILD}")
    for plan in Path(of.work(names.PLAN)).glob("*.json"):
        plan.unlink()
    write_bytes(storage, of.lock, Path(old, names.LOCK).read_bytes())
    write_beside(storage, work.job.root, made)
    report.leave(storage, work.job.root, made, work.job.recipe)
    run: dict[str, Any] = {}
    with contextlib.suppress(OSError, json.JSONDecodeError):
        run = dict(read_json(storage, f"{old}/{names.RUN}"))
    told = clock.report(made.total.documents) | {"ended": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    write_json(storage, of.run, run | {"forgotten": [*run.get("forgotten", ()), told]})
    book.save(storage, work.job.root, made)
