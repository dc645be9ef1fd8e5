"""A unit's rows of keys/: its keys as later builds read them, with who each document is and what became of it."""

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from winnow.pipelines.corpus.sketch import Ints
from winnow.pipelines.dedup.build_keys import CONTENT_KEY, SIZES, SUMS, band, schema
from winnow.pipelines.dedup.keys import UnitKeys
from winnow.pipelines.dedup.order import NO_DATE
from winnow.pipelines.dedup.shingles import Shingles
from winnow.pipelines.files.arrays import Array
from winnow.pipelines.recipe.model import Recipe


@dataclass(frozen=True)
class KeyRows:
    """As `tables.Rows`: all of a unit."""

    _recipe: Recipe
    _keys: UnitKeys
    _facts: Callable[[], pa.Table]
    """The row keys, and the rules that dropped what is gone."""
    folder: str = ""

    @functools.cached_property
    def characters(self) -> Ints:
        """int64 [rows]"""
        found: Ints = self._keys["characters"]
        return found

    @functools.cached_property
    def hashes(self) -> tuple[str, ...]:
        """As `keys.hashes_of` has them."""
        return tuple(self._keys["hashes"].astype("U32").tolist())

    def read(self, which: Ints) -> pa.Table:
        """Some of the rows, as the table has them."""
        keys, near = self._keys, self._recipe.dedup.near
        moments, content = keys["moments"][which], keys["content"][which]
        columns = {
            "id": keys["ids"][which].astype("U32"), "documents": keys.documents[which],
            "characters": keys["characters"][which], "moment": pa.array(moments, mask=moments == NO_DATE),
            "measures": self._measures(which),
            **{name: content[:, at] for at, name in enumerate(CONTENT_KEY)},
            **({SIZES: keys["sizes"][which], SUMS: keys["sums"][which]} if near else {}),
            **{band(number): keys.entries(number)[0][which] for number in range(near.bands if near else 0)},
        }  # fmt: skip
        rows, target = self._facts().take(pa.array(which)), schema(near)
        for name, values in columns.items():
            rows = rows.append_column(target.field(name), pa.array(values, target.field(name).type))
        return rows.select(target.names).cast(target)

    def _measures(self, which: Ints) -> pa.ListArray:
        """Of the survivor order, by the recipe's; null where a source has none, or it was not found."""
        names = [".".join(each) for each in self._recipe.dedup.measures]
        known: list[Array] = [
            self._keys[name][which] if name in self._keys.measures else np.full(len(which), np.nan) for name in names
        ]
        values = np.stack(known, axis=1).ravel() if known else np.empty(0)
        offsets = np.arange(len(which) + 1, dtype=np.int32) * len(names)
        return pa.ListArray.from_arrays(offsets, pa.array(values, pa.float64(), from_pandas=True))  # NaN becomes null

    def shingles(self, which: Ints) -> Shingles:
        """The sets of some of the rows, which ascend."""
        return self._keys.shingles(which)
