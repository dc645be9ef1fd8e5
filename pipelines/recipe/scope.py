"""Which sources a table of a recipe is for: `sources = ["web"]` of a [[step]] or of an [[extract]]."""

import dataclasses
from typing import Any

from winnow.pipelines.extraction.settings import ExtractSettings
from winnow.pipelines.recipe.model import Extract
from winnow.pipelines.recipe.strict import Origin, Place, fill, only, shown, suggest


def sources(table: dict[str, Any], names: list[str], origin: Origin, place: Place, what: str) -> tuple[str, ...]:
    """The sources that a table is for; () where it does not say, and is for all. `names` are those of the recipe."""
    found = table.get("sources")
    if found is None:
        return ()
    if not isinstance(found, list) or not found:
        raise origin.fail((*place, "sources"), f"{what}, sources is {shown(found)}, wanted a list of sources' names")
    for i, name in enumerate(found):
        if name not in names:
            raise origin.fail((*place, "sources"), f"there is no source {shown(name)}{suggest(name, names)}")
        if name in found[:i]:
            raise origin.fail((*place, "sources"), f"{what}, sources names {name!r} twice")
    return tuple(found)


def extract(value: Any, names: list[str], origin: Origin) -> dict[str, Any]:
    """The fields of a recipe that say how pages become text, of one [extract] or of several [[extract]]."""
    tables = value if isinstance(value, list) else [value]
    rest: list[ExtractSettings] = []
    named: list[Extract] = []
    for i, table in enumerate(tables):
        place: Place = ("extract", i) if isinstance(value, list) else ("extract",)
        only(table, [*(f.name for f in dataclasses.fields(ExtractSettings)), "sources"], origin, place, "[extract]")
        own = {k: v for k, v in table.items() if k != "sources"}
        settings = fill(ExtractSettings, own, origin, place, "[extract]")
        of = sources(table, names, origin, place, "[extract]")
        for name in of:
            if any(name in other.sources for other in named):
                raise origin.fail((*place, "sources"), f"two [[extract]] are for source {name!r}")
        if of:
            named.append(Extract(settings, of))
        elif rest:
            raise origin.fail(place, "two [[extract]] name no `sources`: only one can be for the rest")
        else:
            rest.append(settings)
    return {"extract": rest[0] if rest else ExtractSettings(), "extracts": tuple(named)}
