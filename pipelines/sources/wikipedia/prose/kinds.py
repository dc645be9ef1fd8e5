"""What of a page is not an article: disambiguation pages, lists, verse."""

from collections.abc import Sequence

from winnow.pipelines.sources.wikipedia.page import Page
from winnow.pipelines.sources.wikipedia.prose.blocks import Block, Heading, Item, Lines, Table
from winnow.pipelines.sources.wikipedia.prose.sections import base_language

ARTICLE, DISAMBIGUATION, LIST, POEM = "article", "disambiguation", "list", "poem"

_LIST_TITLES = {
    "en": ("List of ", "Lists of ", "Index of ", "Outline of "),
    "de": ("Liste ", "Listen "),
    "fr": ("Liste ", "Listes "),
    "es": ("Anexo:", "Lista de "),
    "it": ("Lista ", "Elenco "),
    "pt": ("Lista ", "Anexo:"),
    "nl": ("Lijst van ", "Lijsten van "),
    "ru": ("Список ", "Списки "),
    "pl": ("Lista ", "Listy "),
    "sv": ("Lista över ", "Listor över "),
}
_DISAMBIGUATION_TITLES = (
    "(disambiguation)", "(Begriffsklärung)", "(homonymie)", "(desambiguación)", "(disambigua)", "(desambiguação)",
    "(doorverwijspagina)", "(значения)", "(ujednoznacznienie)", "(olika betydelser)",
)  # fmt: skip
_MOST = 0.75
"""The share of list and table characters past which a page is a list."""
_HALF = 0.5


def kind_of(blocks: Sequence[Block], page: Page, disambiguation: bool) -> str:
    """The kind of a page: by its templates (`disambiguation`), its title, and what most of its characters are in."""
    if disambiguation or page.title.endswith(_DISAMBIGUATION_TITLES):
        return DISAMBIGUATION
    if page.title.startswith(_LIST_TITLES.get(base_language(page.language), ())):
        return LIST
    listed = verse = total = 0
    for block in blocks:
        if isinstance(block, Heading):
            continue
        size = sum(len(cell) for row in block.rows for cell in row) if isinstance(block, Table) else len(block.text)
        total += size
        listed += size * (isinstance(block, Table) or (isinstance(block, Item) and bool(block.mark)))
        verse += size * (isinstance(block, Lines) and block.verse)
    if verse > _HALF * total:
        return POEM
    return LIST if listed > _MOST * total else ARTICLE
