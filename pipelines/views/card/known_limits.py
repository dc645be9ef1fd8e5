"""The card's known limits: what the reader must not expect of this corpus."""

from collections.abc import Iterable

from winnow.pipelines.ledger.shares import errors
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card.markdown import bullets, code
from winnow.pipelines.views.funnel import steps
from winnow.pipelines.views.tabular import plural

_NO_PAGES = frozenset(("books", "code", "wet", "wikipedia"))
"""Kinds of source none of whose documents goes through the extraction of main text."""
_SOME_PAGES = frozenset(("jsonl", "parquet", "text"))
"""Kinds that can hold texts and pages of HTML."""
_MASKED = {"emails": "e-mail addresses", "ip_addresses": "IPv4 addresses"}


def render(ledger: Ledger) -> str:
    """A list, of which some lines depend on what the recipe did."""
    used, kinds = set(steps(ledger).values()), _masked(ledger)
    personal = (f"Only {' and '.join(kinds)} were masked; names, telephone numbers, postal addresses and all other "
                "personal data are as they were published." if kinds else "Personal data was not masked.")  # fmt: skip
    tuned = ("Published limits were tuned on English web pages: what is a short word, a stop word or the end of a "
             "sentence. They drop more of other languages, and of lists, verse, code and dialogue.")  # fmt: skip
    if ledger.without_limits is not None:
        tuned = ("Limits by language were fitted by machine on web pages and encyclopedias, not by readers of the "
                 "language. They drop more of lists, verse, code and dialogue.")  # fmt: skip
    failed = errors(ledger.total)
    faults = (f"Something failed that nobody foresaw at {plural(failed, 'record')}, which rejected/ names with what it "
              "was (rules that end in .error or .crash): faults of Winnow or of a library.")  # fmt: skip
    return bullets([
        *([faults] if failed else []),
        *([tuned] if used - {"language", "url"} else []),
        *_extracted(ledger),
        *(["Languages are a model's guess, worst on short and on mixed texts; small ones are often mistaken."]
          if "language" in used else ["The language of the texts was not determined."]),
        personal,
        "Nobody checked the texts for truth, for hate or for bias, nor for the questions of benchmarks.",
        "Near duplicates are found by hashing, so a few pairs above the limit are missed. " + _passages(ledger),
        "Dates of publication are what documents say of themselves. A license that is not known is not a free one.",
    ])  # fmt: skip


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


def _masked(ledger: Ledger) -> list[str]:
    """What editors masked, with the sources where it was not in all of them.

    An editor counts a kind that its settings leave alone as 0, so one that found some speaks before one that did not.
    """
    found = []
    for what, text in _MASKED.items():
        counted = {step: counts[what] for step, counts in ledger.edits.items() if what in counts}
        of = [set(_sources(ledger, step)) for step in [step for step in counted if counted[step]] or counted]
        where = [name for name in ledger.sources if any(name in each for each in of)]
        if where:
            found.append(text if len(where) == len(ledger.sources) else f"{text} (in {', '.join(map(code, where))})")
    return found


def _sources(ledger: Ledger, step: str) -> Iterable[str]:
    """The sources that a step was for."""
    return next((each.sources for each in ledger.steps if each.name == step), ()) or ledger.sources
