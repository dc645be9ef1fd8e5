from dataclasses import replace

from card_ledger import cells, golden

from winnow.pipelines.counts import Count
from winnow.pipelines.ledger.types import Ledger, OptOut, RuleCount, StepName
from winnow.pipelines.views.card import opt_outs

NOAI = RuleCount("opt_out.noai", None, 0.0, "", 900, 10, 4, 1, 1, None)
NOINDEX = replace(NOAI, rule="opt_out.noindex", max=None)


def asked(**of: OptOut) -> Ledger:
    made = golden()
    step = StepName("opt_out", "opt_out", True, False)
    found = {f"opt_out.{name}": out for name, out in of.items()}
    return replace(made, steps=(*made.steps, step), rules=(*made.rules, NOAI, NOINDEX), opt_outs=found)


def test_what_was_asked_and_whether_it_was_heeded() -> None:
    """The golden ledger keeps 843 documents."""
    text = opt_outs.render(asked(noai=OptOut(Count(), Count(4, 90), 10), noindex=OptOut(Count(3, 30), Count(1, 9), 10)))
    assert cells(text)[2:] == [
        ["`opt_out.noai`", "not to train on it", "at most 0", "0", "0.0 %", "4", "10"],
        ["`opt_out.noindex`", "not to show it in an index", "none: only measured", "3", "0.4 %", "1", "10"],
    ]
    assert "What the robots.txt files of hosts ask was not looked at." in text.split("\n\n")


def test_nothing_was_looked_at() -> None:
    assert opt_outs.render(golden()).split("\n\n") == [
        "What the headers and meta tags of pages and the robots.txt files of hosts ask was not looked at.",
        "What the crawlers themselves heeded is not known here.",
    ]
