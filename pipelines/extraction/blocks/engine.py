"""The engine: a page in, its main text out, with how sure the choice of blocks is."""

from dataclasses import dataclass

from winnow.pipelines.extraction.blocks import trees
from winnow.pipelines.extraction.blocks.choice import choose
from winnow.pipelines.extraction.blocks.copies import without_copies
from winnow.pipelines.extraction.blocks.features import characters
from winnow.pipelines.extraction.blocks.features.all import features
from winnow.pipelines.extraction.blocks.mend import mend
from winnow.pipelines.extraction.blocks.page import Page
from winnow.pipelines.extraction.blocks.trees import Trees


@dataclass(frozen=True)
class Found:
    """The main text of a page, as blocks of it."""

    kept: list[bool]
    """Of the page's blocks."""
    confidence: float
    """The word F1 that can be expected of it, 0 to 1."""
    latin_share: float
    """Share of the page's letters that are Latin: the model was fitted on such pages."""


def prepare() -> None:
    """Load the weights and make the tables, once a process."""
    trees.load()
    characters.prepare()


def find(page: Page, url: str | None, source: bytes, model: Trees | None = None) -> Found:
    """Return the main text of a walked page; `source` is its HTML in UTF-8, `model` the weights if not Winnow's own."""
    if not page.texts:
        return Found([], 0.0, 1.0)
    model = model or trees.load()
    table, measures = features(page, url, source)
    chances = model.chances(table.rows(model.names))
    choice = choose(chances, measures.characters.words)
    kept: list[bool] = without_copies(measures, mend(measures, chances, choice.kept)).tolist()
    return Found(kept, choice.confidence, measures.characters.latin_share)
