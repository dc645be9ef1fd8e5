"""Languages of which one rule drops much: most often its limits are those of another language.

English stop words drop every German page, and a corpus of German is then empty without a word. A rule by which a recipe
chooses languages is meant to do that, and is left out.
"""

from winnow.pipelines.corpus.surveyed import Surveyed, language_and_rule_of
from winnow.pipelines.ledger.types import DroppedLanguage, DroppedLanguages
from winnow.pipelines.plan.names import UNKNOWN
from winnow.pipelines.recipe.model import Recipe

LEAST_DOCUMENTS = 20
"""Of a language with fewer nothing is said."""
LISTED = 100
_CHOOSES = ("language.listed", "code_language.listed")
"""`use` of a step and its rule by which languages are chosen."""


def dropped_languages(recipe: Recipe, kept: Surveyed, rejected: Surveyed) -> DroppedLanguages:
    """What the ledger tells, of the rows kept and those dropped."""
    chosen = {f"{step.name}.listed" for step in recipe.steps if f"{step.use}.listed" in _CHOOSES}
    dropped, documents = list[tuple[str, str, int]](), dict[str, int]()
    for value, count in rejected.dropped.counts.items():
        language, rule = language_and_rule_of(value)
        documents[language] = documents.get(language, 0) + count.documents
        dropped += [] if rule in chosen else [(language, rule, count.documents)]
    languages = kept.counts["language"]
    found = []
    for language, rule, n in dropped:
        every = documents[language] + languages.documents(language)[1] + rejected.dropped.error
        if language != UNKNOWN and every >= LEAST_DOCUMENTS and n > recipe.warn_dropped_share * every:
            found.append(DroppedLanguage(language, every, rule, n))
    found.sort(key=lambda one: (-one.dropped, one.language, one.rule))
    return DroppedLanguages(recipe.warn_dropped_share, tuple(found[:LISTED]), len(found[LISTED:]))
