"""The card's known limits: what the reader must not expect of this corpus."""

from winnow.pipelines.ledger.shares import errors
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card.markdown import bullets
from winnow.pipelines.views.funnel import steps
from winnow.pipelines.views.tabular import plural

_NO_PAGES = frozenset(("books", "code", "wet", "wikipedia"))
"""Kinds of source none of whose documents goes through the extraction of main text."""
_SOME_PAGES = frozenset(("jsonl", "parquet", "text"))
"""Kinds that can hold texts and pages of HTML."""


def render(ledger: Ledger) -> str:
    """A list."""
    return bullets(lines(ledger))


def lines(ledger: Ledger) -> list[str]:
    """What is so of every corpus, and some that depend on what the recipe did."""
    used = set(steps(ledger).values())
    tuned = ("Published limits were tuned on English web pages: what is a short word, a stop word or the end of a "
             "sentence. They drop more of other languages, and of lists, verse, code and dialogue.")  # fmt: skip
    if ledger.without_limits is not None:
        tuned = ("Limits by language were fitted by machine on web pages and encyclopedias, not by readers of the "
                 "language. They drop more of lists, verse, code and dialogue.")  # fmt: skip
    failed = errors(ledger.total)
    faults = (f"Something failed that nobody foresaw at {plural(failed, 'record')}, which rejected/ names with what it "
              "was (rules that end in .error or .crash): faults of Winnow or of a library.")  # fmt: skip
    return [
        *([faults] if failed else []),
        *([tuned] if used - {"language", "url"} else []),
        *_extracted(ledger),
        *(["Languages are a model's guess, worst on short and on mixed texts; small ones are often mistaken."]
          if "language" in used else ["The language of the texts was not determined."]),
        "Nobody checked the texts for truth, for hate or for bias.",
        f"{_copies(ledger)} {_passages(ledger)}",
        "Dates of publication are what documents say of themselves. A license that is not known is not a free one.",
    ]  # fmt: skip


def _copies(ledger: Ledger) -> str:
    if ledger.duplicates.limit is None:
        return "Near duplicates were not looked for: texts that differ by a word stand side by side."
    return "Near duplicates are found by hashing, so a few pairs above the limit are missed."


def _passages(ledger: Ledger) -> str:
    if ledger.passages is None:
        return "Passages that documents share were not looked for."
    return ("Where a passage was cut for standing elsewhere, the text around it may speak of what is no longer there; "
            "what was measured is the text before.")  # fmt: skip


def _extracted(ledger: Ledger) -> list[str]:
    """What happens to pages on their way to a text, where some source may have had any."""
    kinds = {source.kind for source in ledger.sources.values()}
    lost = "was found by rules: some menus and notices remain, some tables and passages are lost."
    if kinds - {*_NO_PAGES, *_SOME_PAGES}:
        found = [f"The main text of a page {lost}"]
    else:
        found = [f"Where a text came as HTML, the main text {lost}"] if kinds & _SOME_PAGES else []
    return found + (["Texts of WET files are whole pages, with menus and notices."] if "wet" in kinds else [])
