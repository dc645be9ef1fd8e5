"""What each stage's files depend on, as one digest a stage: its part of the recipe, and the software that it runs.

A stage's names also hash the names of the stage before: when one stage is run again, all that follow it are too.
"""

import dataclasses
from operator import attrgetter

from winnow.pipelines.dedup.settings import Losses
from winnow.pipelines.digest import digest
from winnow.pipelines.recipe import lock
from winnow.pipelines.recipe.model import Recipe, Source, Step
from winnow.pipelines.software.stage import software, software_of
from winnow.pipelines.sources.base import has_payloads, scan_modules, scan_settings

MODULES = {
    "scan": "winnow.pipelines.plan.census",
    "hash payloads": "winnow.pipelines.dedup.payloads.hashes",
    "count payloads": "winnow.pipelines.dedup.payloads.copies",
    "extract": "winnow.pipelines.ingest.extract",
    "curate": "winnow.pipelines.ingest.curate",
    "add": "winnow.pipelines.ingest.ingested",
    "keys": "winnow.pipelines.dedup.keys",
    "settle": "winnow.pipelines.dedup.settle",
    "probe": "winnow.pipelines.dedup.probe",
    "tell": "winnow.pipelines.dedup.spans.total",
    "write": "winnow.pipelines.corpus.parts",
}
"""Where the functions of the stages are; those of the others are part of what one of these imports."""

_HELD = tuple(field.name for field in dataclasses.fields(Losses))
"""Of [dedup]: they are held against what was found."""
_PASSAGES = ("spans", "substrings")
"""Of [dedup]: they are about the documents that are left."""
_LATER = ("priority", "dedup", "synthetic")
"""What a recipe says of a source that concerns neither its reading nor its extraction."""


def scan(recipe: Recipe, source: str) -> str:
    """Where the records of a source's files lie."""
    found = recipe.source(source)
    runs = software({MODULES["scan"], *scan_modules(found.read)})
    return digest("scan", found.kind, found.read.CARRIERS, scan_settings(found.read), runs)


def extract(recipe: Recipe, source: str) -> str:
    """What reading, the steps before extraction, and extraction make of a source."""
    found, settings = recipe.source(source), recipe.extract_of(source)
    of = {key: value for key, value in lock.source_table(found).items() if key not in _LATER}
    early = [step for step in _steps(recipe, source) if not step.needs_text]
    screen = recipe.screen_of(source)
    software = software_of(MODULES["extract"], found.read, settings, screen, *(step.settings for step in early))
    tables = lock.settings_of(settings), screen and lock.settings_of(screen), list(map(lock.step_table, early))
    return digest("extract", of, *tables, software, lock.lists(early))


def hashed(recipe: Recipe, source: str) -> str:
    """What is hashed of the payloads of a unit, whose name tells how it is read."""
    early = [step.settings for step in recipe.steps_of(source) if not step.needs_text]
    return digest("hashed", software_of(MODULES["hash payloads"], recipe.source(source).read, *early))


def payloads(recipe: Recipe) -> str:
    """Which of the same payloads is read."""
    of = [(s.name, s.priority) for s in sorted(recipe.sources, key=attrgetter("name")) if has_payloads(s.read)]
    return digest("payloads", of, recipe.dedup.order, software_of(MODULES["count payloads"]))


def curate(recipe: Recipe, source: str) -> str:
    """What the steps make of a source's extracted documents."""
    steps = _steps(recipe, source)
    late = [step for step in steps if step.needs_text]
    software = software_of(MODULES["curate"], *(step.settings for step in late))
    return digest("curate", list(map(lock.step_table, steps)), recipe.rejected_text, software, lock.lists(late))


def _steps(recipe: Recipe, source: str) -> list[Step]:
    """The steps of a source, as if there were no other: that one is for others as well does not concern it."""
    return [dataclasses.replace(step, sources=()) for step in recipe.steps_of(source)]


def add() -> str:
    """How what became of units is summed."""
    return digest("add", software({MODULES["add"]}))


def keys(recipe: Recipe, source: str) -> str:
    """What deduplication hashes of a source's documents."""
    near = recipe.dedup.near
    hashed = near and (near.shingle_words, near.bands, near.rows, near.seed, near.contains and near.sample_every)
    names = {step.name for step in recipe.steps_of(source)}
    measures = sorted(each for each in recipe.dedup.measures if each[0] in names)
    return digest("keys", recipe.source(source).dedup, hashed, measures, software_of(MODULES["keys"], near))


def dedup(recipe: Recipe) -> str:
    """How copies are found among keys, and which of them stays."""
    of = [(s.name, s.priority, s.dedup) for s in sorted(recipe.sources, key=attrgetter("name"))]
    unusual = [each for each in of if each[1:] != (Source.priority, Source.dedup)]  # another source changes nothing
    near = recipe.dedup.near
    runs = software({MODULES["settle"], MODULES["probe"], *([type(near).__module__] if near else [])})
    how = {name: of for name, of in lock.table_of(recipe)["dedup"].items() if name not in (*_HELD, *_PASSAGES)}
    return digest("dedup", how, unusual, runs)


def spans(recipe: Recipe) -> str:
    """What of the documents that are left is cut, and which of them are dropped for it."""
    of = lock.table_of(recipe)["dedup"]
    return digest("spans", [of.get(name) for name in _PASSAGES], software_of(MODULES["tell"]))


def output(recipe: Recipe) -> str:
    """How files are cut and written; their columns are those of all sources' steps."""
    columns = [(step.column, step.measures) for step in recipe.steps if step.column]
    synthetic = sorted(source.name for source in recipe.sources if source.synthetic)  # their rows are counted apart
    return digest("output", lock.table_of(recipe)["output"], columns, synthetic, software_of(MODULES["write"]))
