"""The card's first lines: what the corpus is, how much of what was read is in it."""

from collections.abc import Iterable

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card.markdown import code, paragraph, prose
from winnow.pipelines.views.funnel import several
from winnow.pipelines.views.tabular import plural, share, size


def render(ledger: Ledger) -> str:
    """Name, what the recipe says of itself, and two sentences."""
    recipe, total = ledger.recipe, ledger.total
    read = plural(total.records, "record") + (f" and {plural(total.gaps, 'gap')}" if total.gaps else "")
    given = f"{plural(total.documents, 'document')} of the {read}" if several(total) else read
    return "\n\n".join([
        f"# {prose(recipe.name)}",
        *([paragraph(recipe.about)] if recipe.about else []),
        f"A text corpus for pre-training language models: **{plural(total.kept.documents, 'document')}** with "
        f"{plural(total.kept.characters, 'character')}, {share(total.kept.documents, total.documents)} of the {given} "
        f"read from {plural(total.files, 'file')} ({size(total.bytes)}) of "
        f"{_listed(ledger.sources)}.{_skipped(ledger)}",
        "Every record that was read is a row of `corpus/`, or a row of `rejected/` with the rule that dropped it, what "
        "was measured and the limit. The counts below are those of `ledger.json`; `ledger/files.parquet` has them file "
        "by file, where they add up.",
    ])  # fmt: skip


def _skipped(ledger: Ledger) -> str:
    if not ledger.skipped:
        return ""
    number = plural(len(ledger.skipped), "source")
    return f" The recipe also has {number} that got no input: {_listed(ledger.skipped)}."


def _listed(names: Iterable[str]) -> str:
    """`a`, `b` and `c`."""
    *some, last = [*map(code, names)] or ["no source"]
    return f"{', '.join(some)} and {last}" if some else last
