"""The card's section on robots and opt-outs: what pages and hosts ask, and whether it was heeded."""

from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.views.card.markdown import code, table
from winnow.pipelines.views.tabular import NOTHING, count, limit, share

_ASKED = {
    "noai": "not to train on it", "noindex": "not to show it in an index", "noarchive": "to keep no copy",
    "tdm_reservation": "mining is reserved", "disallowed": "robots.txt forbids to fetch it",
}  # fmt: skip
_LOOKED = {"opt_out": "headers and meta tags of pages", "robots_txt": "robots.txt files of hosts"}
_CRAWL = "What the crawlers themselves heeded is not known here."


def render(ledger: Ledger) -> str:
    """A table of what was asked, and what was not looked at."""
    used = {step.use for step in ledger.steps}
    missing = [what for use, what in _LOOKED.items() if use not in used]
    unseen = [f"What the {' and the '.join(missing)} ask was not looked at."] if missing else []
    kept, rules = ledger.total.kept, {rule.rule: rule for rule in ledger.rules}
    rows = [
        [code(name, cell=True), _ASKED.get(name.rpartition(".")[2], NOTHING), _heeded(ledger, name),
         count(of.kept.documents), share(of.kept.documents, kept.documents), count(of.dropped.documents),
         count(of.unknown)]
        for name, of in ledger.opt_outs.items() if name in rules
    ]  # fmt: skip
    if not rows:
        return "\n\n".join([*unseen, _CRAWL])
    head = ["measure", "what is asked", "limit", "kept all the same", "of all kept", "dropped", "not known"]
    about = ("A document is dropped for what is asked only where there is a limit; those under *dropped* may have gone "
             "for other reasons. *Not known* counts kept documents that are no web pages, or of hosts whose robots.txt "
             "is not at hand.")  # fmt: skip
    return "\n\n".join([table(head, rows, "lllrrrr"), about, *unseen, _CRAWL])


def _heeded(ledger: Ledger, name: str) -> str:
    rule = next(rule for rule in ledger.rules if rule.rule == name)
    return limit(rule.min, rule.max) if rule.judges else "none: only measured"
