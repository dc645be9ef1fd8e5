"""How often documents are read in an epoch, by the rules of a configuration (`settings.Rule`) and the columns that the
pack keeps: what they hold is part of the pack, so that a batch stays a function of pack, mixture, seed and step."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from winnow.trainer.config.settings import Rule
from winnow.trainer.config.text import suggest
from winnow.trainer.errors import BadCall, shown
from winnow.trainer.pack import columns
from winnow.trainer.pack.index import Pack

_NAMED = 20  # of a column's words, in a message
Floats = npt.NDArray[np.float64]


def resolved(pack: Pack, sources: Sequence[str], rules: Sequence[Rule]) -> Mapping[str, Floats]:
    """The weight of each training document of the sources: [documents] each. BadCall where a rule asks for what the
    pack does not have."""
    weights = {source: np.asarray(pack.documents("train", source).weight) for source in sources}
    for number, rule in enumerate(rules):
        where, kept = f"data.rules[{number}]", columns.kept(pack)
        if rule.column not in kept:
            raise BadCall(f"{where}.column: {pack.path} does not keep {rule.column!r}{suggest(rule.column, kept)}; "
                          f"pack with --column {rule.column}")  # fmt: skip
        read = {source: columns.of(pack, "train", source, rule.column) for source in sources}
        _fits(rule, list(read.values()), where)
        for source, values in read.items():
            weights[source] = weights[source] * _of(rule, values)
    return weights


def _fits(rule: Rule, read: Sequence[pa.ChunkedArray], where: str) -> None:
    """BadCall where the column is of the other kind, or no document has one of the rule's words."""
    words = read[0].type == columns.WORDS
    if words != bool(rule.values):
        holds, wants = ("words", "values") if words else ("numbers", "at_least and weights")
        raise BadCall(f"{where}: the column {rule.column!r} holds {holds}; give {wants}")
    there = {word for values in read for word in pc.unique(values).to_pylist() if word is not None} if words else set()
    for word in rule.values:
        if word not in there:
            near = suggest(word, sorted(there)[:_NAMED])
            raise BadCall(f"{where}.values: no training document has {shown(word)} in the column {rule.column!r}{near}")


def _of(rule: Rule, values: pa.ChunkedArray) -> Floats:
    if rule.values:
        found = pc.index_in(values, pa.array(list(rule.values), columns.WORDS)).fill_null(len(rule.values)).to_numpy()
        of_words: Floats = np.array([*rule.values.values(), rule.other])[found]
        return of_words
    numbers: Floats = values.to_numpy()
    place = np.searchsorted(np.array(rule.at_least), numbers, side="right")
    weights: Floats = np.array([rule.other, *rule.weights])[place]
    return np.where(np.isnan(numbers), rule.other, weights)
