"""What each stage's files depend on, as one digest a stage: its part of the recipe, and the software that it runs.

A stage's names also hash the names of the stage before, so that what is made anew has all made anew that rests on it.
"""

from winnow.pipelines.digest import digest
from winnow.pipelines.recipe import lock
from winnow.pipelines.recipe.model import Recipe
from winnow.pipelines.software.stage import software_of
from winnow.pipelines.sources.base import scan_settings

MODULES = {
    "scan": "winnow.pipelines.plan.census",
    "extract": "winnow.pipelines.ingest.extract",
    "curate": "winnow.pipelines.ingest.judge",
    "keys": "winnow.pipelines.dedup.keys",
    "settle": "winnow.pipelines.dedup.settle",
    "write": "winnow.pipelines.corpus.parts",
}
"""Where the functions of the stages are; `join` is part of what `settle` imports, and `weigh` stands beside `write`."""


def scan(recipe: Recipe, source: str) -> str:
    """Where the records of a source's files lie."""
    found = recipe.source(source)
    return digest("scan", found.kind, scan_settings(found.read), software_of(MODULES["scan"], found.read))


def extract(recipe: Recipe, source: str) -> str:
    """What reading, the steps before extraction, and extraction make of a source."""
    table, read = lock.table_of(recipe), recipe.source(source).read
    of = next(s for s in table["source"] if s["name"] == source)
    early = [step for step in recipe.steps if not step.needs_text]
    software = software_of(MODULES["extract"], read, recipe.extract, *(step.settings for step in early))
    return digest("extract", of, table["extract"], list(map(lock.step_table, early)), software, lock.lists(early))


def curate(recipe: Recipe, source: str) -> str:
    """What the steps make of a source's extracted documents."""
    table, late = lock.table_of(recipe), [step for step in recipe.steps if step.needs_text]
    software = software_of(MODULES["curate"], *(step.settings for step in late))
    return digest("curate", table["step"], table["rejected_text"], software, lock.lists(late))


def keys(recipe: Recipe) -> str:
    """What deduplication hashes of a document."""
    near = recipe.dedup.near
    hashed = near and (near.shingle_words, near.bands, near.rows, near.seed)
    return digest("keys", hashed, software_of(MODULES["keys"], near))


def dedup(recipe: Recipe) -> str:
    """How copies are found among keys, and which of them stays."""
    return digest("dedup", lock.table_of(recipe)["dedup"], software_of(MODULES["settle"], recipe.dedup.near))


def output(recipe: Recipe) -> str:
    """How files are cut and written."""
    return digest("output", lock.table_of(recipe)["output"], software_of(MODULES["write"]))
