"""What report.html holds: one value for JSON, made of a finished build's ledger, its tables and the sampled rows."""

from typing import Any

from winnow.pipelines.files.storage import Storage
from winnow.pipelines.files.typed import to_json
from winnow.pipelines.ledger.statistics import statistics_of
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.recipe.model import Recipe
from winnow.pipelines.views.report import facts
from winnow.pipelines.views.report.anomalies import anomalies
from winnow.pipelines.views.report.clusters import clusters
from winnow.pipelines.views.report.documents import documents
from winnow.pipelines.views.report.overlaps import overlaps
from winnow.pipelines.views.report.placed import bins_of, fewer_measures, into_bars, near_misses
from winnow.pipelines.views.report.rules import plain, rules
from winnow.pipelines.views.report.samples import choose, samples_of

FORMAT = 1


def report(storage: Storage, root: str, ledger: Ledger, recipe: Recipe | None) -> dict[str, Any]:
    """The report of the build at `root`; without a recipe no measure is explained and no place in a text marked."""
    spread = statistics_of(storage, root)
    every = rules(storage, root, ledger, spread, recipe)
    bins = {rule["rule"]: bins_of(rule["groups"][0]) for rule in every if rule["groups"]}
    chosen = choose(samples_of(storage, root, ledger.files), bins)
    shown = documents(storage, root, recipe, [rule["rule"] for rule in every], chosen)
    numbers = {place: number for number, place in enumerate(chosen.places)}
    listed = [shown[place].json for place in chosen.places]
    into_bars(every, listed)
    near_misses(every, chosen, numbers)
    fewer_measures(every, listed)
    return {
        "format": FORMAT, "kind": "build", "title": ledger.recipe.name,
        "recipe": to_json(ledger.recipe), "identity": ledger.identity, "versions": dict(ledger.versions),
        "notes": ledger.recipe.notes or None,
        "rejected_text": recipe.rejected_text if recipe else None,
        "total": facts.of_all(ledger), "sources": facts.sources(ledger), "funnels": facts.funnels(ledger),
        "rules": every, "plain": plain(spread, list(ledger.sources)), "overlaps": overlaps(storage, root),
        "documents": listed, "edited": [numbers[place] for place in chosen.edited],
        "clusters": clusters(chosen.clusters, shown, numbers, ledger.examples.clusters),
        "facts": facts.facts(ledger), "languages": facts.languages(spread),
        "duplicates": facts.duplicates(ledger), "against": facts.against(ledger),
        "forgotten": facts.forgotten(ledger), "edits": facts.edits(ledger),
        "passages": to_json(ledger.passages) if ledger.passages else None,
        "personal": facts.personal(ledger), "opt_outs": facts.opt_outs(ledger),
        "anomalies": anomalies(ledger, every, spread),
    }  # fmt: skip
