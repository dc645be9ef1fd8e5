"""How many documents have a page or host that asks not to be used: what the steps `opt_out` and `robots_txt` found."""

from collections.abc import Iterable

from winnow.pipelines.corpus.sketch import Sketch
from winnow.pipelines.corpus.statistics import FATES, KEPT
from winnow.pipelines.counts import Count
from winnow.pipelines.ledger.statistics import Spread
from winnow.pipelines.ledger.types import OptOut, RuleCount, StepName

USES = ("opt_out", "robots_txt")
"""The steps, of which every measure is 1 where it is asked and 0 where it is not."""


def opt_outs_of(steps: Iterable[StepName], rules: Iterable[RuleCount], spread: Spread) -> dict[str, OptOut]:
    """By measure, in the recipe's order; of none where no such step is used."""
    asking = {step.name for step in steps if step.use in USES}
    found = {}
    for rule in rules:
        if rule.step in asking:
            kept = spread.of(rule.step, rule.measure, (KEPT,))
            dropped = spread.of(rule.step, rule.measure, [fate for fate in FATES if fate != KEPT])
            found[rule.rule] = OptOut(_asked(kept), _asked(dropped), kept.unknown + kept.not_measured)
    return found


def _asked(sketch: Sketch) -> Count:
    """Exact, for 1 is an edge of a sketch's bins."""
    return sketch.within(least=1.0).least
