"""The card's section on benchmarks: whether their questions may be in the corpus."""

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.tabular import plural


def render(ledger: Ledger) -> str:
    """What was looked for, and what was not."""
    against = (
        f" What {plural(len(ledger.against), 'earlier build keeps', 'earlier builds keep')} was dropped (below, under "
        "Duplicates): where one of them holds a benchmark, its documents, and what is alike, are not in this corpus."
        if ledger.against else ""
    )  # fmt: skip
    return (
        "Questions and answers of benchmarks were not looked for. Take it that what the web says of them is in this "
        "corpus, and look for a benchmark's items in `corpus/` before a score on it is believed. Copies were looked "
        f"for among the documents of this corpus alone.{against}"
    )
