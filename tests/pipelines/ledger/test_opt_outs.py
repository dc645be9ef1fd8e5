import numpy as np

from winnow.pipelines.corpus.sketch import Sketches
from winnow.pipelines.corpus.statistics import ALONE, ANOTHER, KEPT, Key
from winnow.pipelines.counts import Count
from winnow.pipelines.ledger.opt_outs import opt_outs_of
from winnow.pipelines.ledger.statistics import Spread
from winnow.pipelines.ledger.types import OptOut, RuleCount, StepName

RULES = [RuleCount(rule, None, None, "", 0, 0, 0, 0, 0, None) for rule in ("asks.noai", "asks.noindex", "long.words")]
STEPS = [StepName("asks", "opt_out", True, False), StepName("long", "long", True, False)]


def sketch(values: list[float], measured: list[bool], key: Key) -> Spread:
    sketches = Sketches()
    of = np.array(values)
    sketches.add(np.zeros(len(of), np.int64), of, np.full(len(of), 10), np.array(measured))
    return Spread({key: sketches.result()[0]})


def test_who_asks_and_of_whom_it_is_not_known() -> None:
    nan = float("nan")
    spread = Spread({
        **sketch([0, 1, 1, nan, nan], [True, True, True, True, False], Key("web", "en", "asks", "noai", KEPT)).sketches,
        **sketch([1, 0], [True, True], Key("web", "en", "asks", "noai", ALONE)).sketches,
        **sketch([1, 1, nan], [True, True, True], Key("web", "de", "asks", "noai", ANOTHER)).sketches,
    })  # fmt: skip
    assert opt_outs_of(STEPS, RULES, spread) == {
        "asks.noai": OptOut(Count(2, 20), Count(3, 30), 2), "asks.noindex": OptOut(Count(), Count(), 0),
    }  # fmt: skip


def test_where_no_step_looks_for_it() -> None:
    assert opt_outs_of(STEPS[1:], RULES, Spread({})) == {}
