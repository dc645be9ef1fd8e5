"""What each stage's files depend on, as one digest a stage: its part of the recipe, and the software that it runs.

A stage's names also hash the names of the stage before, so that what is made anew has all made anew that rests on it.
"""

from winnow.pipelines.recipe import lock
from winnow.pipelines.recipe.lock import digest
from winnow.pipelines.recipe.model import Recipe
from winnow.pipelines.sources.base import scan_settings


def scan(recipe: Recipe, source: str) -> str:
    """Where the records of a source's files lie."""
    found = recipe.source(source)
    return digest("scan", found.kind, scan_settings(found.read), lock.made_by(recipe))


def extract(recipe: Recipe, source: str) -> str:
    """What reading, the steps before extraction, and extraction make of a source."""
    table = lock.table_of(recipe)
    of = next(s for s in table["source"] if s["name"] == source)
    early = [lock.step_table(step) for step in recipe.steps if not step.needs_text]
    return digest("extract", of, table["extract"], early, lock.made_by(recipe), lock.lists(recipe))


def curate(recipe: Recipe, source: str) -> str:
    """What the steps make of a source's extracted documents."""
    table = lock.table_of(recipe)
    return digest("curate", table["step"], table["rejected_text"], lock.made_by(recipe), lock.lists(recipe))


def dedup(recipe: Recipe) -> str:
    return digest("dedup", lock.table_of(recipe)["dedup"], lock.made_by(recipe))


def output(recipe: Recipe) -> str:
    return digest("output", lock.table_of(recipe)["output"], lock.made_by(recipe))
