"""The card's warning: languages of which one rule dropped most documents, and the command that shows some of them."""

from winnow.pipelines.ledger.dropped_languages import LEAST_DOCUMENTS
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card.markdown import bullets, code, table
from winnow.pipelines.views.rejected import command
from winnow.pipelines.views.tabular import count, percent, share

_ROWS, _MOST = 10, 400


def render(ledger: Ledger) -> str:
    """Nothing where no rule dropped much of a language."""
    told = ledger.dropped_languages
    if not told.found:
        return ""
    number = len(told.found) + told.more
    about = (f"**More than {percent(told.share)} of a language went by one rule** (of those with at least "
             f"{LEAST_DOCUMENTS} documents). Limits that were chosen for another language do that.")  # fmt: skip
    shown = told.found[:_ROWS]
    rows = [[code(one.language, cell=True), code(one.rule, cell=True), count(one.documents), count(one.dropped),
             share(one.dropped, one.documents)] for one in shown]  # fmt: skip
    more = [f"And {count(number - len(shown))} more."] if number > len(shown) else []
    look = bullets([code(command("DIR", one.rule, one.language), _MOST) for one in shown])
    return "\n\n".join([about, table(["language", "rule", "documents", "dropped", "share"], rows, "llrrr"), *more,
                        "Twenty of each:", look])  # fmt: skip
