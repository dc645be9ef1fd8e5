"""The card's section on what the corpus is for, and what it is not for without further work."""

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.plan.names import UNKNOWN
from winnow.pipelines.views.card.distribution import documents_of, known
from winnow.pipelines.views.card.markdown import bullets, code
from winnow.pipelines.views.tabular import share

GOOD = (
    "Pre-training of language models, once it is tokenized.",
    "Study of what filters do: every row has what was measured on it, and every limit can be moved.",
)
_ONE = 0.9
"""From this share of the documents on a language is the corpus's own."""


def render(ledger: Ledger) -> str:
    """Two lists."""
    return "\n\n".join(["It is meant for:", bullets(GOOD), "It is not meant, without further work, for:",
                        bullets(_against(ledger))])  # fmt: skip


def _against(ledger: Ledger) -> list[str]:
    languages, documents = known(ledger.kept.language), documents_of(ledger.kept.language)
    first = next(iter(languages), UNKNOWN)
    one = ([f"models of other languages than {code(first)}, which {share(languages[first], documents)} of the "
            "documents are in;"] if languages and languages[first] >= _ONE * documents else [])  # fmt: skip
    licenses = ledger.kept.license
    passing_on = ("passing its texts on under one license: each document has its own, or none that is known;"
                  if licenses.distinct > 1 or UNKNOWN in licenses.top else "")  # fmt: skip
    return [
        *one, "looking up facts: nobody checked whether a text is true;",
        *([passing_on] if passing_on else []),
        "learning about persons, or finding them;",
        "testing a model: see the contamination below.",
    ]  # fmt: skip
