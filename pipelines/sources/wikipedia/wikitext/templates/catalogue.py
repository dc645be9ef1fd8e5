"""Every template that shows something in the text of a page, by name. All others leave nothing."""

from winnow.pipelines.sources.wikipedia.wikitext.templates import (
    constants,
    dates,
    languages,
    lists,
    other_wikis,
    people,
    quotes,
    science,
    shown,
    units,
)
from winnow.pipelines.sources.wikipedia.wikitext.templates.handler import Handler, names

HANDLERS: dict[str, Handler] = {
    **other_wikis.HANDLERS,
    **shown.HANDLERS,
    **people.HANDLERS,
    **constants.HANDLERS,
    **science.HANDLERS,
    **dates.HANDLERS,
    **lists.HANDLERS,
    **quotes.HANDLERS,
    **units.HANDLERS,
    **languages.HANDLERS,
}
"""Each name is in one of them."""
_CODES = frozenset(code for code in people.COUNTRIES if len(code) == 3)

DISAMBIGUATION = frozenset(names("""
    disambiguation|disambig|dab|disamb|hndis|hndisambig|human name disambiguation|geodis|place name disambiguation
    numberdis|mathdab|roaddis|letter-number combination disambiguation|letter-numbercombdisambig|callsigndis
    school disambiguation|schooldis|airport disambiguation|hospital disambiguation|station disambiguation
    species latin name abbreviation disambiguation|biology disambiguation|mathematical disambiguation|begriffsklärung
    homonymie|desambiguación|desambig|desambiguação|disambigua|disambigua nome|dp|dpintro|doorverwijspagina
    неоднозначность|многозначность|disambigr|ujednoznacznienie|förgrening|förgreningssida|gren|olika betydelser
"""))  # fmt: skip


def handler(name: str) -> Handler | None:
    """What makes text of a template of this name, as it is written; None where it leaves nothing."""
    if name in _CODES:
        return people.by_code
    name = name.lower()
    found = HANDLERS.get(name)
    if found is None and "-" in name:
        found = next((family for start, family in languages.FAMILIES.items() if name.startswith(start)), None)
    return found
