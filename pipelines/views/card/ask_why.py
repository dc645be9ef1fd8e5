"""The card's section on the commands that answer for one document and for all counts."""

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.plan.names import REJECTED

_WHY = "winnow why DIR https://example.org/page     what was measured on one page, against which limit, and its copies"
_REJECTED = "winnow rejected DIR --rule RULE             some of the documents that a rule dropped"
_CHECK = "winnow ledger DIR --check                   count the rows again and hold them against the ledger"


def render(ledger: Ledger) -> str:
    """The commands that have something to read."""
    dropped = [] if REJECTED in ledger.left_out else [_REJECTED]
    return "\n".join(["```", _WHY, *dropped, _CHECK, "```"])
