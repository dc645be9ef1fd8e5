"""How many rows each source has had before any step: whole rows that stay with the weights all the way.

Every row has the same number of tokens, so that shares of rows are shares of tokens. At every step, within a phase,

    the rows of a source differ from their ideal (steps x rows a step x weight) by less than one row
    no source ever gives a row back: what it has had before a step it has had before the next

The usual apportionments hold only one of the two: largest remainders take rows back, Webster's method (Sainte-Lague)
drifts (0.9 beside twenty sources of 0.005 falls nine rows behind). Both hold when each row a source is owed has a time
before which it may not come and one after which it must have, and those whose time is up first go first: Balinski and
Young 1975, "The Quota Method of Apportionment", with deadlines as in Tijdeman 1980, "The Chairman Assignment Problem".
All of it is in whole numbers of any size: 0.1 is a tenth, and nothing rounds.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from winnow.trainer.config.settings import Data
from winnow.trainer.config.text import suggest
from winnow.trainer.errors import BadCall

_REMEMBER_EVERY = 1024  # steps


@dataclass(frozen=True)
class Part:
    """A phase as it is used: from which step on, and the sources' weights as whole numbers."""

    first: int
    weights: tuple[int, ...]


def parts(data: Data, natural: Mapping[str, int], steps: int) -> tuple[Part, ...]:
    """The phases of a run of `steps`, their weights in the order of `natural`, which has the weights to use where a
    phase names none. BadCall on a source that `natural` lacks and on weights that no mixture has."""
    asked = [("data.weights", 0.0, data.weights)]
    for i, phase in enumerate(data.phases):
        asked.append((f"data.phases[{i}].weights", phase.start, phase.weights))
    found = [Part(begins(start, steps), _whole(weights or natural, natural, where, data.pack))
             for where, start, weights in asked]  # fmt: skip
    return tuple(part for part, after in zip(found, [*found[1:], None], strict=True)
                 if after is None or part.first < after.first)  # fmt: skip


def begins(start: float, steps: int) -> int:
    """The step with which a phase begins, of a share of the steps."""
    return math.ceil(Fraction(repr(start)) * steps)


def _whole(weights: Mapping[str, float], known: Mapping[str, int], where: str, pack: str) -> tuple[int, ...]:
    for source in weights:
        if source not in known:
            raise BadCall(f"{where}: the pack {pack} has no source {source!r}{suggest(source, sorted(known))}")
    exact = [Fraction(repr(weights.get(source, 0))) for source in known]
    if not any(exact):
        raise BadCall(f"{where}: wanted at least one source with a weight above 0")
    scale = math.lcm(*(weight.denominator for weight in exact))
    whole = [int(weight * scale) for weight in exact]
    divisor = math.gcd(*whole)
    return tuple(weight // divisor for weight in whole)


class Mixture:
    """Rows of each source before a step, as a pure function of the step."""

    def __init__(self, parts: Sequence[Part], rows_per_step: int) -> None:
        """`parts` in ascending order, the first from step 0 on."""
        self._parts = tuple(_Phase(part.weights, rows_per_step) for part in parts)
        self._first = tuple(part.first for part in parts)

    def before(self, step: int) -> tuple[int, ...]:
        """Rows that each source has had in the steps before `step`; they add up to `step` x rows a step."""
        total = [0] * self._parts[0].sources
        for i, phase in enumerate(self._parts):
            stop = min(step, self._first[i + 1]) if i + 1 < len(self._parts) else step
            if stop <= self._first[i]:
                break
            total = [a + b for a, b in zip(total, phase.before(stop - self._first[i]), strict=True)]
        return tuple(total)


class _Phase:
    """Rows of each source in the first steps of one phase."""

    def __init__(self, weights: tuple[int, ...], rows: int) -> None:
        self.sources = len(weights)
        self._weights, self._rows, self._whole = weights, rows, sum(weights)
        # a source that gets a row a step or more never holds one early that it would have to give back
        self._forgets = all(weight * rows >= self._whole for weight in weights if weight)
        self._period = self._whole // math.gcd(rows, self._whole)
        """Steps in which each source has exactly its share, so that all comes again."""
        self._start = (0,) * len(weights)
        self._known = {0: self._start}
        self._last = (0, self._start)

    def before(self, step: int) -> tuple[int, ...]:
        """Rows before the phase's `step`; O(sources log sources) for a step that follows the last one asked for."""
        periods, step = divmod(step, self._period)
        whole = periods * self._period * self._rows // self._whole
        return tuple(whole * weight + count for weight, count in zip(self._weights, self._within(step), strict=True))

    def _within(self, step: int) -> tuple[int, ...]:
        """`before`, of a step of the first period."""
        if self._forgets:
            return self._next(step, self._start) if step else self._start
        at, counts = self._last
        if not at <= step < at + _REMEMBER_EVERY:
            at = max(known for known in list(self._known) if known <= step)
            counts = self._known[at]
        while at < step:
            at += 1
            counts = self._next(at, counts)
            if at % _REMEMBER_EVERY == 0:
                self._known[at] = counts
        self._last = at, counts
        return counts

    def _next(self, step: int, before: tuple[int, ...]) -> tuple[int, ...]:
        """Rows before `step` when those before the step that precedes it were `before`."""
        rows = step * self._rows
        counts, waiting, left = [], [], rows
        for i, weight in enumerate(self._weights):
            due, part = divmod(rows * weight, self._whole)  # must have come; on its way
            count = max(due, before[i])
            counts.append(count)
            left -= count
            if part and count == due:
                waiting.append((-(-(due + 1) * self._whole // weight), i))  # the row before which it must come
        for _, i in sorted(waiting)[:left]:
            counts[i] += 1
        return tuple(counts)
